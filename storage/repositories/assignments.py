"""Who was asked to lead what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, func, select

from bot.domain.roster import Standing
from bot.domain.sessions import AHEAD, STANDING, Assignment, AssignmentStatus
from bot.services.keeping import Led
from storage import tables
from storage.entity import Entity
from storage.together import asked_together
from storage.types import among, one_of
from storage.work import Work

ASSIGNMENT = Entity(Assignment, tables.assignments, ("assignment_id",))
_C = tables.assignments.c
_S = tables.sessions.c
_ASKED_ABOUT = among(_C.person_id)

_OF_SESSION = ASSIGNMENT.select.where(_C.session_id == bindparam("session")).order_by(
    _C.offered_at, _C.side.desc(), _C.assignment_id
)
_OF_SESSIONS, _OF_MANY = (
    ASSIGNMENT.select.where(among(_C.session_id, name)).order_by(
        _C.offered_at, _C.side.desc(), _C.assignment_id
    )
    for name in ("ids", "many")
)
_SESSION = (ASSIGNMENT.names.index("session_id"),)
asked_together(_OF_SESSIONS, _OF_MANY, parameters=("ids",), places=_SESSION)
asked_together(_OF_SESSION, _OF_MANY, parameters=("session",), places=_SESSION)
_OF_PERSON = ASSIGNMENT.select.where(_C.person_id == bindparam("person")).order_by(
    _C.offered_at.desc(), _C.assignment_id
)
_AHEAD = (
    ASSIGNMENT.select.join(tables.sessions)
    .where(
        _C.person_id == bindparam("person"),
        one_of(_C.status, STANDING),
        one_of(_S.status, AHEAD),
        _S.ends_at > bindparam("now"),
    )
    .order_by(_S.starts_at, _C.assignment_id)
)
# A session that is cancelled withdraws whoever had accepted it.
_EVER = (
    select(_C.person_id, func.count())
    .where(_ASKED_ABOUT, one_of(_C.status, {AssignmentStatus.ACCEPTED}))
    .group_by(_C.person_id)
)
_F = tables.facilitators.c
_ACTIVE = select(_F.region, func.count()).where(_F.standing == Standing.ACTIVE).group_by(_F.region)
# What stands of sessions after an instant, from an index alone: an assignment knows its session's
# times, and has none where that is cancelled.
_SINCE = (one_of(_C.status, STANDING), _C.starts_at > bindparam("since"))
_ACCEPTED = _C.status == AssignmentStatus.ACCEPTED
_LED_IN_REGIONS = (
    select(_F.region, func.count())
    .select_from(tables.facilitators.join(tables.assignments, _F.person_id == _C.person_id))
    .where(_F.standing == Standing.ACTIVE, *_SINCE, _ACCEPTED)
    .group_by(_F.region)
)
_STANDING_SINCE = (
    select(
        _C.person_id,
        _C.session_id,
        _C.side,
        _C.starts_at,
        _C.ends_at,
        _ACCEPTED.label("accepted"),
    )
    .where(_ASKED_ABOUT, *_SINCE)
    .order_by(_C.starts_at, _C.session_id, _C.person_id)
)
_LED_SINCE = _STANDING_SINCE.where(_ACCEPTED)
_COUNTED = (
    select(
        _C.person_id,
        func.sum(case((_C.ends_at <= bindparam("now"), 1), else_=0)),
        func.sum(case((_C.ends_at <= bindparam("now"), 0), else_=1)),
    )
    .where(_ASKED_ABOUT, *_SINCE, _ACCEPTED)
    .group_by(_C.person_id)
)
_LOADS = select(_C.person_id, func.count()).where(_ASKED_ABOUT, *_SINCE).group_by(_C.person_id)
_LAPSED = (
    select(_C.assignment_id)
    .where(one_of(_C.status, {AssignmentStatus.OFFERED}), _C.answer_by <= bindparam("now"))
    .order_by(_C.answer_by, _C.assignment_id)
    .limit(bindparam("limit"))
)


class SqlAssignments:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, assignment_id: str) -> Assignment | None:
        return await self._work.get(ASSIGNMENT, assignment_id)

    async def of_session(self, session_id: str) -> Sequence[Assignment]:
        """Oldest offers first."""
        return await self._work.all(ASSIGNMENT, _OF_SESSION, {"session": session_id})

    async def of_sessions(self, session_ids: Collection[str]) -> Sequence[Assignment]:
        if not session_ids:
            return []
        return await self._work.all(ASSIGNMENT, _OF_SESSIONS, {"ids": sorted(session_ids)})

    async def of_person(self, person_id: str) -> Sequence[Assignment]:
        return await self._work.all(ASSIGNMENT, _OF_PERSON, {"person": person_id})

    async def ahead(self, person_id: str, now: datetime) -> Sequence[Assignment]:
        return await self._work.all(ASSIGNMENT, _AHEAD, {"person": person_id, "now": now})

    async def add(self, assignment: Assignment) -> None:
        self._work.add(ASSIGNMENT, assignment)

    async def ever(self, person_ids: Collection[str]) -> Mapping[str, int]:
        if not person_ids:
            return {}
        rows = (await self._work.run(_EVER, {"ids": sorted(set(person_ids))})).all()
        return {row[0]: row[1] for row in rows}

    async def averages(self, since: datetime) -> Mapping[str, float]:
        led = dict(map(tuple, (await self._work.run(_LED_IN_REGIONS, {"since": since})).all()))
        people = (await self._work.run(_ACTIVE)).all()
        return {region: led.get(region, 0) / count for region, count in people}

    async def led(self, person_ids: Collection[str], since: datetime) -> Sequence[Led]:
        if not person_ids:
            return []
        asked = {"ids": sorted(set(person_ids)), "since": since}
        return [Led(*row) for row in (await self._work.run(_LED_SINCE, asked)).all()]

    async def led_and_ahead(
        self, person_ids: Collection[str], since: datetime, now: datetime
    ) -> Mapping[str, tuple[int, int]]:
        if not person_ids:
            return {}
        asked = {"ids": sorted(set(person_ids)), "since": since, "now": now}
        rows = (await self._work.run(_COUNTED, asked)).all()
        return dict.fromkeys(person_ids, (0, 0)) | {row[0]: (row[1], row[2]) for row in rows}

    async def loads(self, person_ids: Collection[str], since: datetime) -> Mapping[str, int]:
        if not person_ids:
            return {}
        asked = {"ids": sorted(set(person_ids)), "since": since}
        return {row[0]: row[1] for row in (await self._work.run(_LOADS, asked)).all()}

    async def standing(self, person_ids: Collection[str], since: datetime) -> Sequence[Led]:
        if not person_ids:
            return []
        asked = {"ids": sorted(set(person_ids)), "since": since}
        return [Led(*row) for row in (await self._work.run(_STANDING_SINCE, asked)).all()]

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        return (await self._work.run(_LAPSED, {"now": now, "limit": limit})).scalars()
