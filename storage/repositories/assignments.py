"""Who was asked to lead what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.sessions import STANDING, Assignment, AssignmentStatus, SessionStatus
from storage import tables
from storage.types import one_of
from storage.work import Entity, Work

ASSIGNMENT = Entity(Assignment, tables.assignments, ("assignment_id",))
_C = tables.assignments.c
_S = tables.sessions.c
_ALL = select(*ASSIGNMENT.columns)
_LED = tables.assignments.join(tables.sessions)


class SqlAssignments:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, assignment_id: str) -> Assignment | None:
        query = _ALL.where(_C.assignment_id == assignment_id)
        known = self._work.known(ASSIGNMENT, assignment_id)
        return known or await self._work.one(ASSIGNMENT, query)

    async def of_session(self, session_id: str) -> Sequence[Assignment]:
        """Oldest offers first."""
        query = _ALL.where(_C.session_id == session_id)
        return await self._work.all(
            ASSIGNMENT, query.order_by(_C.offered_at, _C.side.desc(), _C.assignment_id)
        )

    async def of_person(self, person_id: str) -> Sequence[Assignment]:
        query = _ALL.where(_C.person_id == person_id)
        return await self._work.all(
            ASSIGNMENT, query.order_by(_C.offered_at.desc(), _C.assignment_id)
        )

    async def add(self, assignment: Assignment) -> None:
        self._work.add(ASSIGNMENT, assignment)

    async def loads(self, person_ids: Collection[str], since: datetime) -> Mapping[str, int]:
        """Everybody asked about is in the answer, with 0 where they lead nothing."""
        if not person_ids:
            return {}
        accepted = (
            _C.person_id.in_(sorted(set(person_ids))),
            _C.status == AssignmentStatus.ACCEPTED,
            _S.starts_at > since,
            _S.status != SessionStatus.CANCELLED,
        )
        counted = select(_C.person_id, func.count(_C.session_id.distinct())).select_from(_LED)
        rows = (await self._work.run(counted.where(*accepted).group_by(_C.person_id))).all()
        return dict.fromkeys(person_ids, 0) | {row[0]: row[1] for row in rows}

    async def engaged(
        self, person_ids: Collection[str], starts_at: datetime, ends_at: datetime
    ) -> frozenset[str]:
        if not person_ids:
            return frozenset()
        overlapping = (
            _C.person_id.in_(sorted(set(person_ids))),
            one_of(_C.status, STANDING),
            _S.starts_at < ends_at,
            _S.ends_at > starts_at,
            _S.status != SessionStatus.CANCELLED,
        )
        query = select(_C.person_id).distinct().select_from(_LED).where(*overlapping)
        return frozenset((await self._work.run(query)).scalars())

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        late = (one_of(_C.status, {AssignmentStatus.OFFERED}), _C.answer_by <= now)
        query = select(_C.assignment_id).where(*late).order_by(_C.answer_by, _C.assignment_id)
        return (await self._work.run(query.limit(limit))).scalars().all()
