"""Triage: what the coordinators of a region do with an agreed request."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import catalogue
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Role
from bot.domain.requests import REFERENCE, Request, RequestStatus, move
from bot.services.desk import (
    Desk,
    Notice,
    must_coordinate,
    record,
    refresh,
    request_subject,
    tell,
    the_request,
)
from bot.services.keeping import UnitOfWork
from bot.services.request_views import request_view
from bot.services.views import RequestView

PAGE = 10
TO_APPROVE = (RequestStatus.AGREED, RequestStatus.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class TriagePage:
    """A page of requests to review: `first` is the place of the first, from 0, of `total`."""

    requests: tuple[RequestView, ...]
    first: int
    total: int

    @property
    def next_first(self) -> int | None:
        """Where the next page begins; None on the last."""
        following = self.first + len(self.requests)
        return following if following < self.total else None


def open_review(request: Request) -> None:
    """A coordinator's first move opens the review."""
    if request.status in (RequestStatus.AGREED, RequestStatus.NEEDS_INFORMATION):
        move(request, RequestStatus.IN_REVIEW)


async def steered(uow: UnitOfWork, actor_id: str, request_id: str, *, lock: bool = True) -> Request:
    """The request, locked, if the actor steers its region. Raises `NotFound`."""
    request = await the_request(uow, request_id, lock=lock)
    await must_coordinate(uow, actor_id, request.region)
    return request


class TriageService:
    """The coordinators' side of a request. Each refuses whoever does not steer its region."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def waiting(self, actor_id: str, first: int = 0) -> TriagePage:
        """What there is to look at in the actor's regions, longest waiting first, ten at a time."""
        desk = self._desk
        async with desk.uow(reading=True) as uow:
            found = await uow.requests.open_in(await self._regions(uow, actor_id))
            start = first if 0 <= first < len(found) else 0
            views = [
                await request_view(uow, desk, request, actor_id)
                for request in found[start : start + PAGE]
            ]
        return TriagePage(tuple(views), start, len(found))

    async def view(self, actor_id: str, subject: str) -> RequestView:
        """One request, by its id or by what people quote (EC-2027-0042).

        Raises:
            NotFound: no such request, or of a region that the actor does not steer.
        """
        async with self._desk.uow(reading=True) as uow:
            quoted = REFERENCE.fullmatch(subject)
            if quoted:
                request = await uow.requests.by_number(int(quoted[1]), int(quoted[2]))
            else:
                request = await uow.requests.get(subject)
            if request is None:
                raise NotFound("request_unknown")
            await must_coordinate(uow, actor_id, request.region)
            return await request_view(uow, self._desk, request, actor_id)

    async def regions_to_pair(self, actor_id: str) -> tuple[str, ...]:
        """Those of the actor's regions that have a request to approve.

        Raises:
            Refusal: `not_coordinator`.
        """
        async with self._desk.uow(reading=True) as uow:
            found = await uow.requests.open_in(await self._regions(uow, actor_id))
        return tuple(sorted({r.region for r in found if r.status in TO_APPROVE}))

    async def _regions(self, uow: UnitOfWork, actor_id: str) -> frozenset[str]:
        grants = await uow.grants.of(actor_id)
        if any(grant.role is Role.ADMINISTRATOR for grant in grants):
            return frozenset(region.key for region in catalogue.regions())
        regions = frozenset(g.region for g in grants if g.role is Role.COORDINATOR)
        if not regions:
            raise Refusal("not_coordinator")
        return regions

    async def ask(self, actor_id: str, request_id: str, question: str) -> RequestView:
        """Ask the requester; the request waits for the answer."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            if not question.strip():
                raise Refusal("question_missing", field="question")
            if request.status is RequestStatus.NEEDS_INFORMATION:
                if request.question == question.strip():
                    return await request_view(uow, desk, request, actor_id)
                raise MovedOn("request_moved_on", status=request.status.value, wanted="ask")
            open_review(request)
            move(request, RequestStatus.NEEDS_INFORMATION)
            request.question = question.strip()
            subject = request_subject(request_id)
            key = str(request.version)
            await tell(uow, desk, Notice("request.question", subject, request.requester_id, key))
            await record(uow, desk, subject, "asked", by=actor_id, note=request.question)
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def decline(self, actor_id: str, request_id: str, reason: str) -> RequestView:
        """Decline with a reason; both parties are told."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await steered(uow, actor_id, request_id)
            if request.status is RequestStatus.DECLINED and request.declined_by == actor_id:
                return await request_view(uow, desk, request, actor_id)
            if not reason.strip():
                raise Refusal("reason_missing", field="reason")
            open_review(request)
            move(request, RequestStatus.DECLINED)
            request.declined_by, request.reason = actor_id, reason.strip()
            subject = request_subject(request_id)
            for person_id in (request.requester_id, request.counterpart_id):
                await tell(uow, desk, Notice("request.declined", subject, person_id))
            await record(uow, desk, subject, "declined", by=actor_id, note=request.reason)
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view
