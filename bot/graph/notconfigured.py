"""The twin for where Graph is not configured: every call is refused, and waits in the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

from bot.domain.errors import OutsideFault
from bot.services.ports import (
    Attendee,
    Availability,
    DirectoryPerson,
    Meeting,
    MeetingDraft,
    Repeats,
)


def _refuse() -> NoReturn:
    raise OutsideFault("graph_not_configured")


class NotConfigured:
    """All the ports at once."""

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        """Refuse."""
        _refuse()

    async def taken(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        """Refuse."""
        _refuse()

    async def create(self, draft: MeetingDraft) -> Meeting:
        """Refuse."""
        _refuse()

    async def read(self, event_id: str) -> Meeting:
        """Refuse."""
        _refuse()

    async def set_attendees(self, event_id: str, attendees: Sequence[Attendee]) -> None:
        """Refuse."""
        _refuse()

    async def move(
        self,
        event_id: str,
        starts_at: datetime,
        ends_at: datetime,
        zone: str,
        repeats: Repeats | None = None,
    ) -> None:
        """Refuse."""
        _refuse()

    async def host(self, join_url: str, lead_ids: Sequence[str]) -> None:
        """Refuse."""
        _refuse()

    async def cancel(self, event_id: str, comment: str) -> None:
        """Refuse."""
        _refuse()

    async def person(self, person_id: str) -> DirectoryPerson:
        """Refuse."""
        _refuse()

    async def manager(self, person_id: str) -> DirectoryPerson | None:
        """Refuse."""
        _refuse()

    async def search(self, text: str, *, limit: int = 10) -> Sequence[DirectoryPerson]:
        """Refuse."""
        _refuse()

    async def send(self, *, to: str, subject: str, html: str) -> None:
        """Refuse."""
        _refuse()

    async def notify(
        self,
        person_id: str,
        *,
        activity_type: str,
        preview: str,
        topic: str,
        parameters: Mapping[str, str],
    ) -> None:
        """Refuse."""
        _refuse()

    async def install(self, person_id: str) -> None:
        """Refuse."""
        _refuse()
