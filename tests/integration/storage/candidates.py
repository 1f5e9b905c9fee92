"""Things of candidates, training and the roster to keep: valid, with ids that can be read."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.applications import Application, ApplicationStatus, Endorsement, EndorserKind
from bot.domain.cohorts import Cohort, TrainingSeat, TrainingStatus
from bot.domain.interviews import Interview
from bot.domain.people import Side
from bot.domain.roster import Absence
from bot.domain.rounds import Round
from bot.domain.self_identification import Reading, SelfIdentification
from tests.integration.storage.samples import DAY, NOW

TODAY = date(2027, 1, 4)


def an_application(application_id: str = "application-1", **values: Any) -> Application:
    given: dict[str, Any] = {
        "year": 2027,
        "number": int(application_id.rpartition("-")[2]),
        "applicant_id": f"applicant-{application_id.rpartition('-')[2]}",
        "side": Side.UNION,
        "organization": "department",
        "region": "quebec",
        "zone": "America/Toronto",
        "levels": {"en": "b", "fr": "e"},
        "topics": ("harassment",),
        "experience": "Ten years of meetings.",
        "motivation": "L’écoute change tout.",
        "manager_id": "manager",
        "reference_id": "officer",
        "created_at": NOW,
        "status": ApplicationStatus.SUBMITTED,
        "submitted_at": NOW,
    }
    return Application(application_id, **(given | values))


def an_endorsement(kind: EndorserKind = EndorserKind.MANAGER, **values: Any) -> Endorsement:
    given: dict[str, Any] = {
        "application_id": "application-1",
        "kind": kind,
        "person_id": "manager" if kind is EndorserKind.MANAGER else "officer",
        "asked_at": NOW,
    }
    return Endorsement(**(given | values))


def a_self_identification(
    application_id: str = "application-1", **values: Any
) -> SelfIdentification:
    given: dict[str, Any] = {"sealed": f"sealed-{application_id}", "given_at": NOW}
    return SelfIdentification(application_id, **(given | values))


def a_reading(reading_id: str = "reading-1", **values: Any) -> Reading:
    given: dict[str, Any] = {
        "application_id": "application-1",
        "reader_id": "coordinator",
        "at": NOW,
    }
    return Reading(reading_id, **(given | values))


def an_interview(interview_id: str = "interview-1", **values: Any) -> Interview:
    given: dict[str, Any] = {
        "application_id": "application-1",
        "coordinator_id": "coordinator",
        "options": (NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY),
        "minutes": 60,
        "zone": "America/Toronto",
        "answer_by": NOW + DAY,
        "created_at": NOW,
        "transaction_id": f"transaction-{interview_id}",
    }
    return Interview(interview_id, **(given | values))


def a_cohort(cohort_id: str = "cohort-1", **values: Any) -> Cohort:
    starts_at = values.pop("starts_at", NOW + 30 * DAY)
    given: dict[str, Any] = {
        "code": f"C7M-{cohort_id}",
        "language": "fr",
        "zone": "America/Toronto",
        "starts": tuple(starts_at + day * DAY for day in range(5)),
        "minutes": 390,
        "capacity": 12,
        "created_at": NOW,
        "created_by": "coordinator",
        "transaction_id": f"transaction-{cohort_id}",
    }
    return Cohort(cohort_id, **(given | values))


def a_training_seat(person_id: str = "applicant-1", **values: Any) -> TrainingSeat:
    given: dict[str, Any] = {
        "cohort_id": "cohort-1",
        "application_id": "application-1",
        "status": TrainingStatus.WAITLISTED,
        "asked_at": NOW,
        "changed_at": NOW,
    }
    return TrainingSeat(person_id=person_id, **(given | values))


def an_absence(absence_id: str = "absence-1", **values: Any) -> Absence:
    given: dict[str, Any] = {
        "person_id": "person-1",
        "from_on": TODAY,
        "to_on": TODAY + 4 * DAY,
        "zone": "America/Toronto",
        "created_at": NOW,
    }
    return Absence(absence_id, **(given | values))


def a_round(session_id: str = "session-1", **values: Any) -> Round:
    return Round(session_id, "coordinator", NOW, **values)
