"""Roles: who steers which region, who administers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import catalogue
from bot.domain.errors import Refusal
from bot.domain.people import Grant, Role, Side
from bot.domain.roster import MOVES, Facilitator, Standing, stand
from bot.services.desk import Desk, Notice, tell, the_person
from bot.services.keeping import UnitOfWork
from bot.services.roster_views import standing_assignments
from bot.services.session_views import named
from bot.services.views import Named


@dataclass(frozen=True, slots=True)
class GrantView:
    """One role, and whose it is."""

    grant: Grant
    person: Named


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A facilitator as a file names them. `standing` is None where the file says none."""

    facilitator: Facilitator
    name: str | None
    mail: str | None
    standing: Standing | None = None


class RolesService:
    """Grants and takes back roles: by administrators in the chat, and by the command line.

    `actor_id` None is the command line: whoever can run it can read the database.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def grant(
        self, actor_id: str | None, person_id: str, role: Role, region: str = "", side: str = ""
    ) -> bool:
        """Grant a role; False where the person has it already.

        Raises:
            Refusal: `not_administrator`, `region_unknown`, `side_unknown`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            await self._must_administer(uow, actor_id)
            if role is Role.COORDINATOR:
                _check_post(region, side)
            else:
                region = side = ""
            if await self._find(uow, person_id, role, region, side):
                return False
            person = await the_person(uow, person_id)
            person.last_region = person.last_region or region or None
            await uow.grants.add(Grant(person_id, role, desk.now, actor_id, region, side))
            if actor_id is not None and actor_id != person_id:
                key = f"{role.value}:{region}:{side}:{desk.now:%Y%m%d%H%M%S}"
                await tell(uow, desk, Notice("role.granted", f"help:{person_id}", person_id, key))
            await uow.commit()
            return True

    async def revoke(
        self, actor_id: str | None, person_id: str, role: Role, region: str = "", side: str = ""
    ) -> bool:
        """Take a role back; False where the person does not have it.

        Raises:
            Refusal: `not_administrator`, `last_administrator`.
        """
        async with self._desk.uow() as uow:
            await self._must_administer(uow, actor_id)
            grant = await self._find(uow, person_id, role, region, side)
            if grant is None:
                return False
            in_chat = role is Role.ADMINISTRATOR and actor_id is not None
            if in_chat and len(await uow.grants.holders(Role.ADMINISTRATOR)) == 1:
                raise Refusal("last_administrator")
            await uow.grants.remove(grant)
            await uow.commit()
            return True

    async def all(self, actor_id: str | None) -> Sequence[GrantView]:
        """Every role, by role, region and side."""
        async with self._desk.uow(reading=True) as uow:
            await self._must_administer(uow, actor_id)
            grants = await uow.grants.all()
            people = await named(uow, *(g.person_id for g in grants))
        ordered = sorted(grants, key=lambda g: (g.role, g.region, g.side, g.person_id))
        return [GrantView(grant, people[grant.person_id]) for grant in ordered]

    async def enlist(self, entries: Sequence[RosterEntry]) -> tuple[int, int]:
        """Take facilitators in from a file: how many are new, and how many were changed.

        Somebody who pauses or has left stays so, unless the file says another standing.

        Raises:
            Refusal: `import_leads` (`person`, `n`): nobody leaves or changes sides with a session
                ahead. Nothing is taken in then.
        """
        new = 0
        async with self._desk.uow() as uow:
            for entry in entries:
                new += await self._enlist(uow, entry)
            await uow.commit()
        return new, len(entries) - new

    async def _enlist(self, uow: UnitOfWork, entry: RosterEntry) -> bool:
        fresh = entry.facilitator
        person = await the_person(uow, fresh.person_id)
        person.name, person.mail = entry.name or person.name, entry.mail or person.mail
        person.last_region = person.last_region or fresh.region
        known = await uow.facilitators.get(fresh.person_id)
        if known is None:
            fresh.standing = entry.standing or Standing.ACTIVE
            await uow.facilitators.add(fresh)
            return True
        leaves = entry.standing is Standing.RETIRED and known.standing is not Standing.RETIRED
        if leaves or known.side is not fresh.side:
            ahead = await standing_assignments(uow, self._desk, fresh.person_id)
            if ahead:
                raise Refusal("import_leads", person=fresh.person_id, n=len(ahead))
        known.side, known.languages, known.region = fresh.side, fresh.languages, fresh.region
        known.topics, known.organization = fresh.topics, fresh.organization
        known.team = fresh.team or known.team
        if entry.standing and entry.standing is not known.standing:
            _walk(known, entry.standing)
        return False

    async def roster(self) -> Sequence[Facilitator]:
        """Everybody on the roster, whatever their standing: for the command line."""
        async with self._desk.uow(reading=True) as uow:
            found = await uow.facilitators.of_regions([r.key for r in catalogue.regions()])
        return sorted(found, key=lambda f: (f.region, f.side, f.person_id))

    async def _must_administer(self, uow: UnitOfWork, actor_id: str | None) -> None:
        if actor_id is None:
            return
        grants = await uow.grants.of(actor_id)
        if not any(grant.role is Role.ADMINISTRATOR for grant in grants):
            raise Refusal("not_administrator")

    async def _find(
        self, uow: UnitOfWork, person_id: str, role: Role, region: str, side: str
    ) -> Grant | None:
        for grant in await uow.grants.of(person_id):
            if (grant.role, grant.region, grant.side) == (role, region, side):
                return grant
        return None


def _walk(facilitator: Facilitator, to: Standing) -> None:
    """To any standing, by the moves that there are: whoever has left comes back first."""
    if to not in MOVES[facilitator.standing]:
        stand(facilitator, Standing.ACTIVE)
    stand(facilitator, to)


def _check_post(region: str, side: str) -> None:
    if region not in {entry.key for entry in catalogue.regions()}:
        raise Refusal("region_unknown", field="region")
    if side not in {s.value for s in Side}:
        raise Refusal("side_unknown", field="side")
