"""What the cards of an interview, and of its application, share: times, faults, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.interviews import AHEAD, Ending, Interview, InterviewStatus
from bot.services.selection_views import SelectionView
from cards import actions, kit
from cards.notices import person_name
from cards.selection_words import span
from cards.triage import FAULTS

if TYPE_CHECKING:
    from bot.i18n import Translator

WORDS: Final = 500
_SAYS_WHY: Final = (Ending.NONE_SUITS, Ending.CANNOT, Ending.CANCELLED)


def interview_part(view: SelectionView, tr: Translator) -> kit.Element | None:
    """The newest interview on the coordinators' card, while it says something."""
    interview = view.interview
    if interview is None or view.interviewer is None:
        return None
    status, name = interview.status, person_name(view.interviewer, tr)
    if status is InterviewStatus.CANCELLED and interview.ending == Ending.DECIDED:
        return None
    key = interview.ending if status is InterviewStatus.CANCELLED else status.value
    until = tr.weekday_date_time(interview.answer_by)
    times = list(interview.options) if status is InterviewStatus.OFFERED else []
    picked = [interview.starts_at] if interview.starts_at and status in AHEAD else []
    words = interview.reason if interview.ending in _SAYS_WHY else ""
    buttons = _steering(view, interview, tr)
    return kit.element_group(
        kit.heading(tr.t("interview.title"), small=True),
        *(kit.text(tr.sentence(span(interview, at, tr)), bold=True) for at in picked),
        kit.text(tr.t(f"interview.stands.{key}", name=name, until=until)),
        *(kit.line(kit.run(f"• {tr.sentence(span(interview, at, tr))}")) for at in times),
        kit.person_text(words, limit=WORDS) if words else None,
        fault_part(interview, tr),
        kit.actions_row(*buttons) if any(buttons) else None,
        separator=True,
    )


def fault_part(interview: Interview, tr: Translator) -> kit.Element | None:
    """What Outlook refused, in plain words, and what happens next."""
    if not interview.fault:
        return None
    words = tr.t(f"triage.fault.{FAULTS.get(interview.fault, 'away')}")
    return kit.notice(words, kit.Tone.ATTENTION)


def _steering(
    view: SelectionView, interview: Interview, tr: Translator
) -> list[kit.Element | None]:
    about, may = interview.interview_id, view.may
    link = interview.join_url if interview.status is InterviewStatus.BOOKED else None
    return [
        kit.open_url(tr.t("interview.do.open_meeting"), link) if link else None,
        kit.execute(tr.t("interview.do.retry"), actions.INTERVIEW_RETRY, id=about)
        if "retry_booking" in may
        else None,
        reschedule_button(about, tr) if "reschedule" in may else None,
        cancel_button(about, tr) if "cancel" in may else None,
    ]


def reschedule_button(interview_id: str, tr: Translator) -> kit.Element:
    """Another time for the same meeting."""
    return kit.execute(
        tr.t("interview.do.reschedule"), actions.INTERVIEW_RESCHEDULE, id=interview_id
    )


def cancel_button(interview_id: str, tr: Translator) -> kit.Element:
    """Asks once more in the same card, with a word of why."""
    return kit.confirm(
        tr.t("interview.do.cancel"),
        kit.text(tr.t("interview.cancel.prompt")),
        reason_input(tr),
        actions=[
            kit.destructive(
                tr.t("interview.cancel.send"),
                actions.INTERVIEW_CANCEL,
                inputs=True,
                id=interview_id,
            )
        ],
    )


def reason_input(tr: Translator) -> kit.Element:
    """A word of why, which the candidate reads."""
    return kit.text_input(
        "reason",
        tr.t("interview.cancel.label"),
        tr.t("error.reason_missing"),
        multiline=True,
        limit=WORDS,
    )


def words_input(tr: Translator) -> kit.Element:
    """What the candidate would like the coordinator to know."""
    return kit.text_input(
        "words",
        tr.t("interview.decline.label"),
        tr.t("error.too_long", limit=WORDS),
        required=False,
        multiline=True,
        limit=WORDS,
    )
