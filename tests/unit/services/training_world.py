"""A world with accepted candidates: what the tests of cohorts begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.cohorts import Cohort, TrainingSeat
from bot.domain.messages import Via
from bot.domain.people import Grant, Role, Side
from bot.domain.training_days import Rhythm
from bot.services.attendance import AttendanceService
from bot.services.cohort_booking import CohortBooking
from bot.services.cohorts import CohortForm, CohortsService
from bot.services.interviews import InterviewsService
from bot.services.keeping import UnitOfWork
from bot.services.meeting_tasks import MeetingTasks
from bot.services.outbox import Courier, MeetingCarrier
from bot.services.outlook import Deeds, OutlookService
from bot.services.outlook_looks import OutlookLooks
from bot.services.training import TrainingService
from tests.unit.services.world import NOW, REGION, UNION_COORDINATOR, World

PLANNER = UNION_COORDINATOR
ADMINISTRATOR = "administrator"
STRANGER = "stranger"
FIRST_ON = date(2027, 3, 10)  # a Wednesday; the clocks go forward on Sunday, March 14


class ByDate:
    """The programme's order without anybody's self-identification; `first` go before all."""

    def __init__(self, *first: str) -> None:
        self.first = set(first)

    async def order(
        self, uow: UnitOfWork, applications: Sequence[Application], *, by_acceptance: bool = False
    ) -> list[Application]:
        assert by_acceptance
        return sorted(
            applications,
            key=lambda a: (a.applicant_id not in self.first, a.decided_at or NOW, a.number),
        )


class CohortWords:
    def subject(self, cohort: Cohort) -> str:
        return f"Orientation {cohort.code}"

    def body_html(self, cohort: Cohort) -> str:
        return "<p>both languages</p>"

    def cancellation(self, cohort: Cohort) -> str:
        return cohort.cancel_reason


def form(form_id: str = "cohort-1", **changed: Any) -> CohortForm:
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
    }
    return CohortForm(**{**said, **changed})


class TrainingWorld:
    """The small public service, with cohorts; `order` is the programme's."""

    def __init__(self, *first: str) -> None:
        self.world = World()
        self.build(*first)
        memory = self.memory
        self.world.meet(ADMINISTRATOR)
        self.world.meet(STRANGER)
        memory.grants[(ADMINISTRATOR, "administrator", "", "")] = Grant(
            ADMINISTRATOR, Role.ADMINISTRATOR, NOW
        )

    def build(self, *first: str) -> None:
        desk, graph = self.world.desk, self.world.graph
        order = ByDate(*first)
        self.cohorts, self.training = CohortsService(desk, order), TrainingService(desk, order)
        self.attendance = AttendanceService(desk)
        booking = CohortBooking(desk, graph, graph, CohortWords())
        looks = OutlookLooks(desk, graph, {"cohort": booking})
        world = self.world
        deeds = Deeds(
            world.steering, world.inviting, InterviewsService(desk, graph), self.cohorts,
            self.training, world.seats, world.assignments,
        )  # fmt: skip
        self.outlook = OutlookService(desk, {"cohort": booking}, deeds)
        notebook = self.world.notebook
        carriers = {
            Via.CHAT: notebook,
            Via.MAIL: notebook,
            Via.ACTIVITY: notebook,
            Via.REFRESH: notebook,
            Via.MEETING: MeetingCarrier(MeetingTasks({"cohort": booking, "event": looks})),
        }
        self.world.courier = Courier(self.world.queue, carriers, self.world.clock)

    @property
    def memory(self) -> Any:
        return self.world.units.memory

    def candidate(
        self,
        name: str,
        side: Side = Side.UNION,
        region: str = REGION,
        *,
        levels: dict[str, str] | None = None,
        status: ApplicationStatus = ApplicationStatus.ACCEPTED,
    ) -> str:
        """Somebody accepted, each a minute after the one before; gives their id."""
        if name not in self.memory.people:
            self.world.meet(name)
        number = len(self.memory.applications) + 1
        self.memory.applications[f"app-{name}"] = Application(
            application_id=f"app-{name}",
            year=2027,
            number=number,
            applicant_id=name,
            side=side,
            organization="2222",
            region=region,
            zone="America/Toronto",
            levels=levels or {"en": "e", "fr": "c"},
            topics=("anti-racism",),
            experience="…",
            motivation="…",
            manager_id="manager",
            reference_id="steward",
            created_at=NOW,
            submitted_at=NOW,
            decided_at=NOW + timedelta(minutes=number),
            status=status,
        )
        return name

    def crowd(self, union: int, employer: int, region: str = REGION) -> list[str]:
        """So many accepted candidates of each side."""
        made = [self.candidate(f"u{n}-{region}", Side.UNION, region) for n in range(union)]
        return made + [
            self.candidate(f"e{n}-{region}", Side.EMPLOYER, region) for n in range(employer)
        ]

    async def opened(self, **changed: Any) -> str:
        """A cohort whose seats are being offered; gives its id."""
        view = await self.cohorts.plan(PLANNER, form(**changed))
        await self.cohorts.open(PLANNER, view.cohort.cohort_id)
        return view.cohort.cohort_id

    async def running(self, *people: str, **changed: Any) -> str:
        """A cohort on its first day, with these people in it."""
        cohort_id = await self.opened(**changed)
        for person in people:
            await self.training.accept(person, cohort_id)
        await self.world.settle()
        self.world.clock.set(self.cohort(cohort_id).starts_at)
        await self.training.tend(cohort_id)
        return cohort_id

    def cohort(self, cohort_id: str = "cohort-1") -> Cohort:
        return self.memory.cohorts[cohort_id]

    def seat(self, person: str, cohort_id: str = "cohort-1") -> TrainingSeat:
        return self.memory.training[(cohort_id, person)]

    def stands(self, person: str, cohort_id: str = "cohort-1") -> str:
        seat = self.memory.training.get((cohort_id, person))
        return seat.status.value if seat else ""

    def applied(self, person: str) -> str:
        return self.memory.applications[f"app-{person}"].status.value

    def told(self, person: str) -> list[str]:
        return self.world.told(person)

    def with_status(self, status: str, cohort_id: str = "cohort-1") -> list[str]:
        return sorted(
            s.person_id
            for s in self.memory.training.values()
            if s.cohort_id == cohort_id and s.status.value == status
        )
