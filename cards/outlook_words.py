"""What cards, notices and mails say of a meeting that somebody changed in Outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import catalogue
from bot.domain.outlook import QuestionStatus
from cards.application_parts import name_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.i18n import Translator
    from bot.services.outlook_views import OutlookView


def state_of(view: OutlookView) -> str:
    """Open only while there is something to decide."""
    if view.question.status is QuestionStatus.OPEN and not view.stands:
        return QuestionStatus.OVERTAKEN.value
    return view.question.status.value


def what(view: OutlookView, tr: Translator) -> str:
    """What the meeting is of."""
    if view.offering is not None:
        return tr.value(catalogue.offering(view.offering).title)
    if view.candidate is not None and view.question.person_id == view.candidate.person_id:
        return tr.t("outlook.what.interview_own")
    if view.candidate is not None:
        return tr.t("outlook.what.interview", name=name_of(view.candidate, tr))
    return tr.t("outlook.what.cohort")


def facts(view: OutlookView, tr: Translator) -> list[tuple[str, str]]:
    """Label and value: when it is planned, when Outlook has it, who decided."""
    rows = [(tr.t("outlook.fact.here"), _when(view, view.here, tr))]
    if view.there and state_of(view) == "open":
        rows.append((tr.t("outlook.fact.there"), _when(view, view.there, tr)))
    if view.answered_by is not None and not view.question.person_id:
        rows.append((tr.t("outlook.fact.by"), name_of(view.answered_by, tr)))
    return rows


def mail_rows(view: OutlookView, tr: Translator) -> list[tuple[str, str]]:
    """What a mail says of it, label and value."""
    return [(tr.t("mail.what"), what(view, tr)), *facts(view, tr)]


def notice_values(view: OutlookView, tr: Translator) -> dict[str, str]:
    """What the notices may say."""
    there = tr.when(*view.there, view.zone) if view.there else ""
    return {"what": what(view, tr), "here": tr.when(*view.here, view.zone), "there": there}


def _when(view: OutlookView, times: tuple[datetime, datetime], tr: Translator) -> str:
    return tr.sentence(tr.when(*times, view.zone))
