"""A small public service in memory: people, rules, use cases, and an Outlook that obeys."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.clock import ManualClock
from bot.domain.applications import Application
from bot.domain.interviews import Interview
from bot.domain.messages import OutboxRow, RowState, Via
from bot.domain.people import Grant, Person, Role, Side
from bot.domain.requests import Visibility
from bot.domain.roster import Facilitator
from bot.domain.rules import Rules
from bot.domain.sessions import Session
from bot.matching.matcher import HighsMatcher
from bot.services.agreements import AgreementsService
from bot.services.assignments import AssignmentsService
from bot.services.booking import BookingService
from bot.services.cohorts import CohortsService
from bot.services.desk import Desk
from bot.services.interview_booking import InterviewBooking
from bot.services.interviews import InterviewsService
from bot.services.inviting import InvitingService
from bot.services.keeping import UnitOfWork, UnitsOfWork
from bot.services.keeping_outbox import OutboxQueue
from bot.services.meeting_tasks import MeetingTasks
from bot.services.outbox import Courier, MeetingCarrier, Ready
from bot.services.outlook import Deeds, OutlookService
from bot.services.outlook_hints import OutlookHints
from bot.services.outlook_looks import OutlookLooks
from bot.services.outlook_watch import OutlookWatch, addresses
from bot.services.pairing import PairingService
from bot.services.people import PeopleService
from bot.services.ports import DirectoryPerson
from bot.services.request_form import RequestForm
from bot.services.requests import RequestsService
from bot.services.roles import RolesService
from bot.services.rounds import Ranking, RoundsService
from bot.services.seats import SeatsService
from bot.services.selection import SelectionService
from bot.services.self_identification import SelfIdentificationService
from bot.services.sessions import SessionsService
from bot.services.staffing import StaffingService
from bot.services.steering import SteeringService
from bot.services.training import TrainingService
from bot.services.triage import TriageService
from bot.services.upkeep import Upkeep
from bot.vault import FernetVault
from tests.fakes.graph import FakeGraph
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.fakes.uow import FakeUnitsOfWork

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)  # a Monday, 10 am in Ottawa
WISHED = datetime(2027, 2, 16, 9, 0)  # noqa: DTZ001  # what somebody types: a local time
MANAGER, STEWARD = "manager", "steward"
UNION_COORDINATOR, EMPLOYER_COORDINATOR = "coordinator-union", "coordinator-employer"
UNION_LEADS = ("union-1", "union-2")
EMPLOYER_LEADS = ("employer-1", "employer-2")
REGION, ORGANIZATION = "national-capital", "2222"


class Words:
    """The meeting's words, as the service wants them."""

    def subject(self, session: Session) -> str:
        return f"{session.offering} {session.code}"

    def body_html(self, session: Session) -> str:
        return "<p>both languages</p>"

    def cancellation(self, session: Session) -> str:
        return session.cancel_reason


class InterviewWords:
    """Those of an interview's meeting."""

    def subject(self, language: str) -> str:
        return f"interview {language}"

    def body_html(self, language: str) -> str:
        return f"<p>{language} first</p>"

    def cancellation(self, interview: Interview, language: str) -> str:
        return interview.reason


class InOrder:
    """The programme's order of candidates where nobody said anything of themselves."""

    async def order(
        self, uow: UnitOfWork, applications: Sequence[Application], *, by_acceptance: bool = False
    ) -> list[Application]:
        return sorted(applications, key=lambda a: (a.decided_at or a.created_at, a.number))


class Notebook:
    """A carrier that writes down what it was asked to carry."""

    def __init__(self) -> None:
        self.carried: list[OutboxRow] = []

    async def prepare(self, row: OutboxRow) -> Ready:
        async def send() -> str:
            self.carried.append(row)
            return "noted"

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        raise AssertionError(f"nothing fails here: {error}")


@dataclass
class World:
    """Everything, with a clock that stands still."""

    rules: Rules = field(default_factory=Rules)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    units: FakeUnitsOfWork = field(default_factory=FakeUnitsOfWork)
    graph: FakeGraph = field(default_factory=FakeGraph)
    notebook: Notebook = field(default_factory=Notebook)
    ranking: Ranking | None = None

    def __post_init__(self) -> None:
        self.build(self.units, FakeOutboxQueue(self.units))
        self._settle()

    def build(self, units: UnitsOfWork, queue: OutboxQueue) -> None:
        """Put the use cases on this storage."""
        numbers = itertools.count(1)
        self.desk = desk = Desk(units, self.clock, self.rules, lambda: f"id-{next(numbers):05d}")
        graph = self.graph
        self.people = PeopleService(desk, graph)
        self.requests, self.agreements = RequestsService(desk), AgreementsService(desk)
        self.triage, self.staffing = TriageService(desk), StaffingService(desk, graph)
        self.pairing = PairingService(desk, graph, HighsMatcher(), self.staffing)
        self.steering, self.assignments = SteeringService(desk), AssignmentsService(desk)
        self.sessions, self.seats = SessionsService(desk), SeatsService(desk)
        self.roles = RolesService(desk)
        self.booking = BookingService(desk, graph, graph, Words())
        self.interview_booking = InterviewBooking(desk, graph, graph, InterviewWords())
        booked = {"session": self.booking, "interview": self.interview_booking}
        self.looks = OutlookLooks(desk, graph, booked)
        self.bookings = MeetingTasks({**booked, "event": self.looks})
        selection = SelectionService(desk, SelfIdentificationService(desk, FernetVault([])))
        self.inviting = InvitingService(desk, graph, graph, selection)
        cohorts = CohortsService(desk, InOrder())
        deeds = Deeds(
            self.steering, self.inviting, InterviewsService(desk, graph), cohorts,
            TrainingService(desk, InOrder()), self.seats, self.assignments,
        )  # fmt: skip
        self.outlook = OutlookService(desk, booked, deeds)
        where = addresses("https://bot.example")
        self.watch = OutlookWatch(desk, graph, where, timedelta(hours=12))
        self.hints = OutlookHints(desk)
        self.queue = queue
        carriers = {
            Via.CHAT: self.notebook,
            Via.MAIL: self.notebook,
            Via.ACTIVITY: self.notebook,
            Via.REFRESH: self.notebook,
            Via.MEETING: MeetingCarrier(self.bookings),
        }
        self.courier = Courier(self.queue, carriers, self.clock)
        self.rounds = RoundsService(desk, self.ranking or self.pairing)
        self.training = TrainingService(desk, InOrder())
        self.upkeep = Upkeep(desk, self.assignments, self.seats, self.rounds, self.training)

    def _settle(self) -> None:
        memory = self.units.memory
        everybody = (
            MANAGER, STEWARD, UNION_COORDINATOR, EMPLOYER_COORDINATOR, *UNION_LEADS,
            *EMPLOYER_LEADS,
        )  # fmt: skip
        for person_id in everybody:
            self.meet(person_id)
        for side, person_id in (("union", UNION_COORDINATOR), ("employer", EMPLOYER_COORDINATOR)):
            grant = Grant(person_id, Role.COORDINATOR, NOW, region=REGION, side=side)
            memory.grants[(person_id, "coordinator", REGION, side)] = grant
        for side, leads in ((Side.UNION, UNION_LEADS), (Side.EMPLOYER, EMPLOYER_LEADS)):
            for person_id in leads:
                memory.facilitators[person_id] = Facilitator(
                    person_id, side, ("en", "fr"), REGION, ("mental-health",), "2300"
                )

    def meet(self, person_id: str, zone: str = "America/Toronto") -> str:
        """Somebody of the tenant whom the directory knows."""
        mail = f"{person_id}@example.org"
        self.units.memory.people[person_id] = Person(
            person_id, "tenant", person_id.title(), mail, teams_zone=zone
        )
        self.graph.people.append(DirectoryPerson(person_id, person_id.title(), mail))
        return person_id

    def form(self, form_id: str = "form-1", **changed: object) -> RequestForm:
        """A request that can be met."""
        asked: dict[str, object] = {
            "form_id": form_id,
            "offering": "mental-health",
            "organization": ORGANIZATION,
            "region": REGION,
            "team": "Payroll",
            "side": Side.EMPLOYER,
            "counterpart_id": STEWARD,
            "participants": 12,
            "language": "en",
            "zone": "America/Toronto",
            "preferred": (WISHED,),
            "visibility": Visibility.TEAM,
        }
        return RequestForm(**{**asked, **changed})

    async def approved(self, **changed: object) -> str:
        """A request that a coordinator approved; gives its id."""
        view = await self.requests.submit(MANAGER, self.form(**changed))
        request = view.request
        await self.agreements.agree(STEWARD, request.request_id)
        pair = {Side.UNION: UNION_LEADS[0], Side.EMPLOYER: EMPLOYER_LEADS[0]}
        await self.staffing.approve(
            UNION_COORDINATOR, request.request_id, request.preferred_at[0], pair
        )
        return request.request_id

    async def booked(self, **changed: object) -> Session:
        """A session that is booked in Outlook."""
        request_id = await self.approved(**changed)
        for person_id in (UNION_LEADS[0], EMPLOYER_LEADS[0]):
            (offer,) = await self.assignments.mine(person_id)
            await self.assignments.accept(person_id, offer.assignment.assignment_id)
        await self.settle()
        return await self.session(request_id)

    async def settle(self) -> None:
        """Carry out what is due, a waiting join link included."""
        for _ in range(5):
            await self.courier.run_until_idle()
            self.clock.advance(timedelta(seconds=15))

    async def at(self, instant: datetime) -> None:
        """Let time pass until then, the worker doing its rounds."""
        self.clock.set(instant)
        await self.upkeep.run()
        await self.courier.run_until_idle()

    async def session(self, request_id: str) -> Session:
        """The request's session that is not cancelled."""
        return self.session_of(request_id)

    def session_of(self, request_id: str) -> Session:
        """The request's session that is not cancelled."""
        (found,) = [
            session
            for session in self.units.memory.sessions.values()
            if session.request_id == request_id and session.status.value != "cancelled"
        ]
        return found

    def told(self, person_id: str) -> list[str]:
        """The kinds of what a person was told in the chat, in order."""
        return [
            row.kind
            for row in self.notebook.carried
            if row.recipient_id == person_id and row.via is Via.CHAT
        ]

    def owed(self, kinds: str = "") -> list[OutboxRow]:
        """Rows still to be carried out."""
        return [
            row
            for row in self.units.memory.outbox.values()
            if row.state is RowState.PENDING and row.kind.startswith(kinds)
        ]
