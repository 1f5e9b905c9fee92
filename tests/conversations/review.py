"""A region with more people: what the tests of triage and of assignments begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.people import Grant, Person, Role, Side
from bot.domain.requests import Request, Visibility
from bot.domain.roster import Facilitator
from bot.domain.rules import Rules
from bot.domain.sessions import Session, SessionStatus
from bot.i18n import Catalogues
from bot.services.ports import DirectoryPerson, Reader
from bot.services.request_form import RequestForm
from tests.conversations.office import (
    LEAD_EMPLOYER,
    LEAD_UNION,
    REGIONAL,
    Office,
    open_office,
)
from tests.conversations.talking import MANAGER, NOW, STEWARD, TENANT, person

REGION = "national-capital"
COORDINATRICE = person(21, "Coordonnatrice, Gatineau", "fr", "coordinator")
ELSEWHERE = person(22, "Coordinator, Prairies", "en", "coordinator", zone="America/Winnipeg")
ADMIN = person(23, "Administrator, Ottawa", "en", "administrator")
SECOND_UNION = person(24, "Facilitatrice syndicale, Montréal", "fr", "facilitator")
SECOND_EMPLOYER = person(
    25, "Facilitator for the employer, Vancouver", "en", "facilitator", zone="America/Vancouver"
)
UNTRAINED = person(26, "Facilitator for the union, Halifax", "en", "facilitator")
WISHED = (datetime(2027, 2, 16, 9, 0), datetime(2027, 2, 18, 13, 0))  # noqa: DTZ001  # typed


def open_region(catalogues: Catalogues, rules: Rules | None = None) -> Office:
    """Two coordinators of one region, one of another, two facilitators a side, one untrained."""
    office = open_office(catalogues, rules)
    for who in (COORDINATRICE, ELSEWHERE, ADMIN, SECOND_UNION, SECOND_EMPLOYER, UNTRAINED):
        meet(office, who)
    _grant(office, COORDINATRICE, Role.COORDINATOR, REGION, "employer")
    _grant(office, ELSEWHERE, Role.COORDINATOR, "prairies-nwt", "union")
    _grant(office, ADMIN, Role.ADMINISTRATOR)
    train(office, SECOND_UNION, Side.UNION, "quebec")
    train(office, SECOND_EMPLOYER, Side.EMPLOYER, "bc-yukon")
    train(office, UNTRAINED, Side.UNION, "atlantic", topics=("anti-racism",))
    return office


async def agreed(office: Office, form_id: str = "form-1", **changed: object) -> Request:
    """A request to which both parties have agreed."""
    asked: dict[str, object] = {
        "form_id": form_id,
        "offering": "mental-health",
        "organization": "2222",
        "region": REGION,
        "team": "Pay team",
        "side": Side.EMPLOYER,
        "counterpart_id": STEWARD.person_id,
        "participants": 12,
        "language": "en",
        "zone": "America/Toronto",
        "preferred": WISHED,
        "visibility": Visibility.TEAM,
        "accessibility": ("captions",),
        "accessibility_note": "A seat near the screen",
    }
    form = RequestForm(**{**asked, **changed})
    view = await office.services.requests.submit(MANAGER.person_id, form)
    await office.services.agreements.agree(STEWARD.person_id, view.request.request_id)
    return view.request


async def approved(office: Office, form_id: str = "form-1", **changed: object) -> Session:
    """An approved one, with an offer to each of the two usual leads; gives its session."""
    request = await agreed(office, form_id, **changed)
    pair = {Side.UNION: LEAD_UNION.person_id, Side.EMPLOYER: LEAD_EMPLOYER.person_id}
    view = await office.services.staffing.approve(
        REGIONAL.person_id, request.request_id, request.preferred_at[0], pair
    )
    assert view.session is not None
    return view.session.session


async def staffed(office: Office, form_id: str = "form-1", **changed: object) -> Session:
    """Both have accepted: its booking is owed."""
    session = await approved(office, form_id, **changed)
    for who in (LEAD_UNION, LEAD_EMPLOYER):
        await office.services.assignments.accept(who.person_id, offer_of(office, session, who))
    return office.units.memory.sessions[session.session_id]


async def booked(office: Office, form_id: str = "form-1", **changed: object) -> Session:
    """Outlook has made the meeting, as `BookingService` writes it down."""
    session = await staffed(office, form_id, **changed)
    kept = office.units.memory.sessions[session.session_id]
    kept.status, kept.booking_asked, kept.event_id = SessionStatus.BOOKED, True, "event-1"
    kept.join_url = "https://teams.microsoft.com/l/meetup-join/event-1"
    request = office.units.memory.requests[session.request_id or ""]
    request.status = type(request.status)("scheduled")
    return kept


def offer_of(office: Office, session: Session, who: Reader) -> str:
    """The id of somebody's assignment to a session."""
    (found,) = [
        a.assignment_id
        for a in office.units.memory.assignments.values()
        if a.session_id == session.session_id and a.person_id == who.person_id
    ]
    return found


def stands(office: Office, request: Request) -> str:
    """Where a request stands in the database."""
    return office.units.memory.requests[request.request_id].status.value


def meet(office: Office, who: Reader) -> None:
    mail = f"person{int(who.person_id[-4:])}@example.ca"
    office.units.memory.people[who.person_id] = Person(
        who.person_id, TENANT, who.name, mail, language=who.language, zone=who.zone
    )
    office.graph.people.append(DirectoryPerson(who.person_id, who.name, mail, who.language))


def _grant(office: Office, who: Reader, role: Role, region: str = "", side: str = "") -> None:
    grant = Grant(who.person_id, role, NOW, region=region, side=side)
    office.units.memory.grants[who.person_id, role.value, region, side] = grant


def train(
    office: Office,
    who: Reader,
    side: Side,
    region: str,
    topics: tuple[str, ...] = ("mental-health",),
) -> None:
    office.units.memory.facilitators[who.person_id] = replace(
        Facilitator(who.person_id, side, ("en", "fr"), region, topics, "2300")
    )
