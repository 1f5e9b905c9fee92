"""Self-identification: optional, sealed, apart from everything else about a candidate."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Group(StrEnum):
    """The choices as the programme words them."""

    INDIGENOUS = "indigenous"
    BLACK = "black"
    RACIALIZED = "racialized"
    OTHER_EQUITY_GROUP = "other_equity_group"
    PREFER_NOT_TO_SAY = "prefer_not_to_say"


@dataclass
class SelfIdentification:
    """What one candidate said, sealed: nothing here can be read without the vault's key."""

    application_id: str
    sealed: str
    given_at: datetime


@dataclass
class Reading:
    """That somebody opened a self-identification: whose, who, when."""

    reading_id: str
    application_id: str
    reader_id: str
    at: datetime


def prioritized(groups: Collection[Group], priority: Collection[str]) -> bool:
    """Whether a candidate is of a group that the programme looks at first."""
    return any(group.value in priority for group in groups)
