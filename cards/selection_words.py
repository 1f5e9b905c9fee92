"""What notices and mails say of selection and of interviews."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain import catalogue
from bot.domain.applications import EndorserKind
from bot.domain.interviews import Interview
from bot.services.selection_views import InterviewView, SelectionView
from cards.application_parts import name_of

if TYPE_CHECKING:
    from bot.i18n import Translator


def span(interview: Interview, at: datetime, tr: Translator) -> str:
    """Thursday, March 4, 2027, 10 am to 11 am, on the reader's clock."""
    return tr.when(at, at + timedelta(minutes=interview.minutes), interview.zone)


def interview_values(view: InterviewView, tr: Translator) -> dict[str, str]:
    """What the notices of an interview may say."""
    interview = view.interview
    at = interview.starts_at
    return {
        "reference": view.reference,
        "coordinator": name_of(view.coordinator, tr),
        "applicant": name_of(view.candidate, tr),
        "with": name_of(view.coordinator if view.relation == "candidate" else view.candidate, tr),
        "until": tr.value(interview.answer_by),
        "when": span(interview, at, tr) if at else "",
        "when_first": tr.sentence(span(interview, at, tr)) if at else "",
        "reason": interview.reason,
    }


def selection_values(view: SelectionView, tr: Translator) -> dict[str, str]:
    """What the notices to those who select may say."""
    application, interview = view.application, view.interview
    endorsers = {sight.kind: name_of(sight.person, tr) for sight in view.endorsements}
    at = interview.starts_at if interview else None
    return {
        "reference": application.reference,
        "applicant": name_of(view.applicant, tr),
        "manager": endorsers.get(EndorserKind.MANAGER, ""),
        "referee": endorsers.get(EndorserKind.REFERENCE, ""),
        "side": tr.t(f"common.of_side.{application.side.value}"),
        "region": tr.value(catalogue.region(application.region).name),
        "reason": application.reason,
        "proposer": name_of(view.proposer, tr) if view.proposer else "",
        "when": span(interview, at, tr) if interview and at else "",
    }


def interview_rows(view: InterviewView, tr: Translator) -> list[tuple[str, str]]:
    """What a mail about an interview says of it, label and value."""
    interview = view.interview
    at = interview.starts_at
    return [
        (tr.t("application.fact.reference"), view.reference),
        *([(tr.t("mail.when"), tr.sentence(span(interview, at, tr)))] if at else []),
        (tr.t("interview.fact.with"), interview_values(view, tr)["with"]),
    ]


def selection_rows(view: SelectionView, tr: Translator) -> list[tuple[str, str]]:
    """What a mail to those who select says of an application: nothing that is private."""
    side = tr.t(f"common.of_side.{view.application.side.value}")
    return [
        (tr.t("application.fact.reference"), view.application.reference),
        (tr.t("application.fact.applicant"), name_of(view.applicant, tr)),
        (tr.t("application.fact.side"), tr.sentence(side)),
    ]
