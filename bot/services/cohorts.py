"""Cohorts: planned, opened and cancelled by those who steer them; what each person sees of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from bot.domain import catalogue
from bot.domain.applications import ApplicationStatus
from bot.domain.applications import move as move_application
from bot.domain.cohorts import (
    AHEAD,
    BEFORE,
    FEWEST_SEATS,
    MOST_SEATS,
    TRAINING,
    Cohort,
    CohortStatus,
    TrainingStatus,
    move,
    place,
)
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Grant, Role
from bot.domain.training_days import Rhythm, check_days
from bot.services import training_reminders
from bot.services.codes import find_code, new_code
from bot.services.cohort_views import CohortView, cohort_view, keepers, steers
from bot.services.desk import (
    Desk,
    Notice,
    cohort_subject,
    record,
    refresh,
    task,
    tell,
    the_application,
    the_cohort,
    the_person,
)
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import BOOK, CANCEL, HOSTS, MOVE, PEOPLE
from bot.services.training_offers import Offers, ProgrammeOrder, note

_STEERING = (Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class CohortForm:
    """What somebody who plans a cohort says. `first_on` and the times are on `zone`'s clock.

    `form_id` is the form's own: submitted twice it is one cohort. No `regions` means all.
    """

    form_id: str
    first_on: date
    rhythm: Rhythm
    from_time: time
    until_time: time
    zone: str
    language: str
    capacity: int
    topics: tuple[str, ...]
    regions: tuple[str, ...] = ()
    balance_sides: bool = True
    balance_regions: bool = True


class CohortsService:
    """What is planned, and how it stands."""

    def __init__(self, desk: Desk, order: ProgrammeOrder) -> None:
        self._desk = desk
        self._offers = Offers(desk, order)

    async def regions_of(self, reader_id: str) -> tuple[str, ...]:
        """The regions that somebody may plan for by themselves; all of them for administrators.

        Raises:
            Refusal: `not_planning`, for everybody else.
        """
        async with self._desk.uow(reading=True) as uow:
            return _regions(await self._posts(uow, reader_id))

    async def plan(self, actor_id: str, form: CohortForm) -> CohortView:
        """Plan a cohort; nobody is asked before it is opened. The same form twice is one.

        Raises:
            Refusal: `not_planning`, `seats_out_of_range`, `topic_missing`, `region_not_yours`,
                `language_unknown`, or as `check_days`, each at its field.
        """
        desk = self._desk
        async with desk.uow() as uow:
            known = await uow.cohorts.get(form.form_id)
            if known is not None:
                return await cohort_view(uow, desk, known, actor_id)
            check_form(form, _regions(await self._posts(uow, actor_id)))
            starts, minutes = check_days(
                form.first_on, form.rhythm, form.from_time, form.until_time, form.zone,
                now=desk.now, rules=desk.rules,
            )  # fmt: skip
            cohort = Cohort(
                cohort_id=form.form_id,
                code=await new_code(uow),
                language=form.language,
                zone=form.zone,
                starts=starts,
                minutes=minutes,
                capacity=form.capacity,
                created_at=desk.now,
                created_by=actor_id,
                transaction_id=desk.new_id(),
                regions=form.regions,
                topics=form.topics,
                balance_sides=form.balance_sides,
                balance_regions=form.balance_regions,
            )
            await uow.cohorts.add(cohort)
            await the_person(uow, actor_id)
            subject = cohort_subject(cohort.cohort_id)
            await record(uow, desk, subject, "cohort_planned", by=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def open(self, actor_id: str, cohort_id: str) -> CohortView:
        """Offer its seats and have its series booked. Twice changes nothing.

        Raises:
            NotFound: not theirs to steer.
            MovedOn: `cohort_moved_on`, `cohort_begun`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort = await self._steered(uow, actor_id, cohort_id)
            if cohort.status is not CohortStatus.OPEN:
                if cohort.starts_at <= desk.now and cohort.status is CohortStatus.PLANNED:
                    raise MovedOn("cohort_begun", at=cohort.starts_at)
                move(cohort, CohortStatus.OPEN)
                subject = cohort_subject(cohort_id)
                await record(uow, desk, subject, "cohort_opened", by=actor_id)
                await task(uow, desk, BOOK, subject, key="once")
                await self._offers.tend(uow, cohort)
                await refresh(uow, desk, subject, but=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def reschedule(
        self,
        actor_id: str,
        cohort_id: str,
        first_on: date,
        rhythm: Rhythm,
        hours: tuple[time, time],
    ) -> CohortView:
        """Give it other days before its first: the same series moves, everybody is told once.

        Seats, offers and waits stand; whoever cannot come then gives theirs up.

        Raises:
            NotFound: not theirs to steer.
            MovedOn: `cohort_moved_on`.
            Refusal: `cohort_same_days`, or as `check_days`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort = await self._steered(uow, actor_id, cohort_id)
            if cohort.status not in BEFORE or cohort.starts_at <= desk.now:
                raise MovedOn("cohort_moved_on", status=cohort.status.value, wanted="moved")
            starts, minutes = check_days(
                first_on, rhythm, *hours, cohort.zone, now=desk.now, rules=desk.rules
            )
            if (starts, minutes) == (cohort.starts, cohort.minutes):
                raise Refusal("cohort_same_days", field="date")
            cohort.starts, cohort.minutes = starts, minutes
            cohort.version += 1
            subject = cohort_subject(cohort_id)
            await record(uow, desk, subject, "cohort_moved", by=actor_id)
            if cohort.status is CohortStatus.OPEN:
                await task(uow, desk, MOVE, subject, key=f"v{cohort.version}")
            await self._tell_moved(uow, cohort, actor_id)
            await refresh(uow, desk, subject, but=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def _tell_moved(self, uow: UnitOfWork, cohort: Cohort, by: str) -> None:
        """Reminders are planned anew; those who have a place or steer it hear of the days."""
        desk, concerned = self._desk, set(await keepers(uow, cohort))
        seats = await uow.training.of_cohort(cohort.cohort_id)
        known = await uow.applications.many({s.application_id for s in seats})
        for seat in seats:
            accepted = known[seat.application_id].status is ApplicationStatus.ACCEPTED
            if seat.status is TrainingStatus.CONFIRMED:
                person = await the_person(uow, seat.person_id)
                await training_reminders.drop(uow, cohort, seat.person_id)
                await training_reminders.plan(uow, desk, cohort, person)
            elif seat.status not in TRAINING or not accepted:
                continue
            concerned.add(seat.person_id)
            await note(uow, desk, seat, "moved", by=by)
        subject, key = cohort_subject(cohort.cohort_id), f"v{cohort.version}"
        for person_id in sorted(concerned - {by}):
            await tell(uow, desk, Notice("cohort.moved", subject, person_id, key))

    async def cancel(self, actor_id: str, cohort_id: str, reason: str) -> CohortView:
        """Cancel with a word of why: all are told once, and wait for another cohort.

        Raises:
            NotFound: not theirs to steer.
            Refusal: `reason_missing`; MovedOn: `cohort_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            cohort = await self._steered(uow, actor_id, cohort_id)
            if cohort.status is CohortStatus.CANCELLED:
                return await cohort_view(uow, desk, cohort, actor_id)
            if not reason.strip():
                raise Refusal("reason_missing", field="reason")
            if cohort.status is CohortStatus.RUNNING and cohort.ends_at <= desk.now:
                raise MovedOn("cohort_moved_on", status=cohort.status.value, wanted="cancelled")
            asked_outlook = cohort.status is not CohortStatus.PLANNED
            move(cohort, CohortStatus.CANCELLED)
            cohort.cancel_reason, cohort.fault = reason.strip(), None
            subject = cohort_subject(cohort_id)
            for kinds in ("reminder.", "cohort.", PEOPLE, HOSTS, MOVE):
                await uow.outbox.drop(subject, kinds=kinds)
            await record(uow, desk, subject, "cohort_cancelled", by=actor_id, note=reason.strip())
            await self._release(uow, cohort, actor_id)
            for person_id in await keepers(uow, cohort):
                if person_id != actor_id:
                    await tell(uow, desk, Notice("cohort.called_off", subject, person_id))
            if asked_outlook:
                await task(uow, desk, CANCEL, subject, key="once")
            await refresh(uow, desk, subject, but=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def _release(self, uow: UnitOfWork, cohort: Cohort, by: str) -> None:
        """Everybody's place ends; whoever had accepted is an accepted candidate again."""
        desk, subject = self._desk, cohort_subject(cohort.cohort_id)
        for seat in await uow.training.of_cohort(cohort.cohort_id):
            if seat.status not in TRAINING:
                continue
            had_seat = seat.status is TrainingStatus.CONFIRMED
            place(seat, TrainingStatus.LEFT, desk.now)
            application = await the_application(uow, seat.application_id, lock=had_seat)
            if had_seat and application.status is ApplicationStatus.IN_ORIENTATION:
                move_application(application, ApplicationStatus.ACCEPTED)
            if application.status is not ApplicationStatus.ACCEPTED:
                continue  # they withdrew, or have a seat elsewhere
            await note(uow, desk, seat, "cancelled", by=by)
            await tell(uow, desk, Notice("cohort.cancelled", subject, seat.person_id))

    async def retry_booking(self, actor_id: str, cohort_id: str) -> CohortView:
        """Try again what Outlook refused, after somebody mended it."""
        desk = self._desk
        async with desk.uow() as uow:
            cohort = await self._steered(uow, actor_id, cohort_id)
            subject = cohort_subject(cohort_id)
            await uow.outbox.revive(subject, "meeting.")
            cohort.fault = None
            await refresh(uow, desk, subject, but=actor_id)
            view = await cohort_view(uow, desk, cohort, actor_id)
            await uow.commit()
            return view

    async def view(self, reader_id: str, cohort_id: str) -> CohortView:
        """How the reader sees it. Raises `NotFound`, also where it is none of theirs."""
        async with self._desk.uow(reading=True) as uow:
            cohort = await the_cohort(uow, cohort_id, lock=False)
            return await cohort_view(uow, self._desk, cohort, reader_id)

    async def by_code(self, reader_id: str, text: str) -> CohortView:
        """By the code that somebody typed. Raises `NotFound`."""
        code = find_code(text)
        async with self._desk.uow(reading=True) as uow:
            cohort = await uow.cohorts.by_code(code) if code else None
            if cohort is None:
                raise NotFound("cohort_unknown")
            return await cohort_view(uow, self._desk, cohort, reader_id)

    async def steered(self, reader_id: str) -> list[CohortView]:
        """Cohorts that are planned, open or running, soonest first, of those they steer.

        Raises:
            Refusal: `not_planning`.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            posts = await self._posts(uow, reader_id)
            ahead = [c for c in await uow.cohorts.ahead() if steers(posts, c)]
            return [await cohort_view(uow, desk, cohort, reader_id) for cohort in ahead]

    async def mine(self, reader_id: str) -> CohortView | None:
        """The cohort that matters to a candidate now: the one that they are in, or the newest."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            seats = await uow.training.of_person(reader_id)
            cohorts = await uow.cohorts.many({seat.cohort_id for seat in seats})
            rank = [TrainingStatus.CONFIRMED, TrainingStatus.OFFERED, TrainingStatus.WAITLISTED]
            ahead = [s for s in seats if cohorts[s.cohort_id].status in AHEAD]
            ahead.sort(key=lambda s: rank.index(s.status) if s.status in rank else len(rank))
            chosen = next(iter([*ahead, *seats]), None)
            if chosen is None:
                return None
            return await cohort_view(uow, desk, cohorts[chosen.cohort_id], reader_id)

    async def _steered(self, uow: UnitOfWork, actor_id: str, cohort_id: str) -> Cohort:
        cohort = await the_cohort(uow, cohort_id)
        if not steers(await uow.grants.of(actor_id), cohort):
            raise NotFound("cohort_unknown")
        return cohort

    async def _posts(self, uow: UnitOfWork, reader_id: str) -> Sequence[Grant]:
        posts = [g for g in await uow.grants.of(reader_id) if g.role in _STEERING]
        if not posts:
            raise Refusal("not_planning")
        return posts


def check_form(form: CohortForm, regions: Sequence[str]) -> None:
    """Refuse what no cohort can be; the days are checked apart.

    Args:
        form: What was said.
        regions: Those that the person may plan for.

    Raises:
        Refusal: at its field.
    """
    known = {entry.key for entry in catalogue.regions()}
    topics = {entry.key for entry in catalogue.teachable_offerings()}
    if form.language not in catalogue.LANGUAGES:
        raise Refusal("language_unknown", field="language")
    if not FEWEST_SEATS <= form.capacity <= MOST_SEATS:
        raise Refusal("seats_out_of_range", field="capacity", least=FEWEST_SEATS, most=MOST_SEATS)
    if not set(form.regions) <= known:
        raise Refusal("region_unknown", field="regions")
    if form.regions and not set(form.regions) & set(regions):
        raise Refusal("region_not_yours", field="regions")
    if not form.topics or not set(form.topics) <= topics:
        raise Refusal("topic_missing", field="topics")
    ZoneInfo(form.zone)


def _regions(posts: Sequence[Grant]) -> tuple[str, ...]:
    every = tuple(entry.key for entry in catalogue.regions())
    if any(post.role is Role.ADMINISTRATOR for post in posts):
        return every
    mine = {post.region for post in posts}
    return tuple(key for key in every if key in mine)
