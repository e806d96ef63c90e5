"""Proposals: their states, where they may be redirected, and who may do what with them (domain.md C3)."""

from __future__ import annotations

from enum import StrEnum


class ProposalKind(StrEnum):
    traffic = "traffic"
    lighting = "lighting"
    facilities = "facilities"
    safety = "safety"
    environment = "environment"
    services = "services"
    enterprise = "enterprise"
    other = "other"


class ProposalState(StrEnum):
    submitted = "submitted"
    returned = "returned"
    accepted = "accepted"
    merged = "merged"
    redirected = "redirected"
    scheduled = "scheduled"
    deliberated = "deliberated"
    closed = "closed"
    withdrawn = "withdrawn"


class RedirectChannel(StrEnum):
    """Where a matter belongs that is not ours to decide (domain.md C3)."""

    emergency = "emergency"
    litigation = "litigation"
    petition = "petition"
    discipline = "discipline"
    repeated = "repeated"
    private_claim = "private_claim"
