"""How one reader sees an application to become a facilitator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.applications import (
    WITHDRAWABLE,
    Application,
    ApplicationStatus,
    Endorsement,
    EndorsementStatus,
    EndorserKind,
)
from bot.domain.cohorts import TRAINING, Cohort, TrainingSeat
from bot.domain.errors import NotFound
from bot.domain.interviews import AHEAD, Interview
from bot.domain.messages import HistoryEntry
from bot.services.desk import Desk, application_subject, coordinates
from bot.services.keeping import UnitOfWork
from bot.services.session_views import named
from bot.services.views import Named, TimelineEntry

# What a candidate reads in their time line; what coordinators propose to one another is not there.
FOR_APPLICANT = frozenset(
    {
        "application_submitted", "application_edited", "application_withdrawn",
        "application_supported", "application_referenced",
        "application_accepted", "application_kept", "application_declined",
    }
)  # fmt: skip
_FOR_APPLICANT_TOO = ("endorser_", "interview_", "training_")
# And what the manager and the reference do.
FOR_ENDORSERS = frozenset({"application_submitted", "application_withdrawn"})


@dataclass(frozen=True, slots=True)
class EndorsementSight:
    """One endorser's part in an application."""

    kind: EndorserKind
    person: Named
    status: EndorsementStatus
    asked_at: datetime
    answered_at: datetime | None
    note: str
    question: str
    answer: str
    round: int


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as one reader sees it.

    `relation` is applicant, manager, reference or coordinator. `may` holds what the applicant can
    do now: edit, name_manager, name_reference, answer_manager, answer_reference, withdraw,
    withdraw_self_identification, give_self_identification, apply (again). `interview` is the
    newest, `training` the seat in a cohort that stands or, where none does, the newest.
    `self_identified` says whether there is something to withdraw; endorsers are never told.
    `again_on` is the day from which the applicant may apply again after a decline.
    """

    application: Application
    relation: str
    applicant: Named
    endorsements: tuple[EndorsementSight, ...]
    interview: Interview | None
    training: TrainingSeat | None
    cohort: Cohort | None
    timeline: tuple[TimelineEntry, ...]
    may: frozenset[str]
    self_identified: bool
    again_on: date | None = None

    def endorsement(self, kind: EndorserKind) -> EndorsementSight | None:
        """The part of the manager, or of the reference."""
        return next((one for one in self.endorsements if one.kind is kind), None)


def relation_of(application: Application, reader_id: str, *, steers: bool) -> str:
    """How somebody stands to an application.

    Raises:
        NotFound: they have nothing to do with it.
    """
    if reader_id == application.applicant_id:
        return "applicant"
    if reader_id == application.manager_id:
        return "manager"
    if reader_id == application.reference_id:
        return "reference"
    if steers:
        return "coordinator"
    raise NotFound("application_unknown")


async def application_view(
    uow: UnitOfWork, desk: Desk, application: Application, reader_id: str
) -> ApplicationView:
    """How one reader sees an application.

    Raises:
        NotFound: they have nothing to do with it.
    """
    steers = coordinates(tuple(await uow.grants.of(reader_id)), application.region)
    relation = relation_of(application, reader_id, steers=steers)
    asked = await uow.endorsements.of_application(application.application_id)
    given = await uow.self_identifications.get(application.application_id) is not None
    people = await named(uow, application.applicant_id, *(e.person_id for e in asked))
    training, cohort = await _training(uow, application)
    interviews = await uow.interviews.of_application(application.application_id)
    return ApplicationView(
        application=application,
        relation=relation,
        applicant=people[application.applicant_id],
        endorsements=tuple(sight_of(e, people[e.person_id]) for e in asked),
        interview=interviews[0] if interviews else None,
        training=training,
        cohort=cohort,
        timeline=await _timeline(uow, application, relation, reader_id),
        may=applicant_moves(application, asked, given=given) | _apply(desk, application)
        if relation == "applicant"
        else frozenset(),
        self_identified=given and relation in ("applicant", "coordinator"),
        again_on=again_on(desk, application),
    )


def again_on(desk: Desk, application: Application) -> date | None:
    """The candidate's day from which they may apply again after a decline."""
    if application.status is not ApplicationStatus.DECLINED or application.decided_at is None:
        return None
    declined_on = application.decided_at.astimezone(ZoneInfo(application.zone)).date()
    return calendar.add_months(declined_on, desk.rules.reapply_months)


def _apply(desk: Desk, application: Application) -> frozenset[str]:
    """Whether another application may follow this one today."""
    from_on = again_on(desk, application)
    today_on = desk.now.astimezone(ZoneInfo(application.zone)).date()
    over = application.status is ApplicationStatus.WITHDRAWN
    return frozenset({"apply"}) if over or (from_on and from_on <= today_on) else frozenset()


def applicant_moves(
    application: Application, asked: Sequence[Endorsement], *, given: bool
) -> frozenset[str]:
    """What the applicant can do now."""
    may: set[str] = set()
    status = application.status
    if status in WITHDRAWABLE:
        may.add("withdraw")
        if given:
            may.add("withdraw_self_identification")
    for one in asked:
        waited_for = status is ApplicationStatus.SUBMITTED or (
            status is ApplicationStatus.SUPPORTED and one.kind is EndorserKind.REFERENCE
        )
        if not waited_for or one.status is EndorsementStatus.SUPPORTED:
            continue
        may.add(f"name_{one.kind.value}")
        if one.status is EndorsementStatus.ASKED:
            if one.kind is EndorserKind.MANAGER:
                may.add("edit")
            if one.question and not one.answer:
                may.add(f"answer_{one.kind.value}")
    return frozenset(may)


def sight_of(one: Endorsement, person: Named) -> EndorsementSight:
    """An endorsement with its person's name."""
    return EndorsementSight(
        one.kind, person, one.status, one.asked_at, one.answered_at, one.note, one.question,
        one.answer, one.round,
    )  # fmt: skip


async def _training(
    uow: UnitOfWork, application: Application
) -> tuple[TrainingSeat | None, Cohort | None]:
    seats = [
        seat
        for seat in await uow.training.of_person(application.applicant_id)
        if seat.application_id == application.application_id
    ]
    standing = [seat for seat in seats if seat.status in TRAINING]
    seat = next(iter([*standing, *seats]), None)
    return seat, await uow.cohorts.get(seat.cohort_id) if seat else None


async def _timeline(
    uow: UnitOfWork, application: Application, relation: str, reader_id: str
) -> tuple[TimelineEntry, ...]:
    """What happened, oldest first, as much of it as the reader may know."""
    every = await uow.history.of(application_subject(application.application_id))
    entries = [entry for entry in every if _shown(entry, relation, reader_id)]
    names = await named(uow, *(e.actor_id for e in entries if e.actor_id))
    entries.sort(key=lambda e: e.at)
    return tuple(
        TimelineEntry(e.at, e.what, names[e.actor_id] if e.actor_id else None, e.note)
        for e in entries
    )


def _shown(entry: HistoryEntry, relation: str, reader_id: str) -> bool:
    if relation == "coordinator":
        return True
    if relation == "applicant":
        return entry.what in FOR_APPLICANT or entry.what.startswith(_FOR_APPLICANT_TOO)
    return entry.actor_id == reader_id or entry.what in FOR_ENDORSERS


def interview_stands(view: ApplicationView) -> bool:
    """Whether an interview is offered or booked."""
    return view.interview is not None and view.interview.status in AHEAD
