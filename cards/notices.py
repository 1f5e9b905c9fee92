"""Notices: one sentence that reads well alone on a locked phone, from how things stand now.

A notice's kind is its key (`notice.<kind>`); every notice may use every value below that its
subject has. Where a reminder has words of its own for its time (`notice.reminder.lead.14d`),
those are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain import catalogue
from bot.services.application_views import ApplicationView
from bot.services.cohort_views import CohortView
from bot.services.endorsements import EndorsementView
from bot.services.outlook_views import OutlookView
from bot.services.roster_views import FacilitatorView
from bot.services.selection_views import InterviewView, SelectionView
from bot.services.views import AssignmentView, Named, RequestView, SessionView
from cards import cohort_words, endorsement_words, outlook_words, selection_words
from cards.application_parts import application_values

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.i18n import Translator

View = (
    RequestView
    | SessionView
    | AssignmentView
    | ApplicationView
    | FacilitatorView
    | EndorsementView
    | CohortView
    | SelectionView
    | InterviewView
    | OutlookView
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told: its kind, what the row carries, and the instant of telling (aware UTC)."""

    kind: str
    args: Mapping[str, Any]
    now: datetime


def notice_text(notice: Notice, view: View | None, tr: Translator) -> str:
    """The sentence, in the reader's language and zone."""
    key = f"notice.{notice.kind}"
    which = view.relation if isinstance(view, InterviewView) else notice.args.get("which")
    own = f"{key}.{which}"
    if isinstance(view, SessionView) and own.endswith(".seat.7d"):
        # It speaks of the preparation, which not every conversation has.
        own = own if catalogue.offering(view.session.offering).preparation_minutes else key
    values = _values(view, tr, notice.now)
    if isinstance(view, CohortView):
        values = cohort_words.notice_values(view, notice.args, tr, notice.now)
    if "reference" in notice.args:
        values["reference"] = notice.args["reference"]
    if "side" in notice.args:
        values["side"] = tr.t(f"common.of_side.{notice.args['side']}")
    return tr.t(own if tr.has(own) else key, **values)


def offering_title(key: str, tr: Translator) -> str:
    """An offering's title in the reader's language; the other language's where it has none."""
    title = catalogue.offering(key).title
    return title.get(tr.language) or next(iter(title.values()))


def person_name(person: Named, tr: Translator) -> str:
    """A name, or a plain word while nobody has told it."""
    return person.name or tr.t("common.somebody")


def day_and_time(session: Session, tr: Translator, now: datetime) -> str:
    """On the reader's own clock, within a sentence: tomorrow, 1 pm to 4:30 pm."""
    zone = ZoneInfo(tr.zone)
    start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    day = tr.relative_day(start.date(), now.astimezone(zone).date())
    times = tr.time_range(start.time(), end.time())
    return tr.t("notice.day_and_time", day=day, times=times)


def _values(view: View | None, tr: Translator, now: datetime) -> dict[str, str]:
    values: dict[str, str] = {}
    match view:
        case RequestView():
            values = _of_request(view, tr, now)
        case AssignmentView():
            values = _of_session(view.session, tr, now)
            partner = view.partner.person if view.partner else Named("", None)
            values["until"] = tr.value(view.assignment.answer_by)
            values["partner"] = person_name(partner, tr)
        case SessionView():
            values = _of_session(view, tr, now)
        case ApplicationView():
            values = application_values(view, tr)
        case SelectionView():
            values = selection_words.selection_values(view, tr)
        case InterviewView():
            values = selection_words.interview_values(view, tr)
        case OutlookView():
            values = outlook_words.notice_values(view, tr)
        case EndorsementView():
            values = endorsement_words.notice_values(view, tr)
        case FacilitatorView():
            values = {"name": person_name(view.person, tr)}
        case _:
            pass
    return values


def _of_request(view: RequestView, tr: Translator, now: datetime) -> dict[str, str]:
    request = view.request
    first = tr.value(request.preferred_at[0])
    values = {
        "reference": request.reference,
        "title": offering_title(request.offering, tr),
        "team": request.team,
        "requester": person_name(view.requester, tr),
        "counterpart": person_name(view.counterpart, tr),
        "side": tr.t(f"common.of_side.{request.joint_side.value}"),
        "day": first,
        "day_first": tr.sentence(first),
        "when": first,
        "reason": request.reason,
        "until": tr.value(request.expires_at) if request.expires_at else "",
        "code": "",
    }
    if view.session:
        values |= _of_session(view.session, tr, now)
    return values


def _of_session(view: SessionView, tr: Translator, now: datetime) -> dict[str, str]:
    session, seat = view.session, view.seat
    day = day_and_time(session, tr, now)
    return {
        "title": offering_title(session.offering, tr),
        "day": day,
        "day_first": tr.sentence(day),
        "when": tr.when(session.starts_at, session.ends_at, session.zone),
        "until": tr.value(seat.offered_until) if seat and seat.offered_until else "",
        "reason": session.cancel_reason,
        "code": session.code,
    }
