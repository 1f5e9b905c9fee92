"""Accepted candidates and a cohort: what the tests of orientations begin with."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.cohorts import Cohort
from bot.domain.people import Side
from bot.domain.training_days import Rhythm
from bot.services.cohorts import CohortForm
from bot.services.ports import Reader
from tests.conversations.office import REGIONAL, Office
from tests.conversations.review import meet
from tests.conversations.talking import NOW, person

ANGLOPHONE = person(61, "Candidate for the union, Ottawa")
FRANCOPHONE = person(62, "Candidate patronale, Gatineau", "fr")
WESTERN = person(63, "Candidate for the employer, Regina", zone="America/Regina")
FIRST_ON = date(2027, 3, 10)  # a Wednesday; the clocks go forward on Sunday, March 14
LINK = "https://teams.microsoft.com/l/meetup-join/series-1"


def accept(
    office: Office, who: Reader, side: Side = Side.UNION, region: str = "national-capital"
) -> Application:
    """Their application is accepted."""
    memory = office.units.memory
    if who.person_id not in memory.people:
        meet(office, who)
    number = len(memory.applications) + 1
    made = Application(
        application_id=f"app{number}",
        year=2027,
        number=number,
        applicant_id=who.person_id,
        side=side,
        organization="2222",
        region=region,
        zone=who.zone,
        levels={"en": "c", "fr": "e"},
        topics=("mental-health",),
        experience="…",
        motivation="…",
        manager_id="manager",
        reference_id="reference",
        created_at=NOW,
        submitted_at=NOW,
        decided_at=NOW + timedelta(minutes=number),
        status=ApplicationStatus.ACCEPTED,
    )
    memory.applications[made.application_id] = made
    return made


async def plan(office: Office, form_id: str = "cohort-1", **changed: Any) -> Cohort:
    """A cohort that is planned and not open, with a code to type."""
    said: dict[str, Any] = {
        "form_id": form_id,
        "first_on": FIRST_ON,
        "rhythm": Rhythm.DAILY,
        "from_time": time(9),
        "until_time": time(16),
        "zone": "America/Toronto",
        "language": "en",
        "capacity": 12,
        "topics": ("mental-health",),
        "regions": ("national-capital",),
    }
    await office.services.cohorts.plan(REGIONAL.person_id, CohortForm(**{**said, **changed}))
    cohort = office.units.memory.cohorts[form_id]
    cohort.code = "K7M-2QF"
    return cohort


async def opened(office: Office, form_id: str = "cohort-1", **changed: Any) -> Cohort:
    """One whose seats are being offered."""
    await plan(office, form_id, **changed)
    await office.services.cohorts.open(REGIONAL.person_id, form_id)
    return office.units.memory.cohorts[form_id]


async def running(office: Office, *people: Reader, days: int = 1) -> Cohort:
    """One that these people are in, on one of its days."""
    cohort = await opened(office)
    for who in people:
        await office.services.training.accept(who.person_id, cohort.cohort_id)
    cohort = office.units.memory.cohorts[cohort.cohort_id]
    cohort.join_url, cohort.event_id, cohort.booking_asked = LINK, "series-1", True
    office.clock.set(cohort.starts[0])
    await office.services.training.tend(cohort.cohort_id)
    office.clock.set(cohort.starts[days - 1])
    return office.units.memory.cohorts[cohort.cohort_id]


def stands(office: Office, who: Reader, cohort_id: str = "cohort-1") -> str:
    """Where somebody's place stands in the database."""
    seat = office.units.memory.training.get((cohort_id, who.person_id))
    return seat.status.value if seat else ""


def applied(office: Office, who: Reader) -> str:
    """Where somebody's application stands."""
    (found,) = [
        a for a in office.units.memory.applications.values() if a.applicant_id == who.person_id
    ]
    return found.status.value
