"""The sweep of the uploads folder."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from deliberation.kernel.clock import real_now
from deliberation.kernel.database import transaction
from deliberation.kernel.scheduling import job
from deliberation.photos import emblems, rules, service
from deliberation.settings import Settings


@job("photos.sweep", seconds=3600)
def sweep(now: datetime) -> None:
    """Drop drafts nobody came back for; settle what a process that died left staged."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        service.drop_old_drafts(now=now, folder=settings.uploads)
    with transaction():
        # The files' own times are those of the machine, whatever the demo's clock says.
        service.settle_staged(now=real_now(), folder=settings.uploads)
        before = (real_now() - rules.STAGED_LIFETIME).timestamp()
        emblems.settle_staged(before=before, folder=settings.uploads)
