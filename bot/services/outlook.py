"""Answering what was asked about something that somebody did in Outlook.

What follows is what the program does anyway: another time, a cancellation, a seat given up. A
second click changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.outlook import Answer, Question, QuestionStatus, Topic, move
from bot.services.assignments import AssignmentsService
from bot.services.cohorts import CohortsService
from bot.services.desk import Desk, outlook_subject, record, refresh, task
from bot.services.interviews import InterviewsService
from bot.services.inviting import InvitingService
from bot.services.keeping import UnitOfWork
from bot.services.meeting_booking import BOOK, MOVE, MeetingBooking, Stage
from bot.services.outlook_views import (
    Bookings,
    OutlookView,
    assignment_of,
    concerns,
    outlook_view,
)
from bot.services.seats import SeatsService
from bot.services.steering import SteeringService
from bot.services.training import TrainingService


@dataclass(frozen=True, slots=True)
class Deeds:
    """The use cases that an answer may ask for."""

    steering: SteeringService
    inviting: InvitingService
    interviews: InterviewsService
    cohorts: CohortsService
    training: TrainingService
    seats: SeatsService
    assignments: AssignmentsService


class OutlookService:
    """What people decide about their meetings in Outlook."""

    def __init__(self, desk: Desk, bookings: Bookings, deeds: Deeds) -> None:
        self._desk = desk
        self._bookings = bookings
        self._deeds = deeds

    async def view(self, reader_id: str, question_id: str) -> OutlookView:
        """How the reader sees it. Raises `NotFound`, also where it is none of theirs."""
        async with self._desk.uow(reading=True) as uow:
            question = await uow.outlook.question(question_id)
            if question is None:
                raise NotFound("question_unknown")
            return await outlook_view(uow, self._desk, self._bookings, question, reader_id)

    async def answer(
        self, actor_id: str, question_id: str, answer: str, reason: str = ""
    ) -> OutlookView:
        """Do what is wanted, then write down that it was. Answered already, nothing happens.

        Raises:
            NotFound: it is none of theirs.
            MovedOn: `question_moved_on`, it is so no more.
            Refusal: the answer is none of those offered, or what it asks for cannot be.
        """
        view = await self.view(actor_id, question_id)
        if view.question.status is QuestionStatus.ANSWERED:
            return view
        if not view.stands:
            raise MovedOn("question_moved_on", status=view.question.status.value, wanted=answer)
        if answer not in view.may:
            raise Refusal("card_bad")
        chosen = Answer(answer)
        match chosen:
            case Answer.PUT_BACK | Answer.BOOK_AGAIN:
                return await self._mended(actor_id, view, chosen)
            case Answer.ADOPT:
                await self._adopt(actor_id, view)
            case Answer.CANCEL:
                await self._cancel(actor_id, view, reason)
            case Answer.GIVE_UP:
                await self._give_up(actor_id, view, reason)
            case Answer.KEEP:
                pass
        async with self._desk.uow() as uow:
            question = await self._locked(uow, question_id)
            await self._answered(uow, question, chosen, actor_id)
            seen = await outlook_view(uow, self._desk, self._bookings, question, actor_id)
            await uow.commit()
        return seen

    async def _adopt(self, actor_id: str, view: OutlookView) -> None:
        """Everybody is told as of any other change of time. Done already is as good."""
        start, end = view.question.times[:2]
        minutes = int((end - start).total_seconds() // 60)
        reschedule = (
            self._deeds.steering.reschedule
            if view.noun == "session"
            else self._deeds.inviting.reschedule
        )
        await reschedule(actor_id, view.thing_id, start, minutes=minutes)

    async def _cancel(self, actor_id: str, view: OutlookView, reason: str) -> None:
        cancel = {
            "session": self._deeds.steering.cancel,
            "interview": self._deeds.inviting.cancel,
            "cohort": self._deeds.cohorts.cancel,
        }[view.noun]
        await cancel(actor_id, view.thing_id, reason)

    async def _give_up(self, actor_id: str, view: OutlookView, reason: str) -> None:
        if view.question.topic is Topic.DECLINED:
            give_up = {
                "session": self._deeds.seats.leave,
                "interview": self._deeds.interviews.decline,
                "cohort": self._deeds.training.leave,
            }[view.noun]
            await give_up(actor_id, view.thing_id)
            return
        async with self._desk.uow(reading=True) as uow:
            session = await uow.sessions.get(view.thing_id)
            found = await assignment_of(uow, view.question, session) if session else None
        if found is not None:
            await self._deeds.assignments.withdraw(actor_id, found, reason)

    async def _mended(self, actor_id: str, view: OutlookView, chosen: Answer) -> OutlookView:
        """Outlook is brought in line with us: its task and the answer are one transaction."""
        desk, booking = self._desk, self._bookings[view.noun]
        async with desk.uow() as uow:
            thing = await booking.load(uow, view.thing_id)
            question = await self._locked(uow, view.question.question_id)
            if not await concerns(uow, question, thing, actor_id):
                raise NotFound("question_unknown")
            ours = booking.stage(thing) is Stage.BOOKED and thing.event_id == question.event_id
            if question.status is QuestionStatus.OPEN and ours:
                subject, key = booking.subject_of(thing), question.question_id
                if chosen is Answer.PUT_BACK:
                    await task(uow, desk, MOVE, subject, key=f"{key}-{question.version}")
                else:
                    await self._book_again(uow, booking, thing)
                what = "outlook_put_back" if chosen is Answer.PUT_BACK else "outlook_booked_again"
                await record(uow, desk, booking.history_subject(thing), what, by=actor_id)
                await self._answered(uow, question, chosen, actor_id)
            seen = await outlook_view(uow, desk, self._bookings, question, actor_id)
            await uow.commit()
        return seen

    async def _book_again(self, uow: UnitOfWork, booking: MeetingBooking[Any], thing: Any) -> None:
        """As if it had never been asked for, under an id that Graph does not know yet."""
        desk = self._desk
        await uow.outlook.unwrite(thing.event_id)
        thing.transaction_id, thing.booking_asked = desk.new_id(), False
        thing.event_id, thing.join_url, thing.fault = None, None, None
        booking.reopen(thing)
        subject = booking.subject_of(thing)
        await task(uow, desk, BOOK, subject, key=f"again-{thing.transaction_id}")
        await booking.refresh(uow, thing)

    async def _locked(self, uow: UnitOfWork, question_id: str) -> Question:
        question = await uow.outlook.locked_question(question_id)
        if question is None:
            raise NotFound("question_unknown")
        return question

    async def _answered(self, uow: UnitOfWork, question: Question, chosen: Answer, by: str) -> None:
        """Whoever else was asked sees on their card that it is settled."""
        if question.status is not QuestionStatus.OPEN:
            return
        move(question, QuestionStatus.ANSWERED)
        question.answer, question.answered_by = chosen.value, by
        question.answered_at = self._desk.now
        about = outlook_subject(question.question_id)
        await uow.outbox.drop(about, kinds="outlook.")
        await refresh(uow, self._desk, about, but=by)
