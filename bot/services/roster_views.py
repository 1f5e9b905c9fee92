"""How one reader sees a facilitator, and how the roster is listed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import NotFound
from bot.domain.pairing import DAYS_A_MONTH
from bot.domain.people import Side
from bot.domain.roster import Absence, Facilitator, Standing, Wish
from bot.domain.sessions import Assignment, AssignmentStatus, Session
from bot.services.desk import Desk, coordinates, facilitator_subject
from bot.services.keeping import UnitOfWork
from bot.services.session_views import named
from bot.services.views import Named, TimelineEntry

_LOCAL = "America/Toronto"


@dataclass(frozen=True, slots=True)
class Figures:
    """Sessions over the rules' months: `led` are over, `ahead` accepted; `aimed` is asked."""

    led: int
    ahead: int
    aimed: int
    months: int


@dataclass(frozen=True, slots=True)
class Meets:
    """A session that an absence touches; `accepted` is False while it is only offered."""

    assignment_id: str
    session: Session
    accepted: bool


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence, and what its facilitator leads or is asked to lead on those days."""

    absence: Absence
    meets: tuple[Meets, ...]


@dataclass(frozen=True, slots=True)
class FacilitatorView:
    """A facilitator as one reader sees them; `relation` is self or coordinator.

    `wish` is what they wish today, `absences` those that are not over (their reasons only for
    themselves), `offers` and `leads` what awaits their answer and what they accepted. `may`
    holds what the reader can do now: pause, resume, retire, bring_back, wish, absence, certify.
    """

    facilitator: Facilitator
    person: Named
    relation: str
    figures: Figures
    wish: Wish
    absences: tuple[AbsenceView, ...]
    offers: int
    leads: int
    timeline: tuple[TimelineEntry, ...]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """Whom to list; None leaves a criterion out."""

    side: str | None = None
    topic: str | None = None
    language: str | None = None
    standing: str | None = None
    region: str | None = None

    def takes(self, facilitator: Facilitator) -> bool:
        """Whether the roster lists this one."""
        return (
            self.side in (None, facilitator.side.value)
            and (self.topic is None or self.topic in facilitator.topics)
            and (self.language is None or self.language in facilitator.languages)
            and self.standing in (None, facilitator.standing.value)
            and self.region in (None, facilitator.region)
        )


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One facilitator in the list. `away` is the absence of today, without its reason."""

    facilitator: Facilitator
    person: Named
    figures: Figures
    away: Absence | None


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Some of the roster, active ones first, the least loaded before the others.

    `regions` are those that the reader may list; `total` counts all that the filter takes.
    """

    lines: tuple[RosterLine, ...]
    first: int
    total: int
    regions: tuple[str, ...]
    which: RosterFilter

    @property
    def next_first(self) -> int | None:
        """Where the next page begins; None on the last."""
        following = self.first + len(self.lines)
        return following if following < self.total else None


def moves(facilitator: Facilitator, *, own: bool, steers: bool) -> frozenset[str]:
    """What somebody can do: the facilitator themself, or whoever steers their region.

    Coming back and further topics are for somebody else to say.
    """
    may: set[str] = set()
    if facilitator.standing is Standing.ACTIVE:
        may |= {"pause", "retire"}
    elif facilitator.standing is Standing.PAUSED:
        may |= {"resume", "retire"}
    elif steers and not own:
        may.add("bring_back")
    if facilitator.standing is not Standing.RETIRED:
        may |= {"wish", "absence"} if own else {"certify"}
    return frozenset(may)


async def facilitator_view(
    uow: UnitOfWork, desk: Desk, facilitator: Facilitator, reader_id: str
) -> FacilitatorView:
    """How one reader sees a facilitator. Raises `NotFound` where they have no business to."""
    person_id = facilitator.person_id
    own = reader_id == person_id
    steers = coordinates(tuple(await uow.grants.of(reader_id)), facilitator.region)
    if not (own or steers):
        raise NotFound("facilitator_unknown")
    today = await today_of(uow, desk, person_id)
    standing = await standing_assignments(uow, desk, person_id)
    counted = await figures(uow, desk, {person_id})
    absences = await uow.absences.of_person(person_id, today)
    return FacilitatorView(
        facilitator=facilitator,
        person=(await named(uow, person_id))[person_id],
        relation="self" if own else "coordinator",
        figures=counted[person_id],
        wish=facilitator.wishes(today),
        absences=tuple(absence_view(_seen(a, own=own), standing) for a in absences),
        offers=sum(a.status is AssignmentStatus.OFFERED for a, _ in standing),
        leads=sum(a.status is AssignmentStatus.ACCEPTED for a, _ in standing),
        timeline=await _timeline(uow, person_id),
        may=moves(facilitator, own=own, steers=steers),
    )


def absence_view(absence: Absence, standing: Collection[tuple[Assignment, Session]]) -> AbsenceView:
    """An absence with the sessions that it touches, soonest first."""
    zone = ZoneInfo(absence.zone)
    touched = [
        Meets(a.assignment_id, session, a.status is AssignmentStatus.ACCEPTED)
        for a, session in standing
        if session.starts_at.astimezone(zone).date() <= absence.to_on
        and session.ends_at.astimezone(zone).date() >= absence.from_on
    ]
    return AbsenceView(absence, tuple(touched))


async def standing_assignments(
    uow: UnitOfWork, desk: Desk, person_id: str
) -> list[tuple[Assignment, Session]]:
    """What somebody accepted or is asked to lead from now on, soonest first."""
    asked = await uow.assignments.ahead(person_id, desk.now)
    sessions = await uow.sessions.many({a.session_id for a in asked})
    found = [(a, sessions[a.session_id]) for a in asked]
    return [(a, s) for a, s in found if s.starts_at > desk.now]


async def figures(
    uow: UnitOfWork, desk: Desk, person_ids: Collection[str]
) -> Mapping[str, Figures]:
    """How much these people have led over the rules' months, and will."""
    rules = desk.rules
    since = desk.now - timedelta(days=round(rules.load_months * DAYS_A_MONTH))
    counted = await uow.assignments.led_and_ahead(person_ids, since, desk.now)
    return {
        person_id: Figures(led, ahead, rules.sessions_aimed, rules.load_months)
        for person_id, (led, ahead) in counted.items()
    }


async def today_of(uow: UnitOfWork, desk: Desk, person_id: str) -> date:
    """The day it is where somebody lives."""
    return local_day(desk.now, await zone_of(uow, person_id))


async def zone_of(uow: UnitOfWork, person_id: str) -> str:
    """The zone in which somebody's days are counted."""
    person = await uow.people.get(person_id)
    return person.lives_in if person else _LOCAL


def local_day(at: datetime, zone: str) -> date:
    """The day that the clocks of a zone show at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def without_reason(absence: Absence) -> Absence:
    """What others than its facilitator may know of an absence: the days."""
    return replace(absence, reason="")


def _seen(absence: Absence, *, own: bool) -> Absence:
    return absence if own else without_reason(absence)


async def _timeline(uow: UnitOfWork, person_id: str) -> tuple[TimelineEntry, ...]:
    entries = await uow.history.of(facilitator_subject(person_id))
    names = await named(uow, *(e.actor_id for e in entries if e.actor_id))
    return tuple(
        TimelineEntry(e.at, e.what, names[e.actor_id] if e.actor_id else None, e.note)
        for e in entries
    )


async def roster_lines(
    uow: UnitOfWork, desk: Desk, facilitators: Collection[Facilitator]
) -> list[RosterLine]:
    """These facilitators as the list shows them, in its order."""
    ids = {f.person_id for f in facilitators}
    names, counted = await named(uow, *ids), await figures(uow, desk, ids)
    away: dict[str, Absence] = {}
    today = desk.now.astimezone(UTC).date()
    day = timedelta(days=1)
    for absence in await uow.absences.of_people(ids, today - day, today + day):
        if absence.from_on <= local_day(desk.now, absence.zone) <= absence.to_on:
            away.setdefault(absence.person_id, without_reason(absence))
    lines = [
        RosterLine(f, names[f.person_id], counted[f.person_id], away.get(f.person_id))
        for f in facilitators
    ]
    return sorted(lines, key=_order)


_ORDER = (Standing.ACTIVE, Standing.PAUSED, Standing.RETIRED)


def _order(line: RosterLine) -> tuple[int, bool, int, str, str]:
    facilitator, counted = line.facilitator, line.figures
    return (
        _ORDER.index(facilitator.standing),
        facilitator.side is Side.EMPLOYER,
        counted.led + counted.ahead,
        line.person.name or "",
        facilitator.person_id,
    )
