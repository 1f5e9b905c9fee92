"""Interviews with candidates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, literal, select, union_all

from bot.domain.interviews import Interview, InterviewStatus
from storage import tables
from storage.entity import Entity
from storage.tables.applications import PICKED
from storage.types import one_of
from storage.work import Work

INTERVIEW = Entity(Interview, tables.interviews, ("interview_id",))
_C = tables.interviews.c

_OF_APPLICATION = INTERVIEW.select.where(_C.application_id == bindparam("application")).order_by(
    _C.created_at.desc(), _C.interview_id
)
_OF_COORDINATOR = INTERVIEW.select.where(
    one_of(_C.status, PICKED),
    _C.starts_at > bindparam("after"),
    _C.starts_at < bindparam("before"),
    _C.coordinator_id == bindparam("coordinator"),
).order_by(_C.starts_at, _C.interview_id)
# Those picked that have begun: which of them are over is reckoned outside, the two databases
# add minutes in two ways. An hour's interviews at most are begun and not over.
_PAST = union_all(
    select(_C.interview_id, _C.answer_by.label("at"), literal(0).label("minutes")).where(
        one_of(_C.status, {InterviewStatus.OFFERED}), _C.answer_by <= bindparam("now")
    ),
    select(_C.interview_id, _C.starts_at, _C.minutes).where(
        one_of(_C.status, PICKED), _C.starts_at <= bindparam("now")
    ),
)


class SqlInterviews:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, interview_id: str) -> Interview | None:
        return await self._work.get(INTERVIEW, interview_id)

    async def locked(self, interview_id: str) -> Interview | None:
        # Rivals: the candidate who picks, the coordinator who cancels, the worker that books.
        return await self._work.lock(INTERVIEW, interview_id)

    async def of_application(self, application_id: str) -> Sequence[Interview]:
        return await self._work.all(INTERVIEW, _OF_APPLICATION, {"application": application_id})

    async def of_coordinator(
        self, coordinator_id: str, after: datetime, before: datetime
    ) -> Sequence[Interview]:
        between = {"coordinator": coordinator_id, "after": after, "before": before}
        return await self._work.all(INTERVIEW, _OF_COORDINATOR, between)

    async def add(self, interview: Interview) -> None:
        self._work.add(INTERVIEW, interview)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[str]:
        past = (await self._work.run(_PAST, {"now": now})).all()
        ends = sorted((at + timedelta(minutes=minutes), key) for key, at, minutes in past)
        return [key for end, key in ends if end <= now][:limit]
