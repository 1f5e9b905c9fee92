"""Free and busy times: getSchedule, asked from the service mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.graph.link import IN_UTC, Link, asking
from bot.graph.times import in_zone, instant_of
from bot.services.ports import Availability

if TYPE_CHECKING:
    from msgraph.generated.models.schedule_information import ScheduleInformation
    from msgraph.generated.models.schedule_item import ScheduleItem
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_response import (
        GetSchedulePostResponse,
    )
    from msgraph.graph_service_client import GraphServiceClient

MAILBOXES_A_CALL = 20
SLOT_MINUTES = (5, 30)
"""The shortest slot that Graph accepts, and the one that we ask for in a long stretch."""

FREE = frozenset({"free", "workingElsewhere"})
BUSY = frozenset({"tentative", "busy", "oof"})
VIEW = {"0": "free", "1": "tentative", "2": "busy", "3": "oof", "4": "workingElsewhere"}


class GraphCalendars:
    """The port `Calendars`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        """Say for each mailbox whether it is free for the whole stretch."""
        told = await self._schedules(mailboxes, starts_at, ends_at)
        return {mailbox: _state(schedule, starts_at, ends_at) for mailbox, schedule in told.items()}

    async def taken(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        """Say within which stretches each mailbox is not free."""
        told = await self._schedules(mailboxes, starts_at, ends_at)
        return {
            mailbox: _stretches(schedule, starts_at, ends_at) for mailbox, schedule in told.items()
        }

    async def _schedules(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> dict[str, ScheduleInformation | None]:
        chunks = list(_chunks(list(dict.fromkeys(mailboxes))))
        told = await asyncio.gather(*(self._ask(chunk, starts_at, ends_at) for chunk in chunks))
        return {mailbox: schedule for answer in told for mailbox, schedule in answer.items()}

    async def _ask(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> dict[str, ScheduleInformation | None]:
        def post(graph: GraphServiceClient) -> Awaitable[GetSchedulePostResponse | None]:
            from msgraph.generated.users.item.calendar.get_schedule import (
                get_schedule_post_request_body as posted,
            )

            body = posted.GetSchedulePostRequestBody(
                schedules=list(mailboxes),
                start_time=in_zone(starts_at, "UTC"),
                end_time=in_zone(ends_at, "UTC"),
                availability_view_interval=_slot(starts_at, ends_at),
            )
            calendar = graph.users.by_user_id(self._link.options.mailbox).calendar
            return calendar.get_schedule.post(body, asking(prefer=(IN_UTC,)))

        answer = await self._link.mailbox_call("get_schedule", post)
        told = {
            (schedule.schedule_id or "").casefold(): schedule
            for schedule in (answer.value if answer else None) or ()
        }
        return {mailbox: told.get(mailbox.casefold()) for mailbox in mailboxes}


def _chunks(mailboxes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(mailboxes), MAILBOXES_A_CALL):
        yield mailboxes[start : start + MAILBOXES_A_CALL]


def _slot(starts_at: datetime, ends_at: datetime) -> int:
    shortest, usual = SLOT_MINUTES
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    return max(shortest, min(usual, minutes))


def _state(
    schedule: ScheduleInformation | None, starts_at: datetime, ends_at: datetime
) -> Availability:
    if schedule is None or schedule.error is not None:
        return Availability.UNKNOWN
    if schedule.schedule_items is not None:
        states = {
            item.status.value if item.status else "unknown"
            for item in schedule.schedule_items
            if _overlaps(item, starts_at.astimezone(UTC), ends_at.astimezone(UTC))
        }
    elif schedule.availability_view:
        # Somebody who shows no details: only the slots, each as its busiest moment.
        states = {VIEW.get(slot, "unknown") for slot in schedule.availability_view}
    else:
        return Availability.UNKNOWN
    if states & BUSY:
        return Availability.BUSY
    return Availability.FREE if states <= FREE else Availability.UNKNOWN


def _stretches(
    schedule: ScheduleInformation | None, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]] | None:
    """What is not known to be free is taken, from and to the edges where no time is told."""
    if schedule is None or schedule.error is not None:
        return None
    if schedule.schedule_items is not None:
        return [
            (instant_of(item.start) or starts_at, instant_of(item.end) or ends_at)
            for item in schedule.schedule_items
            if (item.status.value if item.status else "unknown") not in FREE
        ]
    if not schedule.availability_view:
        return None
    slot = timedelta(minutes=_slot(starts_at, ends_at))
    return [
        (starts_at + place * slot, starts_at + (place + 1) * slot)
        for place, told in enumerate(schedule.availability_view)
        if VIEW.get(told, "unknown") not in FREE
    ]


def _overlaps(item: ScheduleItem, starts_at: datetime, ends_at: datetime) -> bool:
    start, end = instant_of(item.start), instant_of(item.end)
    if start is None or end is None:
        return True
    return start < ends_at and starts_at < end
