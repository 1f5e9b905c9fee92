"""Times for an interview, from both calendars, and what may be offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import interview_times
from bot.domain.calendar import earliest_instant
from bot.domain.errors import OutsideFault, Refusal
from bot.domain.interview_times import LONGEST, OFFERED, SHORTEST, check_days, free_starts, in_hours
from bot.domain.people import Person
from bot.domain.rules import Rules
from bot.services.desk import Desk, the_application
from bot.services.interviewing import PICKED
from bot.services.people import introduce
from bot.services.planning import check_planned
from bot.services.ports import Calendars, Directory
from bot.services.selecting import Stance, stance_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InterviewTimes:
    """When both could meet.

    `free` holds every start, soonest first, `offered` the three that are proposed. What a calendar
    that did not answer would say is not known: `coordinator_answered`, `candidate_answered`.
    """

    offered: tuple[datetime, ...]
    free: tuple[datetime, ...]
    coordinator_answered: bool
    candidate_answered: bool

    @property
    def answered(self) -> bool:
        """Whether both calendars did."""
        return self.coordinator_answered and self.candidate_answered


class TimesFinder:
    """Asks the calendars of a coordinator and a candidate."""

    def __init__(self, desk: Desk, calendars: Calendars, directory: Directory) -> None:
        self._desk = desk
        self._calendars = calendars
        self._directory = directory

    async def times(
        self, actor_id: str, application_id: str, minutes: int, days: tuple[date, date]
    ) -> InterviewTimes:
        """When both are free within the days, on the candidate's clock.

        The actor, or whoever leads the interview that is to be moved.

        Raises:
            NotFound: the application is not the actor's to select.
            Refusal: `not_allowed` for administrators who stand in; the length or the days make no
                sense.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            application = await the_application(uow, application_id, lock=False)
            if await stance_of(uow, actor_id, application) is Stance.STAND_IN:
                raise Refusal("not_allowed")
            held = await uow.interviews.of_application(application_id)
            # Either coordinator moves an interview: whoever leads it has to be free.
            lead_id = held[0].coordinator_id if held and held[0].status in PICKED else actor_id
            ids = (lead_id, application.applicant_id)
        people = await self._people(ids)
        zone, mails = application.zone, [person.mail for person in people]
        check_minutes(minutes)
        check_days(*days, desk.now.astimezone(ZoneInfo(zone)).date(), desk.rules)
        start = earliest_instant(datetime.combine(days[0], time()), zone)
        end = earliest_instant(datetime.combine(days[1] + _DAY, time()), zone)
        told = await self._taken([mail for mail in mails if mail], start, end)
        taken = [told.get(mail) if mail else None for mail in mails]
        busy = [stretch for one in taken for stretch in one or ()]
        free = free_starts(days, minutes, (zone, people[0].lives_in), busy, desk.now, desk.rules)
        return InterviewTimes(
            offered=tuple(interview_times.spread(free, minutes, zone)),
            free=tuple(free),
            coordinator_answered=taken[0] is not None,
            candidate_answered=taken[1] is not None,
        )

    async def _people(self, ids: tuple[str, str]) -> list[Person]:
        """Both, with their mail where the directory tells it."""
        people = await self._known(ids)
        unknown = [one.person_id for one in people if not one.mail]
        if not unknown:
            return people
        try:
            await introduce(self._desk, self._directory, unknown)
        except OutsideFault:
            return people
        return await self._known(ids)

    async def _known(self, ids: tuple[str, str]) -> list[Person]:
        async with self._desk.uow(reading=True) as uow:
            found = await uow.people.many(ids)
        return [found.get(one) or Person(one) for one in ids]

    async def _taken(
        self, mails: Sequence[str], start: datetime, end: datetime
    ) -> dict[str, Sequence[tuple[datetime, datetime]] | None]:
        """What takes their time, by mail; nothing is known while Outlook is away."""
        if not mails:
            return {}
        try:
            return dict(await self._calendars.taken(mails, start, end))
        except OutsideFault:
            return {}


def check_minutes(minutes: int) -> None:
    """Refuse a length that no interview has. Raises `Refusal`."""
    if not SHORTEST <= minutes <= LONGEST:
        raise Refusal("interview_length", field="minutes", least=SHORTEST, most=LONGEST)


def check_options(
    options: Sequence[datetime],
    minutes: int,
    zones: tuple[str, str],
    now: datetime,
    rules: Rules,
) -> None:
    """Refuse times at which the two cannot meet: `zones` are the candidate's and the actor's.

    Raises:
        Refusal: `interview_times_missing`, `interview_times_many`, `interview_time_twice`,
            `interview_outside_hours`, `date_…`, `session_in_past`, all at `other`.
    """
    if not options:
        raise Refusal("interview_times_missing", field="other")
    if len(options) > OFFERED:
        raise Refusal("interview_times_many", field="other", most=OFFERED)
    if len(set(options)) < len(options):
        raise Refusal("interview_time_twice", field="other")
    for at in options:
        try:
            check_planned(at, zones[0], minutes, now, rules)
        except Refusal as refusal:
            refusal.field = "other"
            if refusal.code != "date_outside_hours":
                raise
        if not all(in_hours(at, minutes, zone, rules) for zone in zones):
            raise Refusal("interview_outside_hours", field="other", at=at)
