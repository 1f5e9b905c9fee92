"""The roster of facilitators, and the days on which they cannot lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import Text, bindparam, cast, delete, select

from bot.domain.roster import Absence, Facilitator, Standing, Trained
from storage import tables
from storage.entity import Entity
from storage.types import among
from storage.work import Work, by_key

FACILITATOR = Entity(Facilitator, tables.facilitators, ("person_id",))
ABSENCE = Entity(Absence, tables.absences, ("absence_id",))
_F, _A = tables.facilitators.c, tables.absences.c

_MANY = FACILITATOR.select.where(among(_F.person_id))
_ACTIVE = FACILITATOR.select.where(_F.standing == Standing.ACTIVE).order_by(_F.person_id)
_TRAINED = (
    select(*(_F[field.name] for field in fields(Trained)))
    .where(
        _F.standing == Standing.ACTIVE,
        cast(_F.topics, Text).like(bindparam("topic"), escape="/"),
        cast(_F.languages, Text).like(bindparam("language"), escape="/"),
    )
    .order_by(_F.person_id)
)
_OF_REGIONS = FACILITATOR.select.where(
    _F.region.in_(bindparam("regions", expanding=True))
).order_by(_F.person_id)
_AWAY = ABSENCE.select.where(
    among(_A.person_id),
    _A.to_on >= bindparam("from_on"),
    _A.from_on <= bindparam("until_on"),
).order_by(_A.from_on, _A.absence_id)
_GONE = delete(tables.absences).where(_A.absence_id == bindparam("absence"))


class SqlFacilitators:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, person_id: str) -> Facilitator | None:
        return await self._work.get(FACILITATOR, person_id)

    async def many(self, person_ids: Collection[str]) -> Mapping[str, Facilitator]:
        if not person_ids:
            return {}
        found = await self._work.all(FACILITATOR, _MANY, {"ids": sorted(set(person_ids))})
        return by_key(found, "person_id")

    async def active(self) -> Sequence[Facilitator]:
        return await self._work.all(FACILITATOR, _ACTIVE)

    async def trained(self, offering: str, language: str) -> Sequence[Trained]:
        asked = {"topic": _holding(offering), "language": _holding(language)}
        return [Trained(*row) for row in (await self._work.run(_TRAINED, asked)).all()]

    async def of_regions(self, regions: Collection[str]) -> Sequence[Facilitator]:
        if not regions:
            return []
        return await self._work.all(FACILITATOR, _OF_REGIONS, {"regions": sorted(set(regions))})

    async def add(self, facilitator: Facilitator) -> None:
        self._work.add(FACILITATOR, facilitator)


def _holding(word: str) -> str:
    """What a JSON list of words looks like that holds this one, and no other that is like it."""
    plain = word.replace("/", "//").replace("_", "/_").replace("%", "/%")
    return f'%"{plain}"%'


class SqlAbsences:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, absence_id: str) -> Absence | None:
        return await self._work.get(ABSENCE, absence_id)

    async def of_person(self, person_id: str, from_on: date) -> Sequence[Absence]:
        return await self.of_people({person_id}, from_on, date.max)

    async def of_people(
        self, person_ids: Collection[str], from_on: date, to_on: date
    ) -> Sequence[Absence]:
        if not person_ids:
            return []
        days = {"from_on": from_on, "until_on": to_on}
        return await self._work.all(ABSENCE, _AWAY, {"ids": sorted(set(person_ids))} | days)

    async def add(self, absence: Absence) -> None:
        self._work.add(ABSENCE, absence)

    async def remove(self, absence_id: str) -> None:
        await self._work.change(_GONE, {"absence": absence_id})
        self._work.forget(ABSENCE, absence_id)
