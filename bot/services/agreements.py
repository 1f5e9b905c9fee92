"""The joint agreement: the counterpart's answer to a request."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.requests import Request, RequestStatus, move
from bot.services.desk import (
    Desk,
    Notice,
    at_local,
    coordinators,
    record,
    refresh,
    request_subject,
    tell,
    the_person,
    the_request,
)
from bot.services.keeping import UnitOfWork
from bot.services.request_views import request_view
from bot.services.views import RequestView


class AgreementsService:
    """What the counterpart may say: agree, decline with a reason, later."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def agree(self, actor_id: str, request_id: str) -> RequestView:
        """Agree: the request goes to the region's coordinators. Twice changes nothing."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._asked(uow, actor_id, request_id)
            if request.agreed_at is None:
                move(request, RequestStatus.AGREED)
                request.agreed_at = desk.now
                subject = request_subject(request_id)
                await self._settle(uow, request, actor_id, "agreed")
                await tell(uow, desk, Notice("request.agreed", subject, request.requester_id))
                for person_id in await coordinators(uow, request.region):
                    await tell(uow, desk, Notice("request.to_review", subject, person_id))
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def decline(self, actor_id: str, request_id: str, reason: str) -> RequestView:
        """Decline with a reason; the requester may name somebody else."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._asked(uow, actor_id, request_id)
            already = request.status is RequestStatus.DECLINED and request.declined_by == actor_id
            if not already:
                if not reason.strip():
                    raise Refusal("reason_missing", field="reason")
                move(request, RequestStatus.DECLINED)
                request.declined_by, request.reason = actor_id, reason.strip()
                subject = request_subject(request_id)
                await self._settle(uow, request, actor_id, "counterpart_declined", request.reason)
                key = str(request.version)
                await tell(
                    uow,
                    desk,
                    Notice("request.counterpart_declined", subject, request.requester_id, key),
                )
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def later(self, actor_id: str, request_id: str) -> RequestView:
        """Not now: the card comes back the next working morning, on the counterpart's clock."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._asked(uow, actor_id, request_id)
            if request.status is not RequestStatus.SUBMITTED:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="later")
            person = await the_person(uow, actor_id)
            due_at = self._next_morning(person.lives_in)
            subject = request_subject(request_id)
            await tell(
                uow,
                desk,
                Notice(
                    "reminder.agreement",
                    subject,
                    actor_id,
                    f"later-{due_at:%Y%m%d}",
                    due_at=due_at,
                    expires_at=request.expires_at,
                    repeatable=False,
                ),
            )
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    def _next_morning(self, zone: str) -> datetime:
        today_on = self._desk.now.astimezone(ZoneInfo(zone)).date()
        next_on = calendar.add_working_days(today_on, 1)
        return at_local(next_on, self._desk.rules.quiet_until, zone) + timedelta(hours=1)

    async def _settle(
        self, uow: UnitOfWork, request: Request, actor_id: str, what: str, note: str = ""
    ) -> None:
        """The answer is there: no more reminders of it, a line of history, true cards."""
        subject = request_subject(request.request_id)
        await uow.outbox.drop(subject, kinds="reminder.agreement")
        await record(uow, self._desk, subject, what, by=actor_id, note=note)
        await refresh(uow, self._desk, subject, but=actor_id)

    async def _asked(self, uow: UnitOfWork, actor_id: str, request_id: str) -> Request:
        """The request, if it is this person who was asked. Raises `NotFound`."""
        request = await the_request(uow, request_id)
        if request.counterpart_id != actor_id:
            raise NotFound("request_unknown")
        return request
