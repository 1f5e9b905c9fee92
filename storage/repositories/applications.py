"""Applications, their numbers, and what managers and references say of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.applications import Application, ApplicationStatus, Endorsement, EndorserKind
from storage import tables
from storage.counters import next_of
from storage.entity import Entity
from storage.work import Work, by_key

APPLICATION = Entity(Application, tables.applications, ("application_id",))
ENDORSEMENT = Entity(Endorsement, tables.endorsements, ("application_id", "kind"))
_A, _E = tables.applications.c, tables.endorsements.c

_NUMBERED = APPLICATION.select.where(_A.year == bindparam("year"), _A.number == bindparam("number"))
_MANY = APPLICATION.select.where(_A.application_id.in_(bindparam("ids", expanding=True)))
_OF_PERSON = APPLICATION.select.where(_A.applicant_id == bindparam("person")).order_by(
    _A.created_at.desc(), _A.number.desc()
)
_EVERYWHERE = APPLICATION.select.where(
    _A.status.in_(bindparam("statuses", expanding=True))
).order_by(_A.submitted_at.nulls_last(), _A.year, _A.number)
_IN_REGIONS = _EVERYWHERE.where(_A.region.in_(bindparam("regions", expanding=True)))
_WORDS = ENDORSEMENT.select.where(_E.application_id == bindparam("application")).order_by(_E.kind)
_ASKED = ENDORSEMENT.select.where(_E.person_id == bindparam("person")).order_by(
    _E.asked_at.desc(), _E.application_id, _E.kind
)
_SILENT = (
    select(_E.application_id, _E.kind)
    .where(_E.tell_at.is_not(None), _E.tell_at <= bindparam("now"))
    .order_by(_E.tell_at, _E.application_id, _E.kind)
    .limit(bindparam("limit"))
)


class SqlApplications:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, application_id: str) -> Application | None:
        return await self._work.get(APPLICATION, application_id)

    async def locked(self, application_id: str) -> Application | None:
        # Rivals: manager, reference and coordinators, who may answer at the same time.
        return await self._work.lock(APPLICATION, application_id)

    async def many(self, application_ids: Collection[str]) -> Mapping[str, Application]:
        if not application_ids:
            return {}
        found = await self._work.all(APPLICATION, _MANY, {"ids": sorted(set(application_ids))})
        return by_key(found, "application_id")

    async def by_number(self, year: int, number: int) -> Application | None:
        return await self._work.one(APPLICATION, _NUMBERED, {"year": year, "number": number})

    async def add(self, application: Application) -> None:
        self._work.add(APPLICATION, application)

    async def next_number(self, year: int) -> int:
        return await next_of(self._work, tables.application_counters, year)

    async def of_person(self, person_id: str) -> Sequence[Application]:
        return await self._work.all(APPLICATION, _OF_PERSON, {"person": person_id})

    async def in_regions(
        self, regions: Collection[str], statuses: Collection[ApplicationStatus]
    ) -> Sequence[Application]:
        if not statuses:
            return []
        asked: dict[str, object] = {"statuses": sorted(set(statuses))}
        if not regions:
            return await self._work.all(APPLICATION, _EVERYWHERE, asked)
        asked["regions"] = sorted(set(regions))
        return await self._work.all(APPLICATION, _IN_REGIONS, asked)


class SqlEndorsements:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, application_id: str, kind: EndorserKind) -> Endorsement | None:
        return await self._work.get(ENDORSEMENT, application_id, kind)

    async def of_application(self, application_id: str) -> Sequence[Endorsement]:
        return await self._work.all(ENDORSEMENT, _WORDS, {"application": application_id})

    async def of_person(self, person_id: str) -> Sequence[Endorsement]:
        return await self._work.all(ENDORSEMENT, _ASKED, {"person": person_id})

    async def silent(self, now: datetime, limit: int) -> Sequence[tuple[str, EndorserKind]]:
        result = await self._work.run(_SILENT, {"now": now, "limit": limit})
        return [(application_id, kind) for application_id, kind in result.all()]

    async def add(self, endorsement: Endorsement) -> None:
        self._work.add(ENDORSEMENT, endorsement)
