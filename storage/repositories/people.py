"""People, grants and drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Text, bindparam, cast, delete, func, select

from bot.domain.applications import WAITING, EndorsementStatus
from bot.domain.people import Draft, Grant, Person, Role
from bot.services.keeping import Known
from storage import tables
from storage.entity import Entity
from storage.together import asked_by_key, asked_together
from storage.types import among, one_of
from storage.work import Work, by_key

PERSON = Entity(Person, tables.people, ("person_id",))
GRANT = Entity(Grant, tables.grants, ("person_id", "role", "region", "side"))
DRAFT = Entity(Draft, tables.drafts, ("person_id", "flow"))

NOBODY: frozenset[Role] = frozenset()
_PERSONS = len(PERSON.names)

_P, _G, _D = tables.people.c, tables.grants.c, tables.drafts.c
_E = tables.endorsements.c

_MANY = PERSON.select.where(among(_P.person_id))
_NAMES = select(_P.person_id, _P.name).where(among(_P.person_id), _P.name.is_not(None))
_MAILS = select(_P.person_id, _P.mail).where(among(_P.person_id), _P.mail.is_not(None))
_ROLES = (
    select(func.aggregate_strings(cast(_G.role, Text), ","))
    .where(_G.person_id == _P.person_id)
    .correlate(tables.people)
    .scalar_subquery()
)
_ASKED = (
    select(_E.application_id)
    .join(tables.applications)
    .where(
        _E.person_id == _P.person_id,
        one_of(_E.status, {EndorsementStatus.ASKED}),
        one_of(tables.applications.c.status, WAITING),
    )
    .correlate(tables.people)
    .exists()
)
# What each turn asks about its person: their row, and who they are to others.
KNOWN = (*PERSON.columns, _ROLES, tables.facilitators.c.standing, _ASKED)
_EVERYBODY = select(*KNOWN).outerjoin(
    tables.facilitators, tables.facilitators.c.person_id == _P.person_id
)
_KNOWN = _EVERYBODY.where(_P.person_id == bindparam("person"))
asked_together(
    _KNOWN,
    _EVERYBODY.where(among(_P.person_id, "many")),
    parameters=("person",),
    places=PERSON.key_places,
)
asked_by_key(PERSON)
_ANYWHERE = (
    select(_P.tenant_id, _P.service_url)
    .where(_P.service_url.is_not(None), _P.tenant_id != "")
    .limit(1)
)
_SOMEWHERE = _ANYWHERE.where(_P.welcomed_at.is_not(None)).order_by(_P.welcomed_at.desc())
_GRANTS = GRANT.select.order_by(_G.person_id, _G.role, _G.region, _G.side)
_GRANTS_OF = _GRANTS.where(_G.person_id == bindparam("person"))
asked_together(
    _GRANTS_OF,
    _GRANTS.where(among(_G.person_id, "many")),
    parameters=("person",),
    places=GRANT.key_places[:1],
)
_HOLDERS = _GRANTS.where(_G.role == bindparam("role"))
_HOLDERS_IN = _HOLDERS.where(_G.region == bindparam("region"))
_DRAFTS = DRAFT.select.where(_D.person_id == bindparam("person"))
_NEWEST_DRAFTS = _DRAFTS.order_by(_D.updated_at.desc(), _D.flow)


def known_of(row: Sequence[Any], person: Person | None = None) -> Known:
    """Whom a row of the columns `KNOWN` tells of."""
    *columns, roles, standing, asked = row
    held = frozenset(map(Role, roles.split(","))) if roles else NOBODY
    return Known(person or Person(*columns), held, standing, bool(asked))


class SqlPeople:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, person_id: str) -> Person | None:
        return await self._work.get(PERSON, person_id)

    async def known(self, person_id: str) -> Known | None:
        row = (await self._work.run(_KNOWN, {"person": person_id})).one_or_none()
        if row is None:
            return None
        return known_of(row, self._work.absorb(PERSON, row[:_PERSONS]))

    async def locked(self, person_id: str) -> Person | None:
        # Rivals: whoever else takes an hour of the same coordinator.
        return await self._work.lock(PERSON, person_id)

    async def many(self, person_ids: Collection[str]) -> Mapping[str, Person]:
        if not person_ids:
            return {}
        found = await self._work.all(PERSON, _MANY, {"ids": sorted(set(person_ids))})
        return by_key(found, "person_id")

    async def names(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return await self._said(_NAMES, person_ids)

    async def mails(self, person_ids: Collection[str]) -> Mapping[str, str]:
        return await self._said(_MAILS, person_ids)

    async def _said(self, query: Executable, person_ids: Collection[str]) -> Mapping[str, str]:
        if not person_ids:
            return {}
        found = await self._work.run(query, {"ids": sorted(set(person_ids))})
        return {person_id: said for person_id, said in found.all() if said}

    async def somewhere(self) -> tuple[str, str] | None:
        met = (await self._work.run(_SOMEWHERE)).one_or_none()
        if met is None:  # nobody was greeted yet
            met = (await self._work.run(_ANYWHERE)).one_or_none()
        return None if met is None else (met[0], met[1])

    async def add(self, person: Person) -> None:
        self._work.add(PERSON, person)


class SqlGrants:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, person_id: str) -> Sequence[Grant]:
        return await self._work.all(GRANT, _GRANTS_OF, {"person": person_id})

    async def holders(self, role: Role, region: str = "") -> Sequence[Grant]:
        if region:
            return await self._work.all(GRANT, _HOLDERS_IN, {"role": role, "region": region})
        return await self._work.all(GRANT, _HOLDERS, {"role": role})

    async def all(self) -> Sequence[Grant]:
        return await self._work.all(GRANT, _GRANTS)

    async def add(self, grant: Grant) -> None:
        self._work.add(GRANT, grant)

    async def remove(self, grant: Grant) -> None:
        key = GRANT.key_of(grant)
        same = (_G[name] == value for name, value in zip(GRANT.key, key, strict=True))
        await self._work.change(delete(tables.grants).where(*same))
        self._work.forget(GRANT, *key)


class SqlDrafts:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, person_id: str, flow: str) -> Draft | None:
        return await self._work.get(DRAFT, person_id, flow)

    async def of(self, person_id: str) -> Sequence[Draft]:
        return await self._work.all(DRAFT, _NEWEST_DRAFTS, {"person": person_id})

    async def put(self, draft: Draft) -> None:
        await self._work.put(DRAFT, draft)

    async def remove(self, person_id: str, flow: str) -> None:
        gone = delete(tables.drafts).where(_D.person_id == person_id, _D.flow == flow)
        await self._work.change(gone)
        self._work.forget(DRAFT, person_id, flow)
