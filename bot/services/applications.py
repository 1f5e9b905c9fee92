"""Becoming a facilitator: apply, change it, name another endorser, answer, withdraw."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.applications import (
    OPEN,
    SELECTING,
    Application,
    ApplicationStatus,
    Endorsement,
    EndorsementStatus,
    EndorserKind,
    move,
)
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Side
from bot.services.application_eligibility import Eligibility, eligibility_of
from bot.services.application_end import Sealing, end_application
from bot.services.application_form import (
    FLOW,
    OTHER_AGENT,
    ApplicationForm,
    check_endorsers,
    check_form,
    check_length,
)
from bot.services.application_views import (
    ApplicationView,
    applicant_moves,
    application_view,
)
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    quoted_application,
    record,
    refresh,
    tell,
    the_application,
    the_person,
)
from bot.services.endorsing import answered, ask_endorsers, endorsement_subject, pass_on
from bot.services.keeping import UnitOfWork
from bot.services.selecting import selectors

LONGEST_ANSWER = 1000
# Coordinators were told of it: they are told of its end.
_KNOWN = frozenset(OPEN) - {ApplicationStatus.SUBMITTED, ApplicationStatus.SUPPORTED}


class ApplicationsService:
    """The applicant's side of an application."""

    def __init__(self, desk: Desk, sealing: Sealing) -> None:
        self._desk = desk
        self._sealing = sealing

    async def eligibility(self, person_id: str) -> Eligibility:
        """Whether somebody may apply now."""
        async with self._desk.uow(reading=True) as uow:
            return await eligibility_of(uow, self._desk, person_id)

    async def submit(self, actor_id: str, form: ApplicationForm) -> ApplicationView:
        """Make the application and ask both endorsers; the same form again changes nothing.

        Raises:
            Refusal: the form cannot be taken, or the person may not apply now.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application = await uow.applications.get(form.form_id)
            if application is not None and application.applicant_id != actor_id:
                raise MovedOn("form_old")
            if application is None:
                application = await self._make(uow, actor_id, form)
            view = await self._seen(uow, application, actor_id)
            await uow.commit()
            return view

    async def _make(self, uow: UnitOfWork, actor_id: str, form: ApplicationForm) -> Application:
        desk = self._desk
        check_form(form, actor_id)
        (await eligibility_of(uow, desk, actor_id)).check()
        year = desk.now.astimezone(ZoneInfo(form.zone)).year
        application = Application(
            application_id=form.form_id,
            year=year,
            number=await uow.applications.next_number(year),
            applicant_id=actor_id,
            side=form.side,
            organization=form.organization,
            region=form.region,
            zone=form.zone,
            levels=dict(form.levels),
            topics=form.topics,
            experience=form.experience.strip(),
            motivation=form.motivation.strip(),
            manager_id=form.manager_id,
            reference_id=form.reference_id,
            created_at=desk.now,
            submitted_at=desk.now,
        )
        _set_agent(application, form)
        move(application, ApplicationStatus.SUBMITTED)
        await uow.applications.add(application)
        # Here, not once it was shown: what was sealed is in one place, whatever happens next.
        await uow.drafts.remove(actor_id, FLOW)
        await self._know_people(uow, actor_id, form)
        await record(
            uow, desk, application_subject(form.form_id), "application_submitted", by=actor_id
        )
        await ask_endorsers(uow, desk, application)
        if form.sealed:
            await self._sealing.give(uow, form.form_id, form.sealed)
        return application

    async def edit(
        self, actor_id: str, application_id: str, form: ApplicationForm
    ) -> ApplicationView:
        """Change an application while the manager has not answered; their cards follow.

        What was sealed is changed apart (services.self_identification).

        Raises:
            MovedOn: `application_moved_on`, once the manager has answered.
            Refusal: as `submit`; `reference_answered` where the reference who has answered, or
                the side that they answered for, would change.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application = await self._own(uow, actor_id, application_id)
            asked = await self._asked(uow, application)
            self._must(application, asked, "edit")
            check_form(form, actor_id)
            changed = {
                EndorserKind.MANAGER: (application.manager_id, form.manager_id),
                EndorserKind.REFERENCE: (application.reference_id, form.reference_id),
            }
            reference = asked.get(EndorserKind.REFERENCE)
            if reference and reference.status is EndorsementStatus.SUPPORTED:
                if form.reference_id != application.reference_id:
                    raise Refusal("reference_answered", field="reference")
                if form.side is not application.side:
                    raise Refusal("reference_answered", field="side")
            _take(application, form)
            await self._know_people(uow, actor_id, form)
            subject = application_subject(application_id)
            await record(uow, desk, subject, "application_edited", by=actor_id)
            for kind, (former, chosen) in changed.items():
                if former != chosen:
                    await pass_on(uow, desk, application, kind, chosen)
                else:
                    about = endorsement_subject(application_id, kind)
                    await refresh(uow, desk, about, but=actor_id)
            await refresh(uow, desk, subject, but=actor_id)
            view = await self._seen(uow, application, actor_id)
            await uow.commit()
            return view

    async def name_endorser(
        self, actor_id: str, application_id: str, kind: EndorserKind, person_id: str
    ) -> ApplicationView:
        """Ask somebody else to be the manager or the reference, while they have not said yes.

        Raises:
            Refusal: `endorser_declined_already`, or who cannot be asked.
            MovedOn: `application_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application = await self._own(uow, actor_id, application_id)
            asked = await self._asked(uow, application)
            self._must(application, asked, f"name_{kind.value}")
            if asked[kind].person_id == person_id:
                if asked[kind].status is EndorsementStatus.DECLINED:
                    raise Refusal("endorser_declined_already", field=kind.value)
                return await self._seen(uow, application, actor_id)
            manager, reference = application.manager_id, application.reference_id
            is_manager = kind is EndorserKind.MANAGER
            check_endorsers(
                application.side,
                actor_id,
                person_id if is_manager else manager,
                reference if is_manager else person_id,
                changed=kind,
            )
            await the_person(uow, person_id)
            await pass_on(uow, desk, application, kind, person_id)
            await refresh(uow, desk, application_subject(application_id), but=actor_id)
            view = await self._seen(uow, application, actor_id)
            await uow.commit()
            return view

    async def answer(
        self, actor_id: str, application_id: str, kind: EndorserKind, text: str
    ) -> ApplicationView:
        """Answer what the manager or the reference asked."""
        desk, words = self._desk, text.strip()
        async with desk.uow() as uow:
            application = await self._own(uow, actor_id, application_id)
            asked = await self._asked(uow, application)
            if asked[kind].answer and asked[kind].answer == words:
                return await self._seen(uow, application, actor_id)
            self._must(application, asked, f"answer_{kind.value}")
            if not words:
                raise Refusal("answer_missing", field="words")
            check_length("words", words, LONGEST_ANSWER)
            await answered(uow, desk, application, kind, words)
            await refresh(uow, desk, application_subject(application_id), but=actor_id)
            view = await self._seen(uow, application, actor_id)
            await uow.commit()
            return view

    async def withdraw(self, actor_id: str, application_id: str) -> ApplicationView:
        """Withdraw at any time; twice changes nothing."""
        desk = self._desk
        async with desk.uow() as uow:
            application = await self._own(uow, actor_id, application_id)
            if application.status is ApplicationStatus.WITHDRAWN:
                return await self._seen(uow, application, actor_id)
            known = application.status in _KNOWN
            move(application, ApplicationStatus.WITHDRAWN)
            subject = application_subject(application_id)
            await record(uow, desk, subject, "application_withdrawn", by=actor_id)
            await end_application(uow, desk, self._sealing, application, by=actor_id)
            for person_id in await selectors(uow, application) if known else []:
                # Whoever has not heard of it yet need not hear that it is over.
                unheard = await uow.outbox.drop(
                    subject, kinds="application.to_select", recipient_id=person_id
                )
                if not unheard:
                    await tell(uow, desk, Notice("application.withdrawn", subject, person_id))
            await refresh(uow, desk, subject, but=actor_id)
            view = await self._seen(uow, application, actor_id)
            await uow.commit()
            return view

    async def view(self, reader_id: str, application_id: str) -> ApplicationView:
        """How the reader sees it. Raises `NotFound`, also where it is none of theirs."""
        async with self._desk.uow(reading=True) as uow:
            application = await the_application(uow, application_id, lock=False)
            return await self._seen(uow, application, reader_id)

    async def find(self, reader_id: str, reference: str) -> ApplicationView:
        """By what people quote: AP-2027-0042. Raises `NotFound`."""
        async with self._desk.uow(reading=True) as uow:
            application = await quoted_application(uow, reference)
            if application is None:
                raise NotFound("application_unknown")
            return await self._seen(uow, application, reader_id)

    async def mine(self, reader_id: str) -> ApplicationView | None:
        """The newest application of their own."""
        async with self._desk.uow(reading=True) as uow:
            newest = next(iter(await uow.applications.of_person(reader_id)), None)
            return await self._seen(uow, newest, reader_id) if newest else None

    async def _seen(
        self, uow: UnitOfWork, application: Application, reader_id: str
    ) -> ApplicationView:
        """The view; without a key of the vault nobody is asked to identify themselves."""
        view = await application_view(uow, self._desk, application, reader_id)
        can = view.relation == "applicant" and application.status in SELECTING
        if not (can and self._sealing.available):
            return view
        return replace(view, may=view.may | {"give_self_identification"})

    async def _know_people(self, uow: UnitOfWork, actor_id: str, form: ApplicationForm) -> None:
        """The endorsers can be written to; the applicant's places are next time's defaults."""
        person = await the_person(uow, actor_id)
        person.last_organization, person.last_region = form.organization, form.region
        for endorser_id in (form.manager_id, form.reference_id):
            await the_person(uow, endorser_id)

    async def _own(self, uow: UnitOfWork, actor_id: str, application_id: str) -> Application:
        application = await the_application(uow, application_id)
        if application.applicant_id != actor_id:
            raise NotFound("application_unknown")
        return application

    async def _asked(
        self, uow: UnitOfWork, application: Application
    ) -> dict[EndorserKind, Endorsement]:
        found = await uow.endorsements.of_application(application.application_id)
        return {one.kind: one for one in found}

    def _must(
        self, application: Application, asked: dict[EndorserKind, Endorsement], wanted: str
    ) -> None:
        """Refuse what the applicant cannot do any more."""
        if wanted not in applicant_moves(application, tuple(asked.values()), given=False):
            raise MovedOn("application_moved_on", status=application.status.value, wanted=wanted)


def _set_agent(application: Application, form: ApplicationForm) -> None:
    union = form.side is Side.UNION
    application.agent = form.agent if union else None
    other = union and form.agent == OTHER_AGENT
    application.agent_other = form.agent_other.strip() if other else ""


def _take(application: Application, form: ApplicationForm) -> None:
    """What an edited form changes; the endorsers are named apart."""
    application.side, application.zone = form.side, form.zone
    application.organization, application.region = form.organization, form.region
    application.levels, application.topics = dict(form.levels), form.topics
    application.experience = form.experience.strip()
    application.motivation = form.motivation.strip()
    _set_agent(application, form)
    application.version += 1
