"""Drafts and attendees in Graph's own shapes. For the SDK's side of a call: it loads models."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.graph.times import in_zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from msgraph.generated.models.attendee import Attendee as GraphAttendee
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.online_meeting import OnlineMeeting
    from msgraph.generated.models.patterned_recurrence import PatternedRecurrence

    from bot.services.ports import Attendee, MeetingDraft, Repeats


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
        recurrence=series_of(draft.starts_at, draft.zone, draft.repeats) if draft.repeats else None,
    )


def series_of(starts_at: datetime, zone: str, repeats: Repeats) -> PatternedRecurrence:
    """Return how a series repeats: so many days from its own first day on, on its zone's clock.

    Outlook keeps the wall clock's hours from day to day, whatever the clocks do in between.
    """
    from msgraph.generated.models.day_of_week import DayOfWeek
    from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
    from msgraph.generated.models.recurrence_pattern import RecurrencePattern
    from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
    from msgraph.generated.models.recurrence_range import RecurrenceRange
    from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType

    week = [
        DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday,
        DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday,
    ]  # fmt: skip
    return PatternedRecurrence(
        pattern=RecurrencePattern(
            type=RecurrencePatternType.Weekly,
            interval=1,
            days_of_week=[week[day] for day in repeats.weekdays],
            first_day_of_week=DayOfWeek.Monday,
        ),
        range=RecurrenceRange(
            type=RecurrenceRangeType.Numbered,
            start_date=starts_at.astimezone(ZoneInfo(zone)).date(),
            number_of_occurrences=repeats.times,
            recurrence_time_zone=zone,
        ),
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


def hosted_by(lead_ids: Sequence[str]) -> OnlineMeeting:
    """Return the change that makes people co-organizers, and that lets nobody record."""
    from msgraph.generated.models.identity import Identity
    from msgraph.generated.models.identity_set import IdentitySet
    from msgraph.generated.models.meeting_participant_info import MeetingParticipantInfo
    from msgraph.generated.models.meeting_participants import MeetingParticipants
    from msgraph.generated.models.online_meeting import OnlineMeeting
    from msgraph.generated.models.online_meeting_role import OnlineMeetingRole

    hosts = [
        MeetingParticipantInfo(
            identity=IdentitySet(user=Identity(id=lead_id)), role=OnlineMeetingRole.Coorganizer
        )
        for lead_id in lead_ids
    ]
    return OnlineMeeting(
        participants=MeetingParticipants(attendees=hosts),
        allow_recording=False,
        allow_transcription=False,
        record_automatically=False,
    )
