"""The roster: who leads, pauses or has stopped, how much they wish to lead, what they may lead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, timedelta

from bot.domain import catalogue
from bot.domain.errors import NotFound, Refusal
from bot.domain.people import Grant, Role
from bot.domain.roster import Facilitator, Standing, Wish, stand
from bot.domain.sessions import AssignmentStatus
from bot.services.assignments import AssignmentsService
from bot.services.desk import (
    Desk,
    Notice,
    coordinates,
    coordinators,
    facilitator_subject,
    record,
    refresh,
    tell,
)
from bot.services.keeping import UnitOfWork
from bot.services.roster_views import (
    FacilitatorView,
    RosterFilter,
    RosterPage,
    facilitator_view,
    roster_lines,
    standing_assignments,
    today_of,
)

PAGE = 8


class RosterService:
    """What facilitators say of themselves, and what coordinators keep of them.

    A facilitator acts for themself; coordinators of the region and administrators for others.
    Saying the same thing twice changes nothing.
    """

    def __init__(self, desk: Desk, assignments: AssignmentsService) -> None:
        self._desk = desk
        self._assignments = assignments

    async def view(self, reader_id: str, person_id: str) -> FacilitatorView:
        """How one reader sees a facilitator. Raises `NotFound`."""
        async with self._desk.uow(reading=True) as uow:
            facilitator = await uow.facilitators.get(person_id)
            if facilitator is None:
                raise NotFound("facilitator_unknown")
            return await facilitator_view(uow, self._desk, facilitator, reader_id)

    async def mine(self, reader_id: str) -> FacilitatorView:
        """How a facilitator sees themself. Raises `Refusal`: `not_facilitator`."""
        try:
            return await self.view(reader_id, reader_id)
        except NotFound:
            raise Refusal("not_facilitator") from None

    async def standing(self, reader_id: str) -> FacilitatorView | None:
        """How they see themself, if they are a facilitator, or were."""
        with suppress(NotFound):
            return await self.view(reader_id, reader_id)
        return None

    async def list(self, reader_id: str, which: RosterFilter, first: int = 0) -> RosterPage:
        """The roster of the reader's regions, some at a time.

        Raises:
            Refusal: `roster_not_yours`.
        """
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            regions = _regions(await uow.grants.of(reader_id))
            found = [f for f in await uow.facilitators.of_regions(regions) if which.takes(f)]
            lines = await roster_lines(uow, desk, found)
        start = first if 0 <= first < len(lines) else 0
        shown = tuple(lines[start : start + PAGE])
        return RosterPage(shown, start, len(lines), tuple(regions), which)

    async def pause(self, actor_id: str, person_id: str) -> FacilitatorView:
        """Ask them to lead nothing new; offers and what they accepted stay as they are."""
        return await self._stand(actor_id, person_id, Standing.PAUSED, "paused")

    async def resume(self, actor_id: str, person_id: str) -> FacilitatorView:
        """End a pause."""
        return await self._stand(actor_id, person_id, Standing.ACTIVE, "resumed")

    async def retire(self, actor_id: str, person_id: str) -> FacilitatorView:
        """Take them off the roster for good: offers are declined.

        Raises:
            Refusal: `retire_leads` (`n`): what they accepted must be led or withdrawn first.
        """
        return await self._stand(actor_id, person_id, Standing.RETIRED, "retired")

    async def bring_back(self, actor_id: str, person_id: str) -> FacilitatorView:
        """Put somebody on the roster again, as they were: by a coordinator, not by themself."""
        return await self._stand(actor_id, person_id, Standing.ACTIVE, "returned")

    async def wish(self, actor_id: str, wish: Wish, until: date | None = None) -> FacilitatorView:
        """Say how much one would like to lead until a day, the last one included.

        Raises:
            Refusal: `not_facilitator`, `wish_until_missing`, `date_past`, `date_too_far`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            facilitator = await self._own(uow, actor_id)
            if wish is Wish.USUAL:
                until = None
            else:
                _check_until(until, await today_of(uow, desk, actor_id), desk.rules.furthest_days)
            if (facilitator.wish, facilitator.wish_until_on) != (wish, until):
                facilitator.wish, facilitator.wish_until_on = wish, until
                await record(uow, desk, _about(actor_id), f"wish_{wish.value}", by=actor_id)
                await refresh(uow, desk, _about(actor_id), but=actor_id)
            view = await facilitator_view(uow, desk, facilitator, actor_id)
            await uow.commit()
            return view

    async def certify(
        self, actor_id: str, person_id: str, topics: Collection[str]
    ) -> FacilitatorView:
        """Add topics to those that somebody is trained in; the person is told.

        Raises:
            Refusal: `not_yourself`, `offering_unavailable`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            facilitator = await self._steered(uow, actor_id, person_id)
            if "certify" not in (await facilitator_view(uow, desk, facilitator, actor_id)).may:
                raise Refusal("not_yourself" if actor_id == person_id else "off_the_roster")
            known = [entry.key for entry in catalogue.offerings()]
            if not topics or not set(topics) <= set(known):
                raise Refusal("offering_unavailable", field="topics")
            new = set(topics) - set(facilitator.topics)
            if new:
                held = new | set(facilitator.topics)
                facilitator.topics = tuple(key for key in known if key in held)
                note = ",".join(key for key in known if key in new)
                await self._noted(uow, actor_id, person_id, "certified", note)
            view = await facilitator_view(uow, desk, facilitator, actor_id)
            await uow.commit()
            return view

    async def _stand(
        self, actor_id: str, person_id: str, to: Standing, what: str
    ) -> FacilitatorView:
        desk = self._desk
        async with desk.uow() as uow:
            facilitator = await self._steered(uow, actor_id, person_id)
            if facilitator.standing is not to:
                returns = facilitator.standing is Standing.RETIRED
                if returns and actor_id == person_id:
                    raise Refusal("not_yourself")
                if to is Standing.RETIRED:
                    await self._let_go(uow, person_id)
                stand(facilitator, to)
                await self._noted(uow, actor_id, person_id, "returned" if returns else what)
            view = await facilitator_view(uow, desk, facilitator, actor_id)
            await uow.commit()
            return view

    async def _let_go(self, uow: UnitOfWork, person_id: str) -> None:
        """Decline what awaits their answer. Raises `Refusal`: `retire_leads`."""
        standing = await standing_assignments(uow, self._desk, person_id)
        accepted = [a for a, _ in standing if a.status is AssignmentStatus.ACCEPTED]
        if accepted:
            raise Refusal("retire_leads", n=len(accepted))
        for assignment, _ in standing:
            await self._assignments.give_up(uow, assignment)

    async def _noted(
        self, uow: UnitOfWork, actor_id: str, person_id: str, what: str, note: str = ""
    ) -> None:
        """Into the time line; the person hears of what others did, the coordinators of leaving."""
        desk, about = self._desk, _about(person_id)
        await record(uow, desk, about, what, by=actor_id, note=note)
        await refresh(uow, desk, about, but=actor_id)
        facilitator = await uow.facilitators.get(person_id)
        own = actor_id == person_id
        leaves = own and what in ("paused", "retired") and facilitator is not None
        to = await coordinators(uow, facilitator.region) if leaves and facilitator else []
        kind = f"roster.left.{what}" if own else f"roster.{what}"
        for each in to if own else [person_id]:
            await tell(uow, desk, Notice(kind, about, each, f"{desk.now:%Y%m%d%H%M%S}"))

    async def _steered(self, uow: UnitOfWork, actor_id: str, person_id: str) -> Facilitator:
        """Themself, or of a region that the actor steers. Raises `NotFound`."""
        facilitator = await uow.facilitators.get(person_id)
        if facilitator is None or not (
            actor_id == person_id
            or coordinates(tuple(await uow.grants.of(actor_id)), facilitator.region)
        ):
            raise NotFound("facilitator_unknown")
        return facilitator

    async def _own(self, uow: UnitOfWork, actor_id: str) -> Facilitator:
        facilitator = await uow.facilitators.get(actor_id)
        if facilitator is None or facilitator.standing is Standing.RETIRED:
            raise Refusal("not_facilitator")
        return facilitator


def _about(person_id: str) -> str:
    return facilitator_subject(person_id)


def _check_until(until: date | None, today: date, furthest: int) -> None:
    if until is None:
        raise Refusal("wish_until_missing", field="until")
    if until < today:
        raise Refusal("date_past", field="until", date=until)
    if until > today + timedelta(days=furthest):
        latest = today + timedelta(days=furthest)
        raise Refusal("date_too_far", field="until", date=until, latest=latest)


def _regions(grants: Sequence[Grant]) -> list[str]:
    """Those that somebody steers, in the catalogue's order. Raises `roster_not_yours`."""
    known = [region.key for region in catalogue.regions()]
    if any(grant.role is Role.ADMINISTRATOR for grant in grants):
        return known
    theirs = {grant.region for grant in grants if grant.role is Role.COORDINATOR}
    if not theirs:
        raise Refusal("roster_not_yours")
    return [key for key in known if key in theirs]
