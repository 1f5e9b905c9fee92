"""Cohorts of the orientation, and the candidates' places in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam

from bot.domain.cohorts import AHEAD, Cohort, TrainingSeat
from storage import tables
from storage.entity import Entity
from storage.types import one_of
from storage.work import Work, by_key

COHORT = Entity(Cohort, tables.cohorts, ("cohort_id",))
SEAT = Entity(TrainingSeat, tables.training_seats, ("cohort_id", "person_id"))
_C, _S = tables.cohorts.c, tables.training_seats.c

_MANY = COHORT.select.where(_C.cohort_id.in_(bindparam("ids", expanding=True)))
_CODED = COHORT.select.where(_C.code == bindparam("code"))
_AHEAD = COHORT.select.where(one_of(_C.status, AHEAD))
_OF_COHORT = SEAT.select.where(_S.cohort_id == bindparam("cohort")).order_by(
    _S.asked_at, _S.person_id
)
_OF_PERSON = SEAT.select.where(_S.person_id == bindparam("person")).order_by(
    _S.asked_at.desc(), _S.cohort_id
)


class SqlCohorts:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, cohort_id: str) -> Cohort | None:
        return await self._work.get(COHORT, cohort_id)

    async def locked(self, cohort_id: str) -> Cohort | None:
        # Rivals: everybody else who takes or leaves a seat of this cohort.
        return await self._work.lock(COHORT, cohort_id)

    async def by_code(self, code: str) -> Cohort | None:
        return await self._work.one(COHORT, _CODED, {"code": code})

    async def many(self, cohort_ids: Collection[str]) -> Mapping[str, Cohort]:
        if not cohort_ids:
            return {}
        found = await self._work.all(COHORT, _MANY, {"ids": sorted(set(cohort_ids))})
        return by_key(found, "cohort_id")

    async def add(self, cohort: Cohort) -> None:
        self._work.add(COHORT, cohort)

    async def ahead(self) -> Sequence[Cohort]:
        """Put in order here: their days are one list to the database, and they are few."""
        alive = await self._work.all(COHORT, _AHEAD)
        return sorted(alive, key=lambda cohort: (cohort.starts_at, cohort.cohort_id))


class SqlTrainingSeats:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, cohort_id: str, person_id: str) -> TrainingSeat | None:
        return await self._work.get(SEAT, cohort_id, person_id)

    async def of_cohort(self, cohort_id: str) -> Sequence[TrainingSeat]:
        """Count them only under the cohort's lock."""
        return await self._work.all(SEAT, _OF_COHORT, {"cohort": cohort_id})

    async def of_person(self, person_id: str) -> Sequence[TrainingSeat]:
        return await self._work.all(SEAT, _OF_PERSON, {"person": person_id})

    async def add(self, seat: TrainingSeat) -> None:
        self._work.add(SEAT, seat)
