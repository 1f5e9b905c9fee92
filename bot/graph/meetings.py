"""The programme's meetings: Outlook events with a Teams meeting, in the service mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.errors import Gone, OutsideFault
from bot.graph.faults import AlreadyDone
from bot.graph.link import IN_UTC, Link, asking
from bot.graph.times import in_zone, wall_time
from bot.services.ports import Attendee, Meeting, MeetingDraft

if TYPE_CHECKING:
    from msgraph.generated.models.attendee import Attendee as GraphAttendee
    from msgraph.generated.models.event import Event
    from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
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
        body = _event(draft)
        try:
            made = await self._link.mailbox_call(
                "create_event", lambda graph: self._events(graph).post(body, asking())
            )
        except AlreadyDone:
            found = await self._find(draft)
            await self.set_attendees(found.event_id, draft.attendees)
            return found
        return _meeting(made)

    async def read(self, event_id: str) -> Meeting:
        """Read it again. Raises `Gone` where somebody deleted it."""
        from msgraph.generated.users.item.events.item import event_item_request_builder as item

        query = item.EventItemRequestBuilder.EventItemRequestBuilderGetQueryParameters(
            select=FIELDS
        )
        event = await self._link.mailbox_call(
            "read_event",
            lambda graph: (
                self._events(graph).by_event_id(event_id).get(asking(query, prefer=(IN_UTC,)))
            ),
        )
        return _meeting(event)

    async def set_attendees(self, event_id: str, attendees: Sequence[Attendee]) -> None:
        """Replace the attendees and nothing else: those already invited hear nothing."""
        from msgraph.generated.models.event import Event

        await self._patch("set_attendees", event_id, Event(attendees=_attendees(attendees)))

    async def move(self, event_id: str, starts_at: datetime, ends_at: datetime, zone: str) -> None:
        """Give the same event another time."""
        from msgraph.generated.models.event import Event

        event = Event(start=in_zone(starts_at, zone), end=in_zone(ends_at, zone))
        await self._patch("move_event", event_id, event)

    async def cancel(self, event_id: str, comment: str) -> None:
        """Cancel it with a word of why; one that is already gone is no error."""
        from msgraph.generated.users.item.events.item.cancel import (
            cancel_post_request_body as posted,
        )

        body = posted.CancelPostRequestBody(comment=comment)
        try:
            await self._link.mailbox_call(
                "cancel_event",
                lambda graph: self._events(graph).by_event_id(event_id).cancel.post(body, asking()),
            )
        except Gone:
            return

    async def _patch(self, operation: str, event_id: str, event: Event) -> None:
        await self._link.mailbox_call(
            operation,
            lambda graph: self._events(graph).by_event_id(event_id).patch(event, asking()),
        )

    async def _find(self, draft: MeetingDraft) -> Meeting:
        from msgraph.generated.users.item.calendar_view import calendar_view_request_builder as view

        hour = timedelta(hours=1)
        query = view.CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=f"{wall_time(draft.starts_at - hour, 'UTC')}Z",
            end_date_time=f"{wall_time(draft.ends_at + hour, 'UTC')}Z",
            select=[*FIELDS, "transactionId"],
            top=PAGE,
        )
        page = await self._link.mailbox_call(
            "find_event",
            lambda graph: graph.users.by_user_id(self._link.options.mailbox).calendar_view.get(
                asking(query, prefer=(IN_UTC,))
            ),
        )
        for event in (page.value if page else None) or ():
            if event.transaction_id == draft.transaction_id:
                return _meeting(event)
        # Used once, and the event is no longer where it was: somebody has to look.
        raise Gone("graph_gone")

    def _events(self, graph: GraphServiceClient) -> EventsRequestBuilder:
        return graph.users.by_user_id(self._link.options.mailbox).events


def _event(draft: MeetingDraft) -> Event:
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType

    return Event(
        transaction_id=draft.transaction_id,
        subject=draft.subject,
        body=ItemBody(content_type=BodyType.Html, content=draft.body_html),
        start=in_zone(draft.starts_at, draft.zone),
        end=in_zone(draft.ends_at, draft.zone),
        attendees=_attendees(draft.attendees),
        hide_attendees=draft.hide_attendees,
        is_online_meeting=True,
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        allow_new_time_proposals=False,
        response_requested=True,
    )


def _attendees(attendees: Sequence[Attendee]) -> list[GraphAttendee]:
    from msgraph.generated.models.attendee import Attendee as GraphAttendee
    from msgraph.generated.models.attendee_type import AttendeeType
    from msgraph.generated.models.email_address import EmailAddress

    return [
        GraphAttendee(
            email_address=EmailAddress(address=attendee.mail, name=attendee.name),
            type=AttendeeType.Required if attendee.required else AttendeeType.Optional,
        )
        for attendee in attendees
    ]


def _meeting(event: Event | None) -> Meeting:
    if event is None or not event.id:
        raise OutsideFault("graph_unexpected")
    online = event.online_meeting
    return Meeting(
        event_id=event.id,
        join_url=(online.join_url if online else None) or None,
        cancelled=bool(event.is_cancelled),
    )
