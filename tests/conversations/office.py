"""The real use cases on an in-memory database and directory, and the people of a small region."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import ManualClock
from bot.domain.messages import OutboxRow, RowState, Via
from bot.domain.people import Draft, Grant, Person, Role, Side
from bot.domain.requests import RequestStatus
from bot.domain.roster import Facilitator
from bot.domain.rules import Rules
from bot.domain.sessions import Session, SessionStatus
from bot.i18n import Catalogues
from bot.matching.matcher import HighsMatcher
from bot.services.absences import AbsencesService
from bot.services.agreements import AgreementsService
from bot.services.applications import ApplicationsService
from bot.services.assignments import AssignmentsService
from bot.services.attendance import AttendanceService
from bot.services.booking import BookingService
from bot.services.cohort_booking import CohortBooking
from bot.services.cohorts import CohortsService
from bot.services.desk import Desk
from bot.services.drafts import Drafts
from bot.services.endorsements import EndorsementsService
from bot.services.interview_booking import InterviewBooking
from bot.services.interviews import InterviewsService
from bot.services.inviting import InvitingService
from bot.services.live_cards import LiveCardsService
from bot.services.outlook import Deeds, OutlookService
from bot.services.pairing import PairingService
from bot.services.people import PeopleService
from bot.services.ports import DirectoryPerson, Reader
from bot.services.requests import RequestsService
from bot.services.roles import RolesService
from bot.services.roster import RosterService
from bot.services.rounds import RoundsService
from bot.services.seats import SeatsService
from bot.services.selection import SelectionService
from bot.services.self_identification import SelfIdentificationService
from bot.services.sessions import SessionsService
from bot.services.staffing import StaffingService
from bot.services.steering import SteeringService
from bot.services.training import TrainingService
from bot.services.triage import TriageService
from bot.teams.activity_handler import TeamsHandler, Tools
from bot.vault import FernetVault, new_key
from cards.cohort_meeting import CohortWords
from cards.interview_meeting import InterviewMeetingWords
from cards.meeting import MeetingWords
from dialogs.context import Services
from dialogs.main import Main
from dialogs.registry import all_routes
from tests.conversations.talking import MANAGER, NOW, STEWARD, TENANT, Chat, person
from tests.fakes.graph import FakeGraph
from tests.fakes.uow import FakeUnitsOfWork

VAULT_KEY = new_key()
JOIN_URL = "https://teams.microsoft.com/l/meetup-join/event-1"
CHAT_LINK = "https://teams.microsoft.com/l/chat/0/0?users=28:bot"
OTHER_STEWARD = person(6, "Union representative, Ottawa")
OUTSIDER = person(7, "Employee, Regina", zone="America/Regina")
NAMESAKE = person(8, "Union representative, Oshawa")
LEAD_UNION = person(9, "Facilitator for the union, Ottawa", "en", "facilitator")
LEAD_EMPLOYER = person(10, "Facilitator for the employer, Ottawa", "en", "facilitator")
REGIONAL = person(11, "Coordinator, National Capital", "en", "coordinator")


@dataclass
class Office:
    """Everything that a chat rests on; `chat` opens somebody's."""

    units: FakeUnitsOfWork
    graph: FakeGraph
    clock: ManualClock
    services: Services
    handler: TeamsHandler

    def chat(self, who: Reader = MANAGER) -> Chat:
        return Chat(self.handler, who, self._keep)

    async def _keep(self, draft: Draft) -> None:
        async with self.units() as uow:
            await uow.drafts.put(draft)
            await uow.commit()

    async def approve(self) -> None:
        """The coordinator chooses the first wished date and a pair for the newest request."""
        request = list(self.units.memory.requests.values())[-1]
        pair = {Side.UNION: LEAD_UNION.person_id, Side.EMPLOYER: LEAD_EMPLOYER.person_id}
        await self.services.staffing.approve(
            REGIONAL.person_id, request.request_id, request.preferred_at[0], pair
        )

    async def book(self) -> Session:
        """Approved, accepted by both, and the meeting made: what Outlook's side does is done."""
        await self.approve()
        for lead in (LEAD_UNION, LEAD_EMPLOYER):
            (offer,) = await self.services.assignments.mine(lead.person_id)
            await self.services.assignments.accept(lead.person_id, offer.assignment.assignment_id)
        memory = self.units.memory
        session = list(memory.sessions.values())[-1]
        session.status, session.join_url = SessionStatus.BOOKED, JOIN_URL
        session.code = "K7M-2QF"
        memory.requests[session.request_id or ""].status = RequestStatus.SCHEDULED
        return session

    def told(self, who: Reader, kind: str = "") -> list[OutboxRow]:
        """What is owed to somebody in their chat, by the beginning of its kind."""
        return [
            row
            for row in self.units.memory.outbox.values()
            if row.recipient_id == who.person_id
            and row.via is Via.CHAT
            and row.kind.startswith(kind)
        ]

    def send(self) -> None:
        """What is owed in the chat goes out."""
        for row in self.units.memory.outbox.values():
            if row.via is Via.CHAT and row.due_at <= self.clock.now():
                row.state = RowState.SENT


def open_office(catalogues: Catalogues, rules: Rules | None = None) -> Office:
    """A region with two coordinators' posts, one filled, and a facilitator of each side."""
    numbers = itertools.count(1)

    def new_id() -> str:
        return f"id{next(numbers):06d}"

    return _opened(catalogues, rules or Rules(), new_id)


def _opened(catalogues: Catalogues, rules: Rules, new_id: Callable[[], str]) -> Office:
    units, clock = FakeUnitsOfWork(), ManualClock(NOW)
    everybody = (
        MANAGER, STEWARD, OTHER_STEWARD, OUTSIDER, NAMESAKE, LEAD_UNION, LEAD_EMPLOYER, REGIONAL,
    )  # fmt: skip
    graph = FakeGraph(people=[_listed(each) for each in everybody])
    for each in everybody:
        units.memory.people[each.person_id] = _known(each)
    _fill_posts(units)
    desk = Desk(units, clock, rules, new_id, CHAT_LINK)
    staffing = StaffingService(desk, graph)
    pairing = PairingService(desk, graph, HighsMatcher(), staffing)
    assignments = AssignmentsService(desk)
    sealing = SelfIdentificationService(desk, FernetVault([VAULT_KEY]))
    selection = SelectionService(desk, sealing)
    steering, seats, cohorts = (
        SteeringService(desk),
        SeatsService(desk),
        CohortsService(desk, sealing),
    )
    inviting = InvitingService(desk, graph, graph, selection)
    bookings = {
        "session": BookingService(desk, graph, graph, MeetingWords(catalogues)),
        "interview": InterviewBooking(desk, graph, graph, InterviewMeetingWords(catalogues)),
        "cohort": CohortBooking(desk, graph, graph, CohortWords(catalogues)),
    }
    interviews, training = InterviewsService(desk, graph), TrainingService(desk, sealing)
    deeds = Deeds(steering, inviting, interviews, cohorts, training, seats, assignments)
    services = Services(
        people=PeopleService(desk, graph),
        drafts=Drafts(units),
        requests=RequestsService(desk),
        agreements=AgreementsService(desk),
        triage=TriageService(desk),
        staffing=staffing,
        pairing=pairing,
        rounds=RoundsService(desk, pairing),
        steering=steering,
        assignments=assignments,
        sessions=SessionsService(desk),
        seats=seats,
        roles=RolesService(desk),
        roster=RosterService(desk, assignments),
        absences=AbsencesService(desk),
        applications=ApplicationsService(desk, sealing),
        endorsements=EndorsementsService(desk),
        self_identification=sealing,
        selection=selection,
        inviting=inviting,
        interviews=interviews,
        cohorts=cohorts,
        outlook=OutlookService(desk, bookings, deeds),
        training=training,
        attendance=AttendanceService(desk),
        live_cards=LiveCardsService(desk),
    )
    tools = Tools(services=services, clock=clock, rules=rules, catalogues=catalogues)
    return Office(units, graph, clock, services, TeamsHandler(Main(all_routes()), tools))


def _fill_posts(units: FakeUnitsOfWork) -> None:
    region = "national-capital"
    grant = Grant(REGIONAL.person_id, Role.COORDINATOR, NOW, region=region, side="union")
    units.memory.grants[grant.person_id, grant.role.value, region, "union"] = grant
    for who, side in ((LEAD_UNION, Side.UNION), (LEAD_EMPLOYER, Side.EMPLOYER)):
        units.memory.facilitators[who.person_id] = Facilitator(
            who.person_id, side, ("en", "fr"), region, ("mental-health",), "2222"
        )


def _listed(who: Reader) -> DirectoryPerson:
    return DirectoryPerson(who.person_id, who.name, _mail(who), who.language)


def _known(who: Reader) -> Person:
    return Person(
        person_id=who.person_id,
        tenant_id=TENANT,
        name=who.name,
        mail=_mail(who),
        language=who.language,
        zone=who.zone,
    )


def _mail(who: Reader) -> str:
    return f"person{int(who.person_id[-4:])}@example.ca"
