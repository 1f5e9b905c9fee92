"""The programme's meetings: Outlook events with a Teams meeting, in the service mailbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Gone, OutsideFault, Rejected
from bot.graph.events import attendees_of, event_of, hosted_by, series_of
from bot.graph.faults import AlreadyDone
from bot.graph.link import ALL_ROLES, IN_UTC, Link, asking
from bot.graph.times import in_zone, instant_of, wall_time
from bot.services.outlook_ports import Invited, SeenEvent
from bot.services.ports import Attendee, Meeting, MeetingDraft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
    from datetime import datetime
    from enum import Enum

    from msgraph.generated.models.event import Event
    from msgraph.generated.models.event_collection_response import EventCollectionResponse
    from msgraph.generated.models.online_meeting import OnlineMeeting
    from msgraph.generated.models.online_meeting_collection_response import (
        OnlineMeetingCollectionResponse,
    )
    from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
    from msgraph.generated.users.item.events.item.event_item_request_builder import (
        EventItemRequestBuilder,
    )
    from msgraph.graph_service_client import GraphServiceClient

FIELDS = ["id", "isCancelled", "onlineMeeting"]
SEEN = ["id", "isCancelled", "start", "end", "type", "seriesMasterId", "attendees"]
PAGE, LARGEST_PAGE = 100, 1000
MOST_PAGES = 50
ANYWHERE = timedelta(days=400)
"""How far from where it is wanted an event is looked for whose making was not answered."""
SERIES = (timedelta(days=60), timedelta(days=180))
"""How far before and after its first day a day of a series is looked for."""


@dataclass(frozen=True, slots=True)
class View:
    """A stretch of the calendar, what is asked of its events, and how many at a time."""

    first: datetime
    last: datetime
    select: list[str]
    top: int


class GraphMeetings:
    """The port `Meetings`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def create(self, draft: MeetingDraft) -> Meeting:
        """Make the event with its Teams meeting; the same transaction id gives the same event.

        Where the first call was carried out and its answer lost, Graph gives the same event
        again, or, if people or time changed meanwhile, says that the id was used: then the event
        is looked for in the calendar, and its people are set. Its time stays: a move is owed.
        """

        def post(graph: GraphServiceClient) -> Awaitable[Event | None]:
            return self._events(graph).post(event_of(draft), asking())

        try:
            made = await self._link.mailbox_call("create_event", post)
        except AlreadyDone:
            found = await self._find(draft)
            held = await self.set_attendees(found.event_id, draft.attendees)
            return replace(found, held=held)
        return replace(_meeting(made), held=_held(made))

    async def read(self, event_id: str) -> Meeting:
        """Read it again. Raises `Gone` where somebody deleted it."""
        reading = self._reading(event_id, FIELDS)
        return _meeting(await self._link.mailbox_call("read_event", reading))

    async def look(self, event_id: str) -> SeenEvent:
        """One call, and for a series those that show its days one by one."""
        found = await self._link.mailbox_call("read_event", self._reading(event_id, SEEN))
        if found is None or not found.id:
            raise OutsideFault("graph_unexpected")
        start, end = instant_of(found.start), instant_of(found.end)
        if start is None or end is None:
            raise OutsideFault("graph_unexpected")
        series = _word(found.type) == "seriesMaster"
        return SeenEvent(
            event_id=found.id,
            times=await self._days(found.id, start) if series else (start, end),
            invited=tuple(_invited(found)),
            cancelled=bool(found.is_cancelled),
            series_id=found.series_master_id or None,
        )

    async def set_attendees(self, event_id: str, attendees: Sequence[Attendee]) -> tuple[str, ...]:
        """Replace the attendees and nothing else: those already invited hear nothing."""

        def patch(graph: GraphServiceClient) -> Awaitable[Event | None]:
            from msgraph.generated.models.event import Event

            event = Event(attendees=attendees_of(attendees))
            return self._event(graph, event_id).patch(event, asking())

        return _held(await self._link.mailbox_call("set_attendees", patch))

    async def move(self, event_id: str, draft: MeetingDraft) -> None:
        """Give the same event another time; a series' days that stood out fall back in line."""

        def patch(graph: GraphServiceClient) -> Awaitable[Event | None]:
            from msgraph.generated.models.event import Event

            starts_at, zone, repeats = draft.starts_at, draft.zone, draft.repeats
            event = Event(
                start=in_zone(starts_at, zone),
                end=in_zone(draft.ends_at, zone),
                recurrence=series_of(starts_at, zone, repeats) if repeats else None,
            )
            return self._event(graph, event_id).patch(event, asking())

        await self._link.mailbox_call("move_event", patch)

    async def host(self, join_url: str, lead_ids: Sequence[str]) -> None:
        """Make those who lead its co-organizers, and let nobody record it.

        Needs OnlineMeetings.ReadWrite.All and an application access policy for the mailbox.
        """

        def get(graph: GraphServiceClient) -> Awaitable[OnlineMeetingCollectionResponse | None]:
            from msgraph.generated.users.item.online_meetings import (
                online_meetings_request_builder as meetings,
            )

            escaped = join_url.replace("'", "''")
            builder = meetings.OnlineMeetingsRequestBuilder
            query = builder.OnlineMeetingsRequestBuilderGetQueryParameters(
                filter=f"JoinWebUrl eq '{escaped}'"
            )
            mailbox = graph.users.by_user_id(self._link.options.mailbox)
            return mailbox.online_meetings.get(asking(query))

        page = await self._link.mailbox_call("find_online_meeting", get)
        found = next(iter((page.value if page else None) or ()), None)
        if found is None or not found.id:
            raise Gone("graph_gone")
        meeting_id = found.id

        def patch(graph: GraphServiceClient) -> Awaitable[OnlineMeeting | None]:
            mailbox = graph.users.by_user_id(self._link.options.mailbox)
            meeting = mailbox.online_meetings.by_online_meeting_id(meeting_id)
            return meeting.patch(hosted_by(lead_ids), asking(prefer=(ALL_ROLES,)))

        await self._link.mailbox_call("set_hosts", patch)

    async def cancel(self, event_id: str, comment: str) -> None:
        """Cancel it with a word of why; one that is already gone is no error.

        Where Outlook does not take the cancellation (an event to which nobody is invited is no
        meeting), the event is deleted.
        """

        def post(graph: GraphServiceClient) -> Awaitable[None]:
            from msgraph.generated.users.item.events.item.cancel import (
                cancel_post_request_body as posted,
            )

            body = posted.CancelPostRequestBody(comment=comment)
            return self._event(graph, event_id).cancel.post(body, asking())

        def delete(graph: GraphServiceClient) -> Awaitable[None]:
            return self._event(graph, event_id).delete(asking())

        try:
            await self._link.mailbox_call("cancel_event", post)
        except Gone:
            return
        except Rejected:
            await self._link.mailbox_call("delete_event", delete)

    async def _find(self, draft: MeetingDraft) -> Meeting:
        """The event of a transaction id: where it is wanted, or wherever it was before."""
        select = [*FIELDS, "transactionId", *(["seriesMasterId"] if draft.repeats else [])]
        hour = timedelta(hours=1)
        for around, top in ((hour, PAGE), (ANYWHERE, LARGEST_PAGE)):
            view = View(draft.starts_at - around, draft.ends_at + around, select, top)
            events = [event async for event in self._viewed("find_event", view)]
            for event in events if draft.repeats is None else await self._series(events):
                if event.transaction_id == draft.transaction_id:
                    return _meeting(event)
        # Used once, and the event is no longer where it was: somebody has to look.
        raise Gone("graph_gone")

    async def _series(self, days: Sequence[Event]) -> list[Event]:
        """Return the series that these days are of: a view shows their days alone."""
        found: list[Event] = []
        for master_id in dict.fromkeys(day.series_master_id for day in days):
            if master_id is None:
                continue
            get = self._reading(master_id, [*FIELDS, "transactionId"])
            master = await self._link.mailbox_call("read_event", get)
            found += [master] if master else []
        return found

    async def _days(self, series_id: str, around: datetime) -> tuple[datetime, ...]:
        """Start and end of each day of a series, wherever somebody has moved it."""
        found: set[tuple[datetime, datetime]] = set()
        before, after = SERIES
        select = ["id", "start", "end", "isCancelled", "seriesMasterId"]
        view = View(around - before, around + after, select, PAGE)
        async for day in self._viewed("view_series", view):
            start, end = instant_of(day.start), instant_of(day.end)
            if day.series_master_id == series_id and start and end and not day.is_cancelled:
                found.add((start, end))
        return tuple(instant for day in sorted(found) for instant in day)

    async def _viewed(self, operation: str, view: View) -> AsyncIterator[Event]:
        """What touches a stretch of time, page after page: of a series its days."""
        url: str | None = None
        for _ in range(MOST_PAGES):
            page = await self._link.mailbox_call(operation, self._page(view, url))
            for event in (page.value if page else None) or ():
                yield event
            url = page.odata_next_link if page else None
            if url is None:
                break

    def _page(
        self, wanted: View, url: str | None
    ) -> Callable[[GraphServiceClient], Awaitable[EventCollectionResponse | None]]:
        def get(graph: GraphServiceClient) -> Awaitable[EventCollectionResponse | None]:
            from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
                CalendarViewRequestBuilder as Builder,
            )

            query = Builder.CalendarViewRequestBuilderGetQueryParameters(
                start_date_time=f"{wall_time(wanted.first, 'UTC')}Z",
                end_date_time=f"{wall_time(wanted.last, 'UTC')}Z",
                select=wanted.select,
                top=wanted.top,
            )
            view = graph.users.by_user_id(self._link.options.mailbox).calendar_view
            if url is not None:
                return view.with_url(url).get(asking(prefer=(IN_UTC,)))
            return view.get(asking(query, prefer=(IN_UTC,)))

        return get

    def _reading(
        self, event_id: str, fields: list[str]
    ) -> Callable[[GraphServiceClient], Awaitable[Event | None]]:
        def get(graph: GraphServiceClient) -> Awaitable[Event | None]:
            from msgraph.generated.users.item.events.item.event_item_request_builder import (
                EventItemRequestBuilder as Item,
            )

            query = Item.EventItemRequestBuilderGetQueryParameters(select=fields)
            return self._event(graph, event_id).get(asking(query, prefer=(IN_UTC,)))

        return get

    def _events(self, graph: GraphServiceClient) -> EventsRequestBuilder:
        return graph.users.by_user_id(self._link.options.mailbox).events

    def _event(self, graph: GraphServiceClient, event_id: str) -> EventItemRequestBuilder:
        return self._events(graph).by_event_id(event_id)


def _held(event: Event | None) -> tuple[str, ...]:
    return tuple(each.mail for each in _invited(event)) if event else ()


def _invited(event: Event) -> Iterator[Invited]:
    for each in event.attendees or ():
        address = each.email_address.address if each.email_address else None
        if not address:
            continue
        yield Invited(
            mail=address,
            name=(each.email_address.name if each.email_address else None) or "",
            required=_word(each.type) == "required",
            declined=_word(each.status.response if each.status else None) == "declined",
        )


def _word(said: Enum | None) -> str:
    return str(said.value) if said is not None else ""


def _meeting(event: Event | None) -> Meeting:
    if event is None or not event.id:
        raise OutsideFault("graph_unexpected")
    online = event.online_meeting
    return Meeting(
        event_id=event.id,
        join_url=(online.join_url if online else None) or None,
        cancelled=bool(event.is_cancelled),
    )
