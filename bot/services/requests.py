"""Requesting a conversation: submit, edit, nudge, name another counterpart, withdraw."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Side
from bot.domain.requests import REFERENCE, Request, RequestStatus, move
from bot.services.asking import ask, pass_on, reminds_on, still_ahead
from bot.services.cancelling import cancel_session
from bot.services.desk import (
    Desk,
    Notice,
    coordinators,
    record,
    refresh,
    request_subject,
    tell,
    the_person,
    the_request,
)
from bot.services.keeping import UnitOfWork
from bot.services.request_form import (
    RequestForm,
    check_counterpart,
    check_dates,
    check_participants,
    check_places,
)
from bot.services.request_views import request_view
from bot.services.views import RequestView


class RequestsService:
    """The requester's side of a request."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def submit(self, actor_id: str, form: RequestForm) -> RequestView:
        """Make the request and ask the counterpart; the same form again changes nothing."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await uow.requests.get(form.form_id)
            if request is not None and request.requester_id != actor_id:
                raise MovedOn("form_old")
            if request is None:
                request = await self._make(uow, actor_id, form)
                await ask(uow, desk, request, form.counterpart_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def _make(self, uow: UnitOfWork, actor_id: str, form: RequestForm) -> Request:
        desk, now = self._desk, self._desk.now
        instants = await self._checked(uow, actor_id, form, now)
        year = now.astimezone(ZoneInfo(form.zone)).year
        request = Request(
            request_id=form.form_id,
            year=year,
            number=await uow.requests.next_number(year),
            requester_id=actor_id,
            counterpart_id=form.counterpart_id,
            side=form.side,
            offering=form.offering,
            organization=form.organization,
            region=form.region,
            team=form.team,
            participants=form.participants,
            language=form.language,
            zone=form.zone,
            preferred_at=instants,
            visibility=form.visibility,
            created_at=now,
            accessibility=form.accessibility,
            accessibility_note=form.accessibility_note,
        )
        await uow.requests.add(request)
        person = await the_person(uow, actor_id)
        person.last_organization, person.last_region, person.last_team = (
            form.organization,
            form.region,
            form.team,
        )
        await the_person(uow, form.counterpart_id)
        await record(uow, desk, request_subject(request.request_id), "submitted", by=actor_id)
        return request

    async def _checked(
        self, uow: UnitOfWork, actor_id: str, form: RequestForm, now: datetime
    ) -> tuple[datetime, ...]:
        rules = self._desk.rules
        check_places(form.organization, form.region)
        check_participants(form.participants, rules)
        await check_counterpart(uow, actor_id, form.counterpart_id, form.side.other)
        return check_dates(form.preferred, form.zone, form.offering, now, rules)

    async def _rechecked(
        self, uow: UnitOfWork, request: Request, form: RequestForm
    ) -> tuple[datetime, ...]:
        """As `_checked`; dates left as they were were early enough when they were chosen."""
        zone = ZoneInfo(request.zone)
        chosen = tuple(at.astimezone(zone).replace(tzinfo=None) for at in request.preferred_at)
        same = (request.offering, request.zone, chosen) == (
            form.offering,
            form.zone,
            form.preferred,
        )
        now = request.created_at if same else self._desk.now
        return await self._checked(uow, request.requester_id, form, now)

    async def edit(self, actor_id: str, request_id: str, form: RequestForm) -> RequestView:
        """Change a request that nobody has agreed to yet; the counterpart's card follows.

        Raises:
            MovedOn: `request_moved_on`, once the counterpart has answered.
        """
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._own(uow, actor_id, request_id)
            if request.status is not RequestStatus.SUBMITTED:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="edit")
            request.preferred_at = await self._rechecked(uow, request, form)
            request.offering, request.organization = form.offering, form.organization
            request.region, request.team, request.side = form.region, form.team, form.side
            request.participants, request.language = form.participants, form.language
            request.zone, request.visibility = form.zone, form.visibility
            request.accessibility = form.accessibility
            request.accessibility_note = form.accessibility_note
            request.version += 1
            subject = request_subject(request_id)
            await record(uow, desk, subject, "edited", by=actor_id)
            if form.counterpart_id != request.counterpart_id:
                await pass_on(uow, desk, request, form.counterpart_id)
            else:
                key = str(request.version)
                await tell(
                    uow, desk, Notice("request.edited", subject, request.counterpart_id, key)
                )
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def change_counterpart(
        self, actor_id: str, request_id: str, counterpart_id: str
    ) -> RequestView:
        """Ask somebody else of the other party, while nobody has agreed."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._own(uow, actor_id, request_id)
            if counterpart_id == request.counterpart_id:
                if request.status is RequestStatus.SUBMITTED:
                    return await request_view(uow, desk, request, actor_id)
                if request.status is RequestStatus.DECLINED:
                    raise Refusal("counterpart_declined_already", field="counterpart")
            await check_counterpart(uow, actor_id, counterpart_id, request.joint_side)
            if request.status is not RequestStatus.SUBMITTED and not request.counterpart_declined:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="submitted")
            still_ahead(desk, request)
            await pass_on(uow, desk, request, counterpart_id)
            await refresh(uow, desk, request_subject(request_id), but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def nudge(self, actor_id: str, request_id: str) -> RequestView:
        """Remind the counterpart, once a day at most.

        Raises:
            Refusal: `nudge_too_soon`, with the instant from which it may be sent.
        """
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._own(uow, actor_id, request_id)
            if request.status is not RequestStatus.SUBMITTED:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="nudge")
            asked = request.nudged_at or request.submitted_at
            if asked and desk.now < asked + desk.rules.nudge_every:
                raise Refusal("nudge_too_soon", after=asked + desk.rules.nudge_every)
            request.nudged_at = desk.now
            request.version += 1
            subject = request_subject(request_id)
            key = str(request.version)
            await tell(uow, desk, Notice("request.nudged", subject, request.counterpart_id, key))
            await record(uow, desk, subject, "nudged", by=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def answer(self, actor_id: str, request_id: str, text: str) -> RequestView:
        """Answer a coordinator's question: the request goes back to review."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._own(uow, actor_id, request_id)
            if not text.strip():
                raise Refusal("answer_missing", field="answer")
            if request.status is not RequestStatus.NEEDS_INFORMATION:
                raise MovedOn("request_moved_on", status=request.status.value, wanted="answer")
            move(request, RequestStatus.IN_REVIEW)
            request.question = ""
            subject = request_subject(request_id)
            await record(uow, desk, subject, "answered", by=actor_id, note=text.strip())
            for person_id in await coordinators(uow, request.region):
                key = str(request.version)
                await tell(uow, desk, Notice("request.answered", subject, person_id, key))
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def withdraw(self, actor_id: str, request_id: str) -> RequestView:
        """Withdraw a request at any time before it is held; a second time changes nothing."""
        desk = self._desk
        async with desk.uow() as uow:
            request = await self._own(uow, actor_id, request_id)
            if request.status is RequestStatus.WITHDRAWN:
                return await request_view(uow, desk, request, actor_id)
            seen_by_coordinators = request.agreed_at is not None
            move(request, RequestStatus.WITHDRAWN)
            subject = request_subject(request_id)
            await uow.outbox.drop(subject, kinds="re")
            key = str(request.version)
            told = {request.counterpart_id}
            if seen_by_coordinators:
                told |= set(await coordinators(uow, request.region))
            for person_id in sorted(told - {actor_id}):
                await tell(uow, desk, Notice("request.withdrawn", subject, person_id, key))
            await record(uow, desk, subject, "withdrawn", by=actor_id)
            session = await uow.sessions.of_request(request_id)
            if session:
                await cancel_session(
                    uow, desk, session, by=actor_id, reason="", but={*told, actor_id}
                )
            await refresh(uow, desk, subject, but=actor_id)
            view = await request_view(uow, desk, request, actor_id)
            await uow.commit()
            return view

    async def view(self, reader_id: str, request_id: str) -> RequestView:
        """How the reader sees it. Raises `NotFound`, also where it is none of theirs."""
        async with self._desk.uow(reading=True) as uow:
            request = await the_request(uow, request_id, lock=False)
            return await request_view(uow, self._desk, request, reader_id)

    async def find(self, reader_id: str, reference: str) -> RequestView:
        """By what people quote: EC-2027-0042. Raises `NotFound`."""
        found = REFERENCE.search(reference)
        async with self._desk.uow(reading=True) as uow:
            request = await uow.requests.by_number(int(found[1]), int(found[2])) if found else None
            if request is None:
                raise NotFound("request_unknown")
            return await request_view(uow, self._desk, request, reader_id)

    async def mine(
        self, reader_id: str, *, limit: int = 10, offset: int = 0
    ) -> tuple[list[RequestView], int]:
        """What they requested or were asked to agree to, newest first, and how many in all."""
        async with self._desk.uow(reading=True) as uow:
            found = await uow.requests.of_person(reader_id)
            page = found[offset : offset + limit]
            views = [await request_view(uow, self._desk, request, reader_id) for request in page]
            return views, len(found)

    async def check_counterpart(
        self, requester_id: str, counterpart_id: str, joint_side: Side
    ) -> None:
        """Refuse somebody who cannot be the counterpart, before the form is sent.

        Raises:
            Refusal: `counterpart_is_self`, `counterpart_same_side`.
        """
        async with self._desk.uow(reading=True) as uow:
            await check_counterpart(uow, requester_id, counterpart_id, joint_side)

    def reminds_on(self, request: Request) -> date:
        """The day on which the counterpart is reminded, on the team's calendar."""
        return reminds_on(self._desk, request)

    async def _own(self, uow: UnitOfWork, actor_id: str, request_id: str) -> Request:
        request = await the_request(uow, request_id)
        if request.requester_id != actor_id:
            raise NotFound("request_unknown")
        return request
