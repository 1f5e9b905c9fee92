"""Endorsements: what the manager and the reference say of a candidate."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.applications import (
    WAITING,
    Application,
    ApplicationStatus,
    Endorsement,
    EndorsementStatus,
    EndorserKind,
    endorse,
    move,
)
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    quoted_application,
    record,
    refresh,
    tell,
    the_application,
)
from bot.services.endorsing import (
    endorsement_id,
    endorsement_subject,
    must_wait,
    parted,
    parts_of,
    remind_applicant,
    settle,
    the_endorsement,
)
from bot.services.keeping import UnitOfWork
from bot.services.selecting import selectors
from bot.services.session_views import named
from bot.services.views import Named


@dataclass(frozen=True, slots=True)
class EndorsementView:
    """One person's word as they see it themselves; nobody else does.

    `may`: support, decline, ask. `both` says that one answer counts as the manager's and as the
    reference's. `sessions` in `months` are what the programme hopes for. Of the application only
    what an endorser has to know is shown.
    """

    application: Application
    endorsement: Endorsement
    applicant: Named
    may: frozenset[str]
    both: bool
    sessions: int
    months: int

    @property
    def id(self) -> str:
        """What buttons carry."""
        return endorsement_id(self.application.application_id, self.endorsement.kind)

    @property
    def subject(self) -> str:
        """What its card is kept true by."""
        return endorsement_subject(self.application.application_id, self.endorsement.kind)

    @property
    def waits(self) -> bool:
        """Whether their word is waited for."""
        asked = self.endorsement.status is EndorsementStatus.ASKED
        return asked and self.application.status in WAITING


class EndorsementsService:
    """What whoever is asked may say: support, do not support with a word, ask a question."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def support(self, actor_id: str, named_id: str, note: str = "") -> EndorsementView:
        """Support the candidate, perhaps with a word. Twice changes nothing."""
        desk = self._desk
        async with desk.uow() as uow:
            application, one = await self._asked(uow, actor_id, named_id)
            if one.status is not EndorsementStatus.SUPPORTED:
                must_wait(application, "support")
                said = EndorsementStatus.SUPPORTED
                parts = await self._answer(uow, application, one, said, note)
                await self._advance(uow, application, one)
                subject = application_subject(application.application_id)
                await self._record_support(uow, subject, parts, actor_id)
                await refresh(uow, desk, subject)
            view = await self._view(uow, application, one)
            await uow.commit()
            return view

    async def decline(self, actor_id: str, named_id: str, reason: str) -> EndorsementView:
        """Do not support, with a word; the applicant may name somebody else, or withdraw."""
        desk = self._desk
        async with desk.uow() as uow:
            application, one = await self._asked(uow, actor_id, named_id)
            if one.status is not EndorsementStatus.DECLINED:
                if not reason.strip():
                    raise Refusal("reason_missing", field="reason")
                must_wait(application, "decline")
                said = EndorsementStatus.DECLINED
                await self._answer(uow, application, one, said, reason)
                subject = application_subject(application.application_id)
                await record(
                    uow, desk, subject, "endorser_declined", by=actor_id, note=reason.strip()
                )
                await self._tell_applicant(uow, application, one, "endorsement.declined")
                await refresh(uow, desk, subject)
            view = await self._view(uow, application, one)
            await uow.commit()
            return view

    async def ask(self, actor_id: str, named_id: str, question: str) -> EndorsementView:
        """Ask the applicant something before answering; the days count anew from their answer."""
        desk = self._desk
        async with desk.uow() as uow:
            application, one = await self._asked(uow, actor_id, named_id)
            text = question.strip()
            if not text:
                raise Refusal("question_missing", field="question")
            if one.status is not EndorsementStatus.ASKED:
                raise MovedOn("endorsement_moved_on", status=one.status.value, wanted="ask")
            must_wait(application, "ask")
            if (one.question, one.answer) != (text, ""):
                parts = await self._open_parts(uow, application, one)
                for part in parts:
                    await settle(uow, application, part)
                    part.question, part.answer = text, ""
                await self._tell_applicant(uow, application, parts[0], "endorsement.question")
                await remind_applicant(uow, desk, application, parts[0])
                subject = application_subject(application.application_id)
                await record(uow, desk, subject, "endorser_asked", by=actor_id, note=text)
                await refresh(uow, desk, subject)
            view = await self._view(uow, application, one)
            await uow.commit()
            return view

    async def view(self, reader_id: str, named_id: str) -> EndorsementView:
        """How it stands for the one who is asked. Raises `NotFound`."""
        async with self._desk.uow(reading=True) as uow:
            application, one = await self._asked(uow, reader_id, named_id, lock=False)
            return await self._view(uow, application, one)

    async def find(self, reader_id: str, reference: str) -> EndorsementView:
        """By the application's reference; the part that waits first. Raises `NotFound`."""
        async with self._desk.uow(reading=True) as uow:
            application = await quoted_application(uow, reference)
            parts = await parts_of(uow, application, reader_id) if application else []
            if application is None or not parts:
                raise NotFound("endorsement_unknown")
            waiting = [p for p in parts if p.status is EndorsementStatus.ASKED]
            return await self._view(uow, application, [*waiting, *parts][0])

    async def mine(self, reader_id: str) -> list[EndorsementView]:
        """Those that wait for this person's word, oldest first; one card for both parts."""
        async with self._desk.uow(reading=True) as uow:
            asked = [
                one
                for one in await uow.endorsements.of_person(reader_id)
                if one.status is EndorsementStatus.ASKED
            ]
            applications = await uow.applications.many([one.application_id for one in asked])
            first = {one.application_id: one for one in sorted(asked, key=_part, reverse=True)}
            views = [
                await self._view(uow, applications[key], one)
                for key, one in first.items()
                if applications[key].status in WAITING
            ]
            return sorted(views, key=lambda view: view.endorsement.asked_at)

    async def _answer(
        self,
        uow: UnitOfWork,
        application: Application,
        one: Endorsement,
        to: EndorsementStatus,
        note: str,
    ) -> list[Endorsement]:
        """One answer for every part in which this person is still asked."""
        if one.status is not EndorsementStatus.ASKED:
            endorse(one, to, self._desk.now)  # refused: there is an answer already
        parts = await self._open_parts(uow, application, one)
        for part in parts:
            await settle(uow, application, part)
            endorse(part, to, self._desk.now)
            part.note = note.strip()
            if part is not one:
                subject = endorsement_subject(part.application_id, part.kind)
                await refresh(uow, self._desk, subject)
        return parts

    async def _open_parts(
        self, uow: UnitOfWork, application: Application, one: Endorsement
    ) -> list[Endorsement]:
        parts = await parts_of(uow, application, one.person_id)
        return [part for part in parts if part.status is EndorsementStatus.ASKED]

    async def _advance(self, uow: UnitOfWork, application: Application, one: Endorsement) -> None:
        """Move the application as far as both words go, and tell whom that concerns."""
        supported = {
            part.kind
            for part in await uow.endorsements.of_application(application.application_id)
            if part.status is EndorsementStatus.SUPPORTED
        }
        if EndorserKind.MANAGER in supported and application.status is ApplicationStatus.SUBMITTED:
            move(application, ApplicationStatus.SUPPORTED)
        if supported != set(EndorserKind):
            await self._tell_applicant(uow, application, one, "endorsement.supported")
            return
        move(application, ApplicationStatus.REFERENCED)
        subject = application_subject(application.application_id)
        whom = [(application.applicant_id, "application.referenced")]
        whom += [(c, "application.to_select") for c in await selectors(uow, application)]
        for person_id, kind in whom:
            await tell(uow, self._desk, Notice(kind, subject, person_id))

    async def _record_support(
        self, uow: UnitOfWork, subject: str, parts: list[Endorsement], actor_id: str
    ) -> None:
        what = {
            EndorserKind.MANAGER: "application_supported",
            EndorserKind.REFERENCE: "application_referenced",
        }
        for part in parts:
            await record(uow, self._desk, subject, what[part.kind], by=actor_id, note=part.note)

    async def _tell_applicant(
        self, uow: UnitOfWork, application: Application, one: Endorsement, kind: str
    ) -> None:
        subject, args = application_subject(application.application_id), {"which": one.kind.value}
        key = self._desk.new_id()
        notice = Notice(kind, subject, application.applicant_id, key, args=args)
        await tell(uow, self._desk, notice)

    async def _asked(
        self, uow: UnitOfWork, actor_id: str, named_id: str, *, lock: bool = True
    ) -> tuple[Application, Endorsement]:
        """The application, locked first, and this person's word on it. Raises `NotFound`."""
        application_id, kind = parted(named_id)
        try:
            application = await the_application(uow, application_id, lock=lock)
        except NotFound:
            raise NotFound("endorsement_unknown") from None
        one = await the_endorsement(uow, application_id, kind)
        if one.person_id != actor_id:
            raise NotFound("endorsement_unknown")
        return application, one

    async def _view(
        self, uow: UnitOfWork, application: Application, one: Endorsement
    ) -> EndorsementView:
        people = await named(uow, application.applicant_id)
        parts = await parts_of(uow, application, one.person_id)
        waits = one.status is EndorsementStatus.ASKED and application.status in WAITING
        return EndorsementView(
            application=application,
            endorsement=one,
            applicant=people[application.applicant_id],
            may=frozenset({"support", "decline", "ask"}) if waits else frozenset(),
            both=len([p for p in parts if p.status is one.status]) > 1,
            sessions=self._desk.rules.sessions_aimed,
            months=self._desk.rules.load_months,
        )


def _part(one: Endorsement) -> str:
    return one.kind.value
