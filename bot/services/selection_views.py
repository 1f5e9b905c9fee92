"""An application as those who select see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.applications import Application, ApplicationStatus, Decision
from bot.domain.errors import NotFound
from bot.domain.interviews import AHEAD, Interview, InterviewStatus
from bot.services.application_views import EndorsementSight, sight_of
from bot.services.desk import Desk, application_subject, the_application
from bot.services.keeping import UnitOfWork
from bot.services.selecting import Stance, stance_of
from bot.services.session_views import named
from bot.services.views import Named, TimelineEntry

_S = ApplicationStatus
# What can be decided where; an acceptance needs an interview that was held, too.
DECISIONS: dict[ApplicationStatus, frozenset[Decision]] = {
    _S.SUBMITTED: frozenset({Decision.DECLINE}),
    _S.SUPPORTED: frozenset({Decision.DECLINE}),
    _S.REFERENCED: frozenset({Decision.KEEP, Decision.DECLINE}),
    _S.INTERVIEW: frozenset({Decision.ACCEPT, Decision.KEEP, Decision.DECLINE}),
    _S.KEPT: frozenset({Decision.ACCEPT, Decision.DECLINE}),
}
INVITED_FROM = frozenset({_S.REFERENCED, _S.INTERVIEW, _S.KEPT})


@dataclass(frozen=True, slots=True)
class SelectionView:
    """An application as one of those who select sees it.

    `may` holds what they can do now: invite, accept, keep, decline (a proposal where `stance` is
    other), confirm, set_aside, reschedule, cancel, retry_booking, open_self_identification.
    `language` is the candidate's own. `interview` is the newest, `interviewer` who invited to it.
    `interviewed` says whether one was held.
    """

    application: Application
    stance: Stance
    applicant: Named
    language: str
    endorsements: tuple[EndorsementSight, ...]
    interview: Interview | None
    interviewer: Named | None
    interviewed: bool
    proposer: Named | None
    timeline: tuple[TimelineEntry, ...]
    may: frozenset[str]


async def selection_view(
    uow: UnitOfWork, desk: Desk, application: Application, reader_id: str, *, opens: bool
) -> SelectionView:
    """How one of those who select sees it.

    `opens` says whether the vault would let them open a self-identification.

    Raises:
        NotFound: they do not select it.
    """
    stance = await stance_of(uow, reader_id, application)
    interviews = await uow.interviews.of_application(application.application_id)
    newest = interviews[0] if interviews else None
    asked = await uow.endorsements.of_application(application.application_id)
    proposer_id = application.proposal_by if application.proposal else None
    ids = [application.applicant_id, *(e.person_id for e in asked)]
    ids += [one for one in (proposer_id, newest and newest.coordinator_id) if one]
    names = await named(uow, *ids)
    person = await uow.people.get(application.applicant_id)
    interviewed = any(each.status is InterviewStatus.HELD for each in interviews)
    may = _moves(application, stance, newest, desk.now, reader_id, interviewed=interviewed)
    if opens and await uow.self_identifications.get(application.application_id):
        may.add("open_self_identification")
    return SelectionView(
        application=application,
        stance=stance,
        applicant=names[application.applicant_id],
        language=person.reads if person else "en",
        endorsements=tuple(sight_of(e, names[e.person_id]) for e in asked),
        interview=newest,
        interviewer=names[newest.coordinator_id] if newest else None,
        interviewed=interviewed,
        proposer=names[proposer_id] if proposer_id else None,
        timeline=await _timeline(uow, application),
        may=frozenset(may),
    )


def decisions(application: Application, *, interviewed: bool) -> frozenset[Decision]:
    """What can be decided or proposed of it now."""
    possible = DECISIONS.get(application.status, frozenset())
    return possible if interviewed else possible - {Decision.ACCEPT}


def _moves(
    application: Application,
    stance: Stance,
    newest: Interview | None,
    now: datetime,
    reader_id: str,
    *,
    interviewed: bool,
) -> set[str]:
    may: set[str] = set()
    if application.proposal and (
        stance is not Stance.OTHER or reader_id == application.proposal_by
    ):
        may |= {"set_aside"} if stance is Stance.OTHER else {"confirm", "set_aside"}
    if stance is Stance.STAND_IN:
        return may
    may |= {each.value for each in decisions(application, interviewed=interviewed)}
    ahead = newest is not None and newest.status in AHEAD
    if application.status in INVITED_FROM and not ahead:
        may.add("invite")
    if newest and ahead:
        may.add("cancel")
        if newest.starts_at and newest.starts_at > now:
            may.add("reschedule")
    if newest and newest.fault:
        may.add("retry_booking")
    return may


async def _timeline(uow: UnitOfWork, application: Application) -> tuple[TimelineEntry, ...]:
    entries = await uow.history.of(application_subject(application.application_id))
    names = await named(uow, *(e.actor_id for e in entries if e.actor_id))
    return tuple(
        TimelineEntry(e.at, e.what, names[e.actor_id] if e.actor_id else None, e.note)
        for e in sorted(entries, key=lambda e: e.at)
    )


@dataclass(frozen=True, slots=True)
class InterviewView:
    """An interview as the candidate or a coordinator sees it.

    `may` holds what they can do now: pick, none_suits, cannot (the candidate), reschedule, cancel
    (a coordinator). `options` are those times offered that are still ahead.
    """

    interview: Interview
    reference: str
    relation: str
    candidate: Named
    coordinator: Named
    options: tuple[datetime, ...]
    may: frozenset[str]


async def interview_view(
    uow: UnitOfWork, desk: Desk, interview: Interview, reader_id: str
) -> InterviewView:
    """How the candidate or one of those who select sees an interview. Raises `NotFound`."""
    application = await the_application(uow, interview.application_id, lock=False)
    theirs = application.applicant_id == reader_id
    if not theirs:
        stance = await stance_of(uow, reader_id, application)
        if stance is Stance.STAND_IN:
            raise NotFound("interview_unknown")
    now = desk.now
    may: set[str] = set()
    picked = interview.status in (InterviewStatus.BOOKING, InterviewStatus.BOOKED)
    ahead = picked and interview.starts_at is not None and interview.starts_at > now
    offered = interview.status is InterviewStatus.OFFERED
    if theirs:
        may |= {"pick", "none_suits"} if offered and interview.answer_by > now else set()
        may |= {"cannot"} if ahead else set()
    else:
        may |= {"cancel"} if offered or picked else set()
        may |= {"reschedule"} if ahead else set()
    names = await named(uow, application.applicant_id, interview.coordinator_id)
    return InterviewView(
        interview=interview,
        reference=application.reference,
        relation="candidate" if theirs else "coordinator",
        candidate=names[application.applicant_id],
        coordinator=names[interview.coordinator_id],
        options=tuple(at for at in interview.options if at > now) if offered else (),
        may=frozenset(may),
    )
