"""Drafts and attendees in Graph's own shapes. For the SDK's side of a call: it loads models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.graph.times import in_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from msgraph.generated.models.attendee import Attendee as GraphAttendee
    from msgraph.generated.models.event import Event

    from bot.services.ports import Attendee, MeetingDraft


def event_of(draft: MeetingDraft) -> Event:
    """Return the event that a draft asks for."""
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
        attendees=attendees_of(draft.attendees),
        hide_attendees=draft.hide_attendees,
        is_online_meeting=True,
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        allow_new_time_proposals=False,
        response_requested=True,
    )


def attendees_of(attendees: Sequence[Attendee]) -> list[GraphAttendee]:
    """Return everybody invited: those who lead are required, the others optional."""
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
