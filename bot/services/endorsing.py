"""Asking the manager and the reference: the question, what reminds of it, and its end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.applications import (
    WAITING,
    Application,
    Endorsement,
    EndorsementStatus,
    EndorserKind,
    endorse,
)
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.messages import Via
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    at_local,
    record,
    refresh,
    tell,
    the_application,
    the_person,
)
from bot.services.keeping import UnitOfWork
from bot.services.selecting import selectors


# While an application is in one of these, somebody's word is waited for.
def endorsement_id(application_id: str, kind: EndorserKind) -> str:
    """What an endorsement is known by in cards: the application and the kind."""
    return f"{application_id}.{kind.value}"


def endorsement_subject(application_id: str, kind: EndorserKind) -> str:
    """The subject under which an endorsement's rows are kept."""
    return f"endorsement:{endorsement_id(application_id, kind)}"


def parted(named: str) -> tuple[str, EndorserKind]:
    """An endorsement's id as application and kind. Raises `NotFound`."""
    application_id, _, kind = named.rpartition(".")
    if kind not in set(EndorserKind):
        raise NotFound("endorsement_unknown")
    return application_id, EndorserKind(kind)


async def the_endorsement(uow: UnitOfWork, application_id: str, kind: EndorserKind) -> Endorsement:
    """The manager's or the reference's word. Raises `NotFound`."""
    found = await uow.endorsements.get(application_id, kind)
    if found is None:
        raise NotFound("endorsement_unknown")
    return found


async def ask_endorsers(uow: UnitOfWork, desk: Desk, application: Application) -> None:
    """Ask both for their word, in the caller's transaction. One who is both is asked once."""
    asked = {
        EndorserKind.MANAGER: application.manager_id,
        EndorserKind.REFERENCE: application.reference_id,
    }
    for kind, person_id in asked.items():
        await the_person(uow, person_id)
        await uow.endorsements.add(
            Endorsement(application.application_id, kind, person_id, asked_at=desk.now)
        )
    for kind in asked:
        await _ask(uow, desk, application, await _of(uow, application, kind))


async def pass_on(
    uow: UnitOfWork, desk: Desk, application: Application, kind: EndorserKind, person_id: str
) -> None:
    """Ask somebody else; whoever was asked before hears that nothing more is wanted of them.

    The same person again changes nothing.

    Raises:
        MovedOn: `endorsement_moved_on` or `application_moved_on`, once there is a yes.
        Refusal: `endorser_declined_already`, for the one who said no.
    """
    one = await _of(uow, application, kind)
    former = one.person_id
    if former == person_id:
        if one.status is EndorsementStatus.DECLINED:
            raise Refusal("endorser_declined_already", field=kind.value)
        return
    must_wait(application, f"name_{kind.value}")
    waited = one.status is EndorsementStatus.ASKED
    heard = await settle(uow, application, one)
    endorse(one, EndorsementStatus.ASKED, desk.now)
    one.person_id = person_id
    if kind is EndorserKind.MANAGER:
        application.manager_id = person_id
    else:
        application.reference_id = person_id
    await the_person(uow, person_id)
    about = application_subject(application.application_id)
    await record(uow, desk, about, "endorser_changed", by=application.applicant_id)
    await _ask(uow, desk, application, one)
    other = await _other(uow, application, kind)
    if other.person_id == former and other.status is EndorsementStatus.ASKED:
        await _keep_part(uow, desk, application, other)
    elif waited and heard:
        # Not theirs to see any more: the sentence stands above the help card.
        past = f"former_{endorsement_subject(application.application_id, kind)}"
        args = {"reference": application.reference}
        key = str(one.round)
        await tell(uow, desk, Notice("endorsement.passed_on", past, former, key, args=args))


async def answered(
    uow: UnitOfWork, desk: Desk, application: Application, kind: EndorserKind, text: str
) -> None:
    """The applicant answers what was asked; the endorser has the days anew.

    Raises:
        Refusal: `answer_missing`.
        MovedOn: nothing is asked, or it was answered already.
    """
    one = await _of(uow, application, kind)
    if not text.strip():
        raise Refusal("answer_missing", field="words")
    must_wait(application, f"answer_{kind.value}")
    if one.status is not EndorsementStatus.ASKED or not one.question or one.answer:
        raise MovedOn("endorsement_moved_on", status=one.status.value, wanted="answer")
    parts = [p for p in await parts_of(uow, application, one.person_id) if p.question]
    about = application_subject(application.application_id)
    for part in parts:
        part.answer = text.strip()
        await uow.outbox.drop(about, kinds=question_reminder(part.kind))
        await refresh(uow, desk, endorsement_subject(part.application_id, part.kind))
    await plan(uow, desk, application, parts[0])
    subject = endorsement_subject(application.application_id, parts[0].kind)
    await tell(uow, desk, Notice("endorsement.answered", subject, one.person_id, desk.new_id()))
    by = application.applicant_id
    await record(uow, desk, about, "endorser_answered", by=by, note=text.strip())


async def let_go(uow: UnitOfWork, desk: Desk, application: Application) -> None:
    """The application is over: nobody is waited for any more; their cards and chats say so."""
    told: set[str] = set()
    for one in await uow.endorsements.of_application(application.application_id):
        subject = endorsement_subject(one.application_id, one.kind)
        heard = await settle(uow, application, one)
        if one.status is EndorsementStatus.ASKED and one.person_id not in told:
            told.add(one.person_id)
            if heard:
                await tell(uow, desk, Notice("endorsement.closed", subject, one.person_id))
        await refresh(uow, desk, subject)


async def tell_silence(desk: Desk, named: str) -> None:
    """Nobody answered for weeks: the coordinators are told, and the applicant what they can do."""
    application_id, kind = parted(named)
    async with desk.uow() as uow:
        application = await the_application(uow, application_id)
        one = await the_endorsement(uow, application_id, kind)
        if one.tell_at is None or one.tell_at > desk.now:
            return
        key, one.tell_at = f"{kind.value}:{one.tell_at:%Y%m%d}:{one.round}", None
        if one.status is EndorsementStatus.ASKED and application.status in WAITING:
            told = [(c, "endorsement.silent") for c in await selectors(uow, application)]
            told.append((application.applicant_id, "endorsement.unanswered"))
            subject, args = application_subject(application_id), {"which": kind.value}
            for person_id, what in told:
                await tell(uow, desk, Notice(what, subject, person_id, key, args=args))
        await uow.commit()


def must_wait(application: Application, wanted: str) -> None:
    """Refuse once the application has gone past the point where somebody's word counts."""
    if application.status not in WAITING:
        raise MovedOn("application_moved_on", status=application.status.value, wanted=wanted)


async def parts_of(uow: UnitOfWork, application: Application, person_id: str) -> list[Endorsement]:
    """Where this person is asked, the manager's part first: two where they are both."""
    every = [await _of(uow, application, kind) for kind in EndorserKind]
    return [one for one in every if one.person_id == person_id]


def question_reminder(kind: EndorserKind) -> str:
    """The kind of what reminds the applicant of a question: each endorser's has its own."""
    return f"reminder.question.{kind.value}"


async def settle(uow: UnitOfWork, application: Application, one: Endorsement) -> bool:
    """No more reminders of this word, and nobody is told of its absence.

    False where the one who was asked has not even heard of it: they need not hear of its end.
    """
    one.tell_at = None
    about = application_subject(application.application_id)
    subject = endorsement_subject(one.application_id, one.kind)
    await uow.outbox.drop(subject, kinds="reminder.endorsement")
    await uow.outbox.drop(about, kinds=question_reminder(one.kind))
    asked = await uow.outbox.drop(subject, kinds="endorsement.asked", recipient_id=one.person_id)
    return not asked


async def plan(uow: UnitOfWork, desk: Desk, application: Application, one: Endorsement) -> None:
    """Owe the reminders, counted in working days from today on the applicant's clock."""
    rules, zone = desk.rules, application.zone
    today_on = desk.now.astimezone(ZoneInfo(zone)).date()
    ways = (
        (Via.CHAT, rules.endorsement_nudge_working_days),
        (Via.MAIL, rules.endorsement_mail_working_days),
    )
    subject = endorsement_subject(one.application_id, one.kind)
    await uow.outbox.drop(subject, kinds="reminder.endorsement")
    for via, days in ways:
        notice = Notice(
            "reminder.endorsement",
            subject,
            one.person_id,
            f"{one.round}:{today_on:%Y%m%d}",
            due_at=_morning(desk, zone, today_on, days),
            via=via,
            repeatable=False,
        )
        await tell(uow, desk, notice)
    one.tell_at = _morning(desk, zone, today_on, rules.endorsement_tell_working_days)


async def remind_applicant(
    uow: UnitOfWork, desk: Desk, application: Application, one: Endorsement
) -> None:
    """Their answer is what everybody waits for now."""
    rules, zone = desk.rules, application.zone
    today_on = desk.now.astimezone(ZoneInfo(zone)).date()
    notice = Notice(
        question_reminder(one.kind),
        application_subject(application.application_id),
        application.applicant_id,
        f"{one.round}:{today_on:%Y%m%d}",
        due_at=_morning(desk, zone, today_on, rules.endorsement_nudge_working_days),
        args={"kind": one.kind.value},
        repeatable=False,
    )
    await tell(uow, desk, notice)


def _morning(desk: Desk, zone: str, today_on: date, days: int) -> datetime:
    """So many working days later, an hour after the quiet ones."""
    on = calendar.add_working_days(today_on, days)
    return at_local(on, desk.rules.quiet_until, zone) + timedelta(hours=1)


async def _ask(uow: UnitOfWork, desk: Desk, application: Application, one: Endorsement) -> None:
    """Send the card, unless the same person has one for the other part: it answers for both."""
    parts = await parts_of(uow, application, one.person_id)
    first, *more = [p for p in parts if p.status is EndorsementStatus.ASKED]
    subject = endorsement_subject(first.application_id, first.kind)
    if first is not one:
        one.question, one.answer = first.question, first.answer
        await refresh(uow, desk, subject)
        return
    for other in more:
        await settle(uow, application, other)
        one.question, one.answer = other.question, other.answer
        await refresh(uow, desk, endorsement_subject(other.application_id, other.kind))
    await tell(uow, desk, Notice("endorsement.asked", subject, one.person_id, desk.new_id()))
    if one.question and not one.answer:
        await remind_applicant(uow, desk, application, one)
    else:
        await plan(uow, desk, application, one)


async def _keep_part(
    uow: UnitOfWork, desk: Desk, application: Application, one: Endorsement
) -> None:
    """One card was for both parts of one person, who keeps this one."""
    if one.kind is EndorserKind.REFERENCE:
        await _ask(uow, desk, application, one)  # that card was the manager's: they need another
        return
    await refresh(uow, desk, endorsement_subject(one.application_id, one.kind))


async def _of(uow: UnitOfWork, application: Application, kind: EndorserKind) -> Endorsement:
    return await the_endorsement(uow, application.application_id, kind)


async def _other(uow: UnitOfWork, application: Application, kind: EndorserKind) -> Endorsement:
    manager = kind is EndorserKind.MANAGER
    return await _of(uow, application, EndorserKind.REFERENCE if manager else EndorserKind.MANAGER)
