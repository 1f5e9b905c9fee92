"""Views by hand: an application before those who select, and an interview, in any state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.applications import (
    Application,
    ApplicationStatus,
    EndorsementStatus,
    EndorserKind,
)
from bot.domain.interviews import Interview, InterviewStatus
from bot.domain.people import Side
from bot.services.application_views import EndorsementSight
from bot.services.selecting import Stance
from bot.services.selection_views import InterviewView, SelectionView
from bot.services.views import Named, TimelineEntry

AT = datetime(2027, 1, 11, 15, tzinfo=UTC)
STARTS = datetime(2027, 1, 14, 15, tzinfo=UTC)  # Thursday, 10 am in Ottawa
OPTIONS = (STARTS, STARTS + timedelta(days=1), STARTS + timedelta(days=4))
CANDIDATE, COORDINATOR = Named("p-1", "Employee, Regina"), Named("p-2", "Coordonnatrice, Gatineau")
MANAGER, OFFICER = Named("p-3", "Manager, Ottawa"), Named("p-4", None)
LINK = "https://teams.microsoft.com/l/meetup-join/event-1"
LONG = "Été « {{long}} » *de* <b>mots</b> \u202e " + "é" * 2500


def an_application(**changed: Any) -> Application:
    said: dict[str, Any] = {
        "application_id": "a-1",
        "year": 2027,
        "number": 1,
        "applicant_id": CANDIDATE.person_id,
        "side": Side.UNION,
        "organization": "2222",
        "region": "national-capital",
        "zone": "America/Toronto",
        "levels": {"en": "c", "fr": "b"},
        "topics": ("mental-health",),
        "experience": "Ten years of listening.",
        "motivation": "To help teams talk.",
        "manager_id": MANAGER.person_id,
        "reference_id": OFFICER.person_id,
        "created_at": AT,
        "submitted_at": AT,
        "status": ApplicationStatus.REFERENCED,
        "agent": "PSAC",
    }
    return Application(**{**said, **changed})


def an_interview(**changed: Any) -> Interview:
    said: dict[str, Any] = {
        "interview_id": "i-1",
        "application_id": "a-1",
        "coordinator_id": COORDINATOR.person_id,
        "options": OPTIONS,
        "minutes": 60,
        "zone": "America/Toronto",
        "answer_by": AT + timedelta(days=4),
        "created_at": AT,
        "transaction_id": "t",
    }
    return Interview(**{**said, **changed})


def picked(status: InterviewStatus = InterviewStatus.BOOKED, **changed: Any) -> Interview:
    """One whose time is chosen."""
    said = {"starts_at": STARTS, "join_url": LINK, **changed}
    return an_interview(status=status, **said)


def endorsement(kind: EndorserKind, **changed: Any) -> EndorsementSight:
    person = MANAGER if kind is EndorserKind.MANAGER else OFFICER
    said: dict[str, Any] = {
        "kind": kind,
        "person": person,
        "status": EndorsementStatus.SUPPORTED,
        "asked_at": AT,
        "answered_at": AT + timedelta(days=1),
        "note": "",
        "question": "",
        "answer": "",
        "round": 1,
    }
    return EndorsementSight(**{**said, **changed})


def selection(of: Application | None = None, **changed: Any) -> SelectionView:
    said: dict[str, Any] = {
        "application": of or an_application(),
        "stance": Stance.OWN,
        "applicant": CANDIDATE,
        "language": "fr",
        "endorsements": tuple(endorsement(kind) for kind in EndorserKind),
        "interview": None,
        "interviewer": COORDINATOR,
        "interviewed": False,
        "proposer": COORDINATOR if of and of.proposal else None,
        "timeline": (TimelineEntry(AT, "application_submitted", CANDIDATE, ""),),
        "may": frozenset(),
    }
    return SelectionView(**{**said, **changed})


def sight(of: Interview | None = None, **changed: Any) -> InterviewView:
    interview = of or an_interview()
    offered = interview.status is InterviewStatus.OFFERED
    said: dict[str, Any] = {
        "interview": interview,
        "reference": "AP-2027-0001",
        "relation": "candidate",
        "candidate": CANDIDATE,
        "coordinator": COORDINATOR,
        "options": interview.options if offered else (),
        "may": frozenset(),
    }
    return InterviewView(**{**said, **changed})
