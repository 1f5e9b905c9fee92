"""The outbox's `meeting.*` rows, each to the booking of the noun that its subject names."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.messages import OutboxRow
from bot.services.outbox import BookingTasks


class MeetingTasks:
    """Hands a task on by its subject: session, interview, cohort."""

    def __init__(self, bookings: Mapping[str, BookingTasks]) -> None:
        self._bookings = bookings

    async def carry_out(self, row: OutboxRow) -> str:
        """Do one task. Raises `OutsideFault`, `NotYet`."""
        return await self._of(row).carry_out(row)

    async def gave_up(self, row: OutboxRow, error: str) -> None:
        """Outlook refused for good."""
        await self._of(row).gave_up(row, error)

    async def struggling(self, row: OutboxRow, error: str) -> None:
        """Outlook has refused a few times."""
        await self._of(row).struggling(row, error)

    def _of(self, row: OutboxRow) -> BookingTasks:
        return self._bookings[row.subject.partition(":")[0]]
