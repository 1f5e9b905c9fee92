"""Ids in the shapes that Graph gives."""

from __future__ import annotations

import base64
import hashlib
import uuid

IMMUTABLE = "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"


def item() -> str:
    """Return a new immutable id of a mailbox item."""
    drawn = base64.urlsafe_b64encode(uuid.uuid4().bytes + uuid.uuid4().bytes[:8]).decode()
    return f"{IMMUTABLE}{drawn}AAA"


def of(text: str) -> str:
    """Return a GUID that is always the same for this text."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def short(text: str) -> str:
    """Return 32 hexadecimal digits that are always the same for this text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
