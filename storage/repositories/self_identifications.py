"""Self-identifications, sealed, and who opened them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, delete

from bot.domain.self_identification import Reading, SelfIdentification
from storage import tables
from storage.entity import Entity
from storage.work import Work, by_key

GIVEN = Entity(SelfIdentification, tables.self_identifications, ("application_id",))
READING = Entity(Reading, tables.self_identification_readings, ("reading_id",))
_G, _R = tables.self_identifications.c, tables.self_identification_readings.c

_MANY = GIVEN.select.where(_G.application_id.in_(bindparam("ids", expanding=True)))
_ALL = GIVEN.select.order_by(_G.application_id)
_GONE = delete(tables.self_identifications).where(_G.application_id == bindparam("application"))
_READINGS = READING.select.where(_R.application_id == bindparam("application")).order_by(
    _R.at, _R.reading_id
)


class SqlSelfIdentifications:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, application_id: str) -> SelfIdentification | None:
        return await self._work.get(GIVEN, application_id)

    async def many(self, application_ids: Collection[str]) -> Mapping[str, SelfIdentification]:
        if not application_ids:
            return {}
        found = await self._work.all(GIVEN, _MANY, {"ids": sorted(set(application_ids))})
        return by_key(found, "application_id")

    async def all(self) -> Sequence[SelfIdentification]:
        return await self._work.all(GIVEN, _ALL)

    async def add(self, given: SelfIdentification) -> None:
        self._work.add(GIVEN, given)

    async def remove(self, application_id: str) -> bool:
        gone = await self._work.change(_GONE, {"application": application_id})
        self._work.forget(GIVEN, application_id)
        return gone > 0

    async def read(self, reading: Reading) -> None:
        self._work.add(READING, reading)

    async def readings(self, application_id: str) -> Sequence[Reading]:
        return await self._work.all(READING, _READINGS, {"application": application_id})
