"""A candidate whom both endorsers support, and an interview at any stage of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.interviews import Interview, InterviewStatus
from bot.domain.self_identification import Group
from bot.services.ports import Reader
from tests.conversations.endorsing import applied
from tests.conversations.office import OUTSIDER, REGIONAL, Office

FIRST = datetime(2027, 1, 14, 16, tzinfo=UTC)  # Thursday, 11 am in Ottawa, 10 am in Regina
OPTIONS = (FIRST, FIRST + timedelta(days=1, hours=3), FIRST + timedelta(days=4))
JOIN_URL = "https://teams.microsoft.com/l/meetup-join/event-1"


async def referenced(
    office: Office, who: Reader = OUTSIDER, *groups: Group, **changed: Any
) -> Application:
    """An application that waits for the coordinators; who asked for words was answered."""
    application = await applied(office, who, *groups, **changed)
    application.status = ApplicationStatus.REFERENCED
    office.units.memory.outbox.clear()
    return application


async def invited(office: Office, who: Reader = REGIONAL) -> Interview:
    """A coordinator has offered three times."""
    application = await referenced(office)
    services = office.services
    await services.inviting.invite(who.person_id, application.application_id, OPTIONS, 60)
    return newest(office)


async def booked(office: Office) -> Interview:
    """The first was picked, and Outlook has made the meeting."""
    interview = await invited(office)
    about = interview.interview_id
    await office.services.interviews.pick(OUTSIDER.person_id, about, FIRST)
    kept = newest(office)
    kept.status, kept.join_url, kept.event_id = InterviewStatus.BOOKED, JOIN_URL, "event-1"
    kept.booking_asked = True
    return kept


async def held(office: Office) -> Interview:
    """It is over."""
    interview = await booked(office)
    interview.status = InterviewStatus.HELD
    office.clock.set(FIRST + timedelta(hours=1))
    return interview


def newest(office: Office) -> Interview:
    return list(office.units.memory.interviews.values())[-1]


def stands(office: Office) -> str:
    """Where the newest application stands in the database."""
    return list(office.units.memory.applications.values())[-1].status.value
