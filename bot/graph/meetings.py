"""The programme's meetings: Outlook events with a Teams meeting, in the service mailbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Gone, OutsideFault, Rejected
from bot.graph.events import attendees_of, event_of, hosted_by, series_of
from bot.graph.faults import AlreadyDone
from bot.graph.link import ALL_ROLES, IN_UTC, Link, asking
from bot.graph.times import in_zone, wall_time
from bot.services.ports import Attendee, Meeting, MeetingDraft, Repeats

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

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
PAGE = 100


class GraphMeetings:
    """The port `Meetings`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def create(self, draft: MeetingDraft) -> Meeting:
        """Make the event with its Teams meeting; the same transaction id gives the same event.

        Where the first call was carried out and its answer lost, Graph gives the same event
        again, or, if the people changed meanwhile, says that the id was used: then the event is
        looked for in the calendar, and its people are set.
        """

        def post(graph: GraphServiceClient) -> Awaitable[Event | None]:
            return self._events(graph).post(event_of(draft), asking())

        try:
            made = await self._link.mailbox_call("create_event", post)
        except AlreadyDone:
            found = await self._find(draft)
            await self.set_attendees(found.event_id, draft.attendees)
            return found
        return _meeting(made)

    async def read(self, event_id: str) -> Meeting:
        """Read it again. Raises `Gone` where somebody deleted it."""
        reading = self._reading(event_id, FIELDS)
        return _meeting(await self._link.mailbox_call("read_event", reading))

    async def set_attendees(self, event_id: str, attendees: Sequence[Attendee]) -> None:
        """Replace the attendees and nothing else: those already invited hear nothing."""

        def patch(graph: GraphServiceClient) -> Awaitable[Event | None]:
            from msgraph.generated.models.event import Event

            event = Event(attendees=attendees_of(attendees))
            return self._event(graph, event_id).patch(event, asking())

        await self._link.mailbox_call("set_attendees", patch)

    async def move(
        self,
        event_id: str,
        starts_at: datetime,
        ends_at: datetime,
        zone: str,
        repeats: Repeats | None = None,
    ) -> None:
        """Give the same event another time, or the same series other days."""

        def patch(graph: GraphServiceClient) -> Awaitable[Event | None]:
            from msgraph.generated.models.event import Event

            event = Event(
                start=in_zone(starts_at, zone),
                end=in_zone(ends_at, zone),
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
        except Rejected as refused:
            if refused.code != "graph_rejected":
                raise
            await self._link.mailbox_call("delete_event", delete)

    async def _find(self, draft: MeetingDraft) -> Meeting:
        def get(graph: GraphServiceClient) -> Awaitable[EventCollectionResponse | None]:
            from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
                CalendarViewRequestBuilder as View,
            )

            hour = timedelta(hours=1)
            query = View.CalendarViewRequestBuilderGetQueryParameters(
                start_date_time=f"{wall_time(draft.starts_at - hour, 'UTC')}Z",
                end_date_time=f"{wall_time(draft.ends_at + hour, 'UTC')}Z",
                select=[*FIELDS, "transactionId", *(["seriesMasterId"] if draft.repeats else [])],
                top=PAGE,
            )
            mailbox = graph.users.by_user_id(self._link.options.mailbox)
            return mailbox.calendar_view.get(asking(query, prefer=(IN_UTC,)))

        page = await self._link.mailbox_call("find_event", get)
        events = (page.value if page else None) or []
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


def _meeting(event: Event | None) -> Meeting:
    if event is None or not event.id:
        raise OutsideFault("graph_unexpected")
    online = event.online_meeting
    return Meeting(
        event_id=event.id,
        join_url=(online.join_url if online else None) or None,
        cancelled=bool(event.is_cancelled),
    )
