"""People, grants, the roster of facilitators, and drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, select

from bot.domain.people import Draft, Facilitator, Grant, Person, Role
from storage import tables
from storage.repositories.upsert import upsert
from storage.work import Entity, Work, by_key

PERSON = Entity(Person, tables.people, ("person_id",))
GRANT = Entity(Grant, tables.grants, ("person_id", "role", "region", "side"))
FACILITATOR = Entity(Facilitator, tables.facilitators, ("person_id",))
DRAFT = Entity(Draft, tables.drafts, ("person_id", "flow"))


class SqlPeople:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, person_id: str) -> Person | None:
        query = select(*PERSON.columns).where(tables.people.c.person_id == person_id)
        return self._work.known(PERSON, person_id) or await self._work.one(PERSON, query)

    async def many(self, person_ids: Collection[str]) -> Mapping[str, Person]:
        if not person_ids:
            return {}
        wanted = tables.people.c.person_id.in_(sorted(set(person_ids)))
        found = await self._work.all(PERSON, select(*PERSON.columns).where(wanted))
        return by_key(found, "person_id")

    async def add(self, person: Person) -> None:
        self._work.add(PERSON, person)

    async def somewhere(self) -> tuple[str, str] | None:
        met = tables.people.c
        query = select(met.tenant_id, met.service_url).where(met.service_url.is_not(None)).limit(1)
        row = (await self._work.run(query)).one_or_none()
        return None if row is None else (row[0], row[1])


class SqlGrants:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._all = select(*GRANT.columns).order_by(*(tables.grants.c[name] for name in GRANT.key))

    async def of(self, person_id: str) -> Sequence[Grant]:
        return await self._work.all(GRANT, self._all.where(tables.grants.c.person_id == person_id))

    async def holders(self, role: Role, region: str = "") -> Sequence[Grant]:
        query = self._all.where(tables.grants.c.role == role)
        if region:
            query = query.where(tables.grants.c.region == region)
        return await self._work.all(GRANT, query)

    async def all(self) -> Sequence[Grant]:
        return await self._work.all(GRANT, self._all)

    async def add(self, grant: Grant) -> None:
        self._work.add(GRANT, grant)

    async def remove(self, grant: Grant) -> None:
        key = GRANT.key_of(grant)
        columns = (tables.grants.c[name] for name in GRANT.key)
        same = (column == value for column, value in zip(columns, key, strict=True))
        await self._work.change(delete(tables.grants).where(*same))
        self._work.forget(GRANT, *key)


class SqlFacilitators:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, person_id: str) -> Facilitator | None:
        query = select(*FACILITATOR.columns).where(tables.facilitators.c.person_id == person_id)
        known = self._work.known(FACILITATOR, person_id)
        return known or await self._work.one(FACILITATOR, query)

    async def active(self) -> Sequence[Facilitator]:
        columns = tables.facilitators.c
        query = select(*FACILITATOR.columns).where(columns.active.is_(True))
        return await self._work.all(FACILITATOR, query.order_by(columns.person_id))

    async def add(self, facilitator: Facilitator) -> None:
        self._work.add(FACILITATOR, facilitator)


class SqlDrafts:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, person_id: str, flow: str) -> Draft | None:
        columns = tables.drafts.c
        query = select(*DRAFT.columns).where(columns.person_id == person_id, columns.flow == flow)
        return self._work.known(DRAFT, person_id, flow) or await self._work.one(DRAFT, query)

    async def of(self, person_id: str) -> Sequence[Draft]:
        query = select(*DRAFT.columns).where(tables.drafts.c.person_id == person_id)
        newest = query.order_by(tables.drafts.c.updated_at.desc(), tables.drafts.c.flow)
        return await self._work.all(DRAFT, newest)

    async def put(self, draft: Draft) -> None:
        await upsert(self._work, DRAFT, draft)

    async def remove(self, person_id: str, flow: str) -> None:
        columns = tables.drafts.c
        gone = delete(tables.drafts).where(columns.person_id == person_id, columns.flow == flow)
        await self._work.change(gone)
        self._work.forget(DRAFT, person_id, flow)
