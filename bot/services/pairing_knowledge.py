"""What the ranking needs to know of facilitators: loads, partners, months, absences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.pairing import (
    DAYS_A_MONTH,
    Need,
    Placed,
    Profile,
    months_between,
)
from bot.domain.requests import Request
from bot.domain.roster import Absence, Facilitator, Trained
from bot.services.desk import Desk
from bot.services.keeping import Led, UnitOfWork
from bot.services.request_form import usual_minutes

DAY = timedelta(days=1)
MONTH = timedelta(days=32)
"""What began longer ago is in no month that is still to be filled."""
PROGRAMME_ZONE = "America/Toronto"
"""On its clock every working hour of Canada falls on its own day: months are counted by it."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Profiles by person, and what keeps people from leading at a time."""

    profiles: Mapping[str, Profile]
    standing: Mapping[str, Sequence[Led]]
    absences: Mapping[str, Sequence[Absence]]
    gap: timedelta

    def placed(self, person_id: str, need: Need) -> Placed:
        """Somebody at the time of a need, whatever their calendar says."""
        starts, ends = need.starts_at - self.gap, need.ends_at + self.gap
        standing, absences = self.standing.get(person_id), self.absences.get(person_id)
        return Placed(
            self.profiles[person_id],
            engaged=bool(standing)
            and any(led.starts_at < ends and starts < led.ends_at for led in standing),
            absent=bool(absences) and any(_away(absence, need) for absence in absences),
        )


def need_of(request: Request, starts_at: datetime, choice: int = 0) -> Need:
    """A request at one time."""
    return Need(
        need_id=f"{request.request_id}@{choice}",
        request_id=request.request_id,
        region=request.region,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=usual_minutes(request.offering)),
        on=starts_at.astimezone(ZoneInfo(PROGRAMME_ZONE)).date(),
        choice=choice,
    )


async def know(
    uow: UnitOfWork,
    desk: Desk,
    people: Sequence[Facilitator | Trained],
    needs: Sequence[Need],
    *,
    partners: bool = False,
) -> Knowledge:
    """Everything about these people for these needs; whom they led with only where it is asked."""
    now, rules = desk.now, desk.rules
    ids = [f.person_id for f in people]
    since = _since(desk)
    ever = await uow.assignments.ever(ids)
    loads = await uow.assignments.loads(ids, since)
    standing = await uow.assignments.standing(ids, max(since, now - MONTH - DAY))
    first, last = min(need.on for need in needs), max(need.on for need in needs)
    absences = await uow.absences.of_people(ids, first - DAY, last + DAY)
    averages = await uow.assignments.averages(since)
    ahead = Counter(each.person_id for each in standing if each.accepted and each.starts_at > now)
    met = partners_in(await uow.assignments.led(ids, since)) if partners else {}
    recent = [each for each in standing if each.ends_at >= now - MONTH]
    months = _months(recent)
    profiles = {
        f.person_id: Profile(
            person_id=f.person_id,
            side=f.side,
            region=f.region,
            organization=f.organization,
            team=f.team,
            load=loads.get(f.person_id, 0),
            average=averages.get(f.region, 0.0),
            led=ever.get(f.person_id, 0) - ahead[f.person_id],
            served=_served(f, now, rules.load_months),
            wish=f.wish,
            wish_until_on=f.wish_until_on,
            months=months.get(f.person_id, {}),
            partners=met.get(f.person_id, {}),
        )
        for f in people
    }
    return Knowledge(
        profiles,
        _by_person(recent),
        _by_person(absences),
        rules.preparation_gap,
    )


def _away(absence: Absence, need: Need) -> bool:
    """Whether one of an absence's days, on its own clock, is one of the session's."""
    zone = ZoneInfo(absence.zone)
    first, last = need.starts_at.astimezone(zone).date(), need.ends_at.astimezone(zone).date()
    return absence.from_on <= last and first <= absence.to_on


def _served(facilitator: Facilitator | Trained, now: datetime, months: int) -> int:
    since = facilitator.since_at
    return months if since is None else min(months, months_between(since, now))


async def partners_of(
    uow: UnitOfWork, desk: Desk, person_ids: Collection[str]
) -> Mapping[str, Mapping[str, tuple[datetime, ...]]]:
    """Whom these people led with within the load's months, and when."""
    return partners_in(await uow.assignments.led(person_ids, _since(desk)))


def _since(desk: Desk) -> datetime:
    return desk.now - timedelta(days=round(desk.rules.load_months * DAYS_A_MONTH))


def partners_in(led: Sequence[Led]) -> dict[str, dict[str, tuple[datetime, ...]]]:
    """Person → partner → when they lead together, oldest first."""
    sessions: defaultdict[str, list[Led]] = defaultdict(list)
    for each in led:
        sessions[each.session_id].append(each)
    found: defaultdict[str, dict[str, tuple[datetime, ...]]] = defaultdict(dict)
    for together in sessions.values():
        for one in together:
            for other in together:
                if one.side is not other.side:
                    times = found[one.person_id].get(other.person_id, ())
                    found[one.person_id][other.person_id] = (*times, one.starts_at)
    return found


def _months(standing: Sequence[Led]) -> dict[str, Counter[str]]:
    zone = ZoneInfo(PROGRAMME_ZONE)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for led in standing:
        found[led.person_id][led.starts_at.astimezone(zone).date().isoformat()[:7]] += 1
    return found


Theirs = TypeVar("Theirs", Led, Absence)


def _by_person(rows: Sequence[Theirs]) -> dict[str, list[Theirs]]:
    found: defaultdict[str, list[Theirs]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
