"""What the public may see of a person (R-50): pure."""

from __future__ import annotations

import re


def mask_name(name: str) -> str:
    """ "沈岚" becomes "沈*"; a Latin name keeps its first letter."""
    return f"{name[:1]}*" if name else ""


def mask_phone(phone: str) -> str:
    """ "13812345678" or "+8613812345678" becomes "138****5678"."""
    digits = re.sub(r"\D", "", phone)
    local = digits[-11:]
    return f"{local[:3]}****{local[-4:]}" if len(local) == 11 else "****"


def mask_plate_number(plate: str) -> str:
    """ "沪A·12345" becomes "沪A·**345"."""
    return re.sub(r"([一-龥][A-Z]·?)\w{2}(\w{3,4})", r"\1**\2", plate)  # not translated: a pattern
