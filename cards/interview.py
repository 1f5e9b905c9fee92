"""An interview as the candidate, or the coordinator who leads it, sees it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.interviews import Ending, InterviewStatus
from bot.services.selection_views import InterviewView
from cards import actions, kit
from cards.interview_parts import (
    WORDS,
    cancel_button,
    reschedule_button,
    words_input,
)
from cards.notices import person_name
from cards.selection_words import span

if TYPE_CHECKING:
    from bot.i18n import Translator

_TONES: Final = {
    "offered": kit.Tone.WARNING,
    "booking": kit.Tone.INFO,
    "booked": kit.Tone.GOOD,
    "lapsed": kit.Tone.WARNING,
    "cancelled": kit.Tone.ATTENTION,
}


def build_interview(
    view: InterviewView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """The times to pick from, or the one picked, and what follows."""
    interview = view.interview
    title = tr.t("interview.card.title")
    state = tr.t(f"interview.state.{state_of(view)}")
    return kit.card(
        tr,
        title,
        kit.badge(state, _TONES.get(state_of(view), kit.Tone.PLAIN)),
        *_picked(view, tr),
        *_next(view, tr),
        kit.facts(
            tr,
            [
                (tr.t("interview.fact.with"), _other(view, tr)),
                (tr.t("interview.fact.length"), tr.duration(interview.minutes)),
                (tr.t("interview.fact.where"), tr.t("common.online")),
                (tr.t("application.fact.reference"), view.reference),
            ],
        ),
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, state),
        refresh=(actions.INTERVIEW_SHOW, {"id": interview.interview_id}, ()),
    )


def state_of(view: InterviewView) -> str:
    """The state in one word, finer than the interview's own once it is cancelled."""
    interview = view.interview
    if interview.status is InterviewStatus.OFFERED and not view.options:
        return "lapsed"
    if interview.status is not InterviewStatus.CANCELLED:
        return interview.status.value
    return "cancelled" if interview.ending == Ending.UNBOOKED else interview.ending


def _other(view: InterviewView, tr: Translator) -> str:
    """Whom the reader meets."""
    theirs = view.relation == "candidate"
    return person_name(view.coordinator if theirs else view.candidate, tr)


def _picked(view: InterviewView, tr: Translator) -> list[kit.Element]:
    """The date leads, once one is picked."""
    interview = view.interview
    if interview.starts_at is None or interview.ends_at is None:
        return []
    parts = tr.when_parts(interview.starts_at, interview.ends_at, interview.zone)
    note = [kit.subtle(tr.sentence(parts.zone_note))] if parts.zone_note else []
    return [
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        *note,
    ]


def _next(view: InterviewView, tr: Translator) -> list[kit.Element]:
    """What happens next, and by when; the times offered, by number."""
    interview = view.interview
    key = f"interview.next.{view.relation}.{state_of(view)}"
    if interview.fault and interview.status is InterviewStatus.BOOKING:
        key = "interview.next.fault"
    name = _other(view, tr)
    until = tr.weekday_date_time(interview.answer_by)
    words = [kit.text(tr.t(key, name=name, until=until))]
    if interview.reason:
        words.append(kit.person_text(interview.reason, limit=WORDS))
    if "pick" in view.may:
        words += [
            kit.line(kit.run(f"{place}. {tr.sentence(span(interview, at, tr))}"))
            for place, at in _places(view)
        ]
        words.append(kit.subtle(tr.t("interview.typed")))
    return words


def _places(view: InterviewView) -> list[tuple[int, datetime]]:
    """The times that are still ahead, under the numbers that they were offered with."""
    every = enumerate(view.interview.options, 1)
    return [(place, at) for place, at in every if at in view.options]


def _buttons(view: InterviewView, tr: Translator) -> list[kit.Element | None]:
    interview, may = view.interview, view.may
    about = interview.interview_id
    link = interview.join_url if interview.status is InterviewStatus.BOOKED else None
    picks = _places(view) if "pick" in may else []
    return [
        kit.open_url(tr.t("interview.do.open_meeting"), link) if link else None,
        *(_pick(view, place, at, tr) for place, at in picks),
        _decline("none_suits", about, tr) if "none_suits" in may else None,
        _decline("cannot", about, tr) if "cannot" in may else None,
        reschedule_button(about, tr) if "reschedule" in may else None,
        cancel_button(about, tr) if "cancel" in may else None,
        kit.execute(
            tr.t("interview.do.application"),
            actions.APPLICATION_SHOW,
            id=interview.application_id,
        ),
    ]


def _pick(view: InterviewView, place: int, at: datetime, tr: Translator) -> kit.Element:
    """A short caption: the card has the whole of it."""
    interview = view.interview
    label = tr.sentence(tr.when(at, at + timedelta(minutes=interview.minutes), tr.zone))
    return kit.execute(label, actions.INTERVIEW_PICK, id=interview.interview_id, place=place)


def _decline(how: str, about: str, tr: Translator) -> kit.Element:
    """Opens room for a word; the coordinator offers other times."""
    send = kit.destructive if how == "cannot" else kit.positive
    return kit.confirm(
        tr.t(f"interview.do.{how}"),
        kit.text(tr.t(f"interview.{how}.prompt")),
        words_input(tr),
        actions=[
            send(tr.t(f"interview.{how}.send"), actions.INTERVIEW_DECLINE, inputs=True, id=about)
        ],
    )
