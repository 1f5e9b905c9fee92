"""Applications as one reader sees them, in every state that a card must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.applications import Application, ApplicationStatus, EndorsementStatus, EndorserKind
from bot.domain.cohorts import TrainingSeat, TrainingStatus
from bot.domain.interviews import Interview, InterviewStatus
from bot.domain.people import Side
from bot.services.application_views import ApplicationView, EndorsementSight
from bot.services.views import Named, TimelineEntry

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
CANDIDATE = Named("p-candidate", "Employee, Regina")
MANAGER = Named("p-manager", "Manager, Ottawa")
STEWARD = Named("p-steward", "Union representative, Québec")
AGAIN_ON = date(2027, 7, 11)


def application(**changed: Any) -> Application:
    """Just sent, for the union."""
    made = Application(
        application_id="a1",
        year=2027,
        number=42,
        applicant_id=CANDIDATE.person_id,
        side=Side.UNION,
        organization="2222",
        region="national-capital",
        zone="America/Toronto",
        levels={"en": "c", "fr": "b"},
        topics=("mental-health", "mental-health-workshop"),
        experience="Six years of local meetings.",
        motivation="To help my colleagues talk.",
        manager_id=MANAGER.person_id,
        reference_id=STEWARD.person_id,
        created_at=NOW,
        status=ApplicationStatus.SUBMITTED,
        agent="PSAC",
        submitted_at=NOW,
    )
    return replace(made, **changed)


def sight(kind: EndorserKind, status: str = "asked", **changed: Any) -> EndorsementSight:
    """One endorser's part."""
    made = EndorsementSight(
        kind=kind,
        person=MANAGER if kind is EndorserKind.MANAGER else STEWARD,
        status=EndorsementStatus(status),
        asked_at=NOW,
        answered_at=None if status == "asked" else NOW + timedelta(days=2),
        note="",
        question="",
        answer="",
        round=1,
    )
    return replace(made, **changed)


def interview(status: InterviewStatus = InterviewStatus.OFFERED, **changed: Any) -> Interview:
    """With a coordinator, one hour."""
    made = Interview(
        "i1", "a1", "p-coordinator", (NOW + timedelta(days=7),), 60, "America/Toronto",
        NOW + timedelta(days=5), NOW, "t1", status,
    )  # fmt: skip
    return replace(made, **changed)


def training(status: TrainingStatus) -> TrainingSeat:
    """A place in an orientation."""
    return TrainingSeat("c1", CANDIDATE.person_id, "a1", status, NOW, NOW)


def entry(what: str, number: int = 0, note: str = "", actor: Named | None = CANDIDATE) -> Any:
    return TimelineEntry(NOW + timedelta(hours=number), what, actor, note)


def view(
    may: str = "withdraw", manager: str = "asked", reference: str = "asked", **changed: Any
) -> ApplicationView:
    """As the candidate sees it; `may` with blanks between the words; `of` is the application."""
    made = ApplicationView(
        application=changed.pop("of", None) or application(),
        relation="applicant",
        applicant=CANDIDATE,
        endorsements=(
            sight(EndorserKind.MANAGER, manager),
            sight(EndorserKind.REFERENCE, reference),
        ),
        interview=None,
        training=None,
        cohort=None,
        timeline=(entry("application_submitted"),),
        may=frozenset(may.split()),
        self_identified=False,
    )
    return replace(made, **changed)
