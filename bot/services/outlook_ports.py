"""What the use cases need of Outlook beyond making meetings: seeing what people did there.

Every gateway raises `OutsideFault` or one of its kinds and nothing else. Instants are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody whom an event invites, and whether they declined."""

    mail: str
    name: str
    required: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event as it stands in Outlook now.

    `times` is start and end of each day, in order. `series_id` is the series that it is a day of:
    then only the series itself says anything.
    """

    event_id: str
    times: tuple[datetime, ...]
    invited: tuple[Invited, ...] = ()
    cancelled: bool = False
    series_id: str | None = None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription that stands: Graph may give it a shorter life than was asked for."""

    subscription_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of events (of series, for their days) that changed, and where to go on next time.

    `whole` says that these are all the events of the days asked for, not only what changed.
    """

    event_ids: frozenset[str]
    delta_link: str
    whole: bool


class MailboxEvents(Protocol):
    """News of the service mailbox's events."""

    async def subscribe(
        self, url: str, lifecycle_url: str, client_state: str, until: datetime
    ) -> Subscribed:
        """Ask for notifications. Graph shakes hands with both addresses first.

        Others of ours to the same address, left by an attempt whose answer was lost, are ended.
        """
        ...

    async def renew(self, subscription_id: str, until: datetime) -> Subscribed:
        """Ask for more time, and say that we still may. Raises `Gone` where it is no more."""
        ...

    async def unsubscribe(self, subscription_id: str) -> None:
        """End it; one that is gone is no error."""
        ...

    async def changes(
        self, delta_link: str | None, starts_at: datetime, ends_at: datetime
    ) -> Changes:
        """What changed since the link, or all of the days where there is none.

        A link that Graph no longer takes is as good as none.
        """
        ...
