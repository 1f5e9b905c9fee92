"""Requests to pair, people to pair, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.people import Side
from bot.domain.requests import Request, Visibility
from bot.domain.roster import Absence
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from bot.matching.matcher import HighsMatcher
from bot.services.pairing import PairingService
from bot.services.pairing_views import PairingPlan, Pairs, PairView, PlanChoice
from bot.services.ports import Availability
from tests.unit.services.world import (
    MANAGER,
    NOW,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

OTHER_DAY = datetime(2027, 2, 17, 9, 0)  # noqa: DTZ001  # what somebody types: a local time


class NotedCalendars:
    """Outlook, and who was asked about."""

    def __init__(self, world: World) -> None:
        self._graph = world.graph
        self.asked: list[list[str]] = []
        world.pairing = PairingService(world.desk, self, HighsMatcher(), world.staffing)

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        self.asked.append(list(mailboxes))
        return await self._graph.availability(mailboxes, starts_at, ends_at)


async def agreed(world: World, form_id: str = "form-1", **changed: object) -> Request:
    view = await world.requests.submit(MANAGER, world.form(form_id, **changed))
    await world.agreements.agree(STEWARD, view.request.request_id)
    return view.request


async def best(world: World, request: Request, **changed: object) -> Pairs:
    asked = {"limit": 5, **changed}
    return await world.pairing.best(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0], **asked
    )


def ids(pairs: Sequence[PairView]) -> list[tuple[str, str]]:
    return [(p.union.person.person_id, p.employer.person.person_id) for p in pairs]


def join(world: World, person_id: str, like: str = UNION_LEADS[0], **changed: object) -> str:
    """Put somebody on the roster."""
    world.meet(person_id)
    roster = world.units.memory.facilitators
    roster[person_id] = replace(roster[like], person_id=person_id, **changed)
    return person_id


def change(world: World, person_id: str, **changed: object) -> None:
    roster = world.units.memory.facilitators
    roster[person_id] = replace(roster[person_id], **changed)


def absent(world: World, person_id: str, on: date) -> None:
    absence = Absence(f"absence-{person_id}", person_id, on, on, "America/Toronto", NOW)
    world.units.memory.absences[absence.absence_id] = absence


def busy(world: World, person_id: str, at: datetime) -> None:
    world.graph.busy.append((f"{person_id}@example.org", at, at + timedelta(hours=1)))


async def approve(world: World, request: Request, union: str, employer: str) -> None:
    pair = {Side.UNION: union, Side.EMPLOYER: employer}
    await world.staffing.approve(
        UNION_COORDINATOR, request.request_id, request.preferred_at[0], pair
    )


def choices(plan: PairingPlan) -> list[PlanChoice]:
    return [
        PlanChoice(
            row.request.request_id,
            row.starts_at,
            row.pair.union.person.person_id,
            row.pair.employer.person.person_id,
        )
        for row in plan.rows
    ]


def led_together(world: World, union: str, employer: str) -> None:
    """A session that two people held a month ago."""
    key, starts_at = f"{union}-{employer}", NOW - timedelta(days=31)
    world.units.memory.sessions[key] = Session(
        session_id=key,
        code=key,
        offering="harassment",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        zone="America/Toronto",
        language="en",
        region=REGION,
        organization="2229",
        visibility=Visibility.TEAM,
        capacity=15,
        transaction_id=key,
        created_at=starts_at,
        status=SessionStatus.CLOSED,
    )
    for side, person_id in ((Side.UNION, union), (Side.EMPLOYER, employer)):
        assignment = Assignment(
            f"{key}-{side}", key, person_id, side, starts_at, starts_at, AssignmentStatus.ACCEPTED
        )
        world.units.memory.assignments[assignment.assignment_id] = assignment
