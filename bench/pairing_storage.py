"""The ranking over the program's own storage: what a coordinator waits for, without Outlook."""

from __future__ import annotations

import gc
import itertools
import statistics
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bench import data
from bench.harness import Bench, Figures
from bench.pairing_world import Year, make_year
from bot import startup
from bot.clock import SystemClock
from bot.domain.pairing import Availability
from bot.domain.people import Grant, Person, Role, Side
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.domain.roster import Facilitator
from bot.domain.rules import Rules
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from bot.matching.matcher import HighsMatcher
from bot.services.desk import Desk
from bot.services.pairing import PairingService
from bot.services.staffing import StaffingService
from storage.engine import Database
from storage.unit_of_work import SqlUnitsOfWork

FACILITATORS, SESSIONS, OPEN = 1500, 1000, 100
ACTOR = "coordinator"
TIMES = 20


class Free:
    """An Outlook that answers at once: everybody is free."""

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        return dict.fromkeys(mailboxes, Availability.FREE)

    async def taken(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        return dict.fromkeys(mailboxes, ())


async def with_storage(bench: Bench) -> Figures:
    """Milliseconds for one request; seconds for all open ones of a region."""
    figures: Figures = {}
    for engine in bench.databases:
        async with data.migrated(bench.database(engine)) as database:
            requests = await _fill(database, make_year(FACILITATORS, SESSIONS))
            numbers = itertools.count()
            units = SqlUnitsOfWork(database)
            desk = Desk(units, SystemClock(), Rules(), lambda n=numbers: f"id-{next(n)}")
            staffing = StaffingService(desk, Free())
            pairing = PairingService(desk, Free(), HighsMatcher(), staffing)
            taken, worked = list[float](), list[float]()
            startup.over()  # as the program does when it is ready
            for request in requests[:TIMES]:
                began, cpu = time.perf_counter(), time.process_time()
                found = await pairing.best(ACTOR, request.request_id, request.preferred_at[0])
                taken.append(1000 * (time.perf_counter() - began))
                worked.append(1000 * (time.process_time() - cpu))
                assert found.pairs
            gc.unfreeze()
            began = time.perf_counter()
            plan = await pairing.plan_region(ACTOR, requests[0].region)
            seconds = time.perf_counter() - began
        figures |= {
            f"pairing.stored.best_ms.p50.{engine}": statistics.median(taken),
            f"pairing.stored.best_ms.max.{engine}": max(taken),
            f"pairing.stored.best_cpu_ms.p50.{engine}": statistics.median(worked),
            f"pairing.stored.region_seconds.{engine}": seconds,
            f"pairing.stored.region_paired.{engine}": len(plan.rows),
        }
    return figures


async def _fill(database: Database, year: Year) -> list[Request]:
    """Facilitators, the sessions of a year that they led in twos, and open requests."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    units = SqlUnitsOfWork(database)
    async with units() as uow:
        await uow.grants.add(Grant(ACTOR, Role.ADMINISTRATOR, now))
        for profile in year.profiles.values():
            fit = year.trained[profile.person_id]
            mail = f"{profile.person_id}@bench.example"
            await uow.people.add(Person(profile.person_id, "tenant", profile.person_id, mail))
            await uow.facilitators.add(
                Facilitator(
                    profile.person_id,
                    profile.side,
                    tuple(sorted(fit.languages)),
                    profile.region,
                    tuple(sorted(fit.topics)),
                    profile.organization,
                    profile.team,
                )
            )
        await uow.commit()
    sides = {side: [p for p in year.profiles.values() if p.side is side] for side in Side}
    for number in range(SESSIONS):
        async with units() as uow:
            starts = now - timedelta(days=1 + number * 365 // SESSIONS)
            session = _session(number, starts, year)
            await uow.sessions.add(session)
            for side, people in sides.items():
                one = people[(number * 7 + (side is Side.UNION)) % len(people)]
                await uow.assignments.add(
                    Assignment(
                        f"{session.session_id}-{side.value}",
                        session.session_id,
                        one.person_id,
                        side,
                        starts,
                        starts,
                        AssignmentStatus.ACCEPTED,
                        starts,
                    )
                )
            await uow.commit()
    requests = [_request(number, now, year) for number in range(OPEN)]
    async with units() as uow:
        for request in requests:
            await uow.requests.add(request)
        await uow.commit()
    return requests


def _session(number: int, starts: datetime, year: Year) -> Session:
    asked = year.requests[number]
    return Session(
        session_id=f"session-{number}",
        code=data.code(number),
        offering=asked.topic,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=asked.minutes),
        zone="America/Toronto",
        language=asked.language,
        region=asked.region,
        organization=asked.organization,
        visibility=Visibility.TEAM,
        capacity=15,
        transaction_id=f"transaction-{number}",
        created_at=starts,
        status=SessionStatus.CLOSED,
    )


def _request(number: int, now: datetime, year: Year) -> Request:
    """All of one region: the plan of a region is that of a hundred requests."""
    asked = year.requests[number]
    day = now + timedelta(days=21 + number % 40)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return Request(
        request_id=f"request-{number}",
        year=2027,
        number=number + 1,
        requester_id="requester",
        counterpart_id="counterpart",
        side=Side.EMPLOYER,
        offering=asked.topic,
        organization=asked.organization,
        region="national-capital",
        team=asked.team,
        participants=12,
        language=asked.language,
        zone="America/Toronto",
        preferred_at=(day.replace(hour=14 + number % 2),),
        visibility=Visibility.TEAM,
        created_at=now,
        status=RequestStatus.AGREED,
        agreed_at=now,
    )
