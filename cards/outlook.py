"""What somebody did in Outlook by hand, and what is wanted now: one question, two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.domain.outlook import Answer, Topic
from cards import actions, kit
from cards.outlook_words import facts, state_of, what

if TYPE_CHECKING:
    from bot.i18n import Translator
    from bot.services.outlook_views import OutlookView

REASON: Final = 500
_LIKELY: Final = frozenset({Answer.ADOPT, Answer.BOOK_AGAIN, Answer.KEEP})
_TONES: Final = {"open": kit.Tone.WARNING, "answered": kit.Tone.GOOD}


def build_outlook(
    view: OutlookView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """The two times where they differ, what follows from each answer, and the answers."""
    question = view.question
    title = tr.t(f"outlook.title.{question.topic.value}")
    state = state_of(view)
    return kit.card(
        tr,
        title,
        kit.badge(tr.t(f"outlook.state.{state}"), _TONES.get(state, kit.Tone.PLAIN)),
        kit.text(what(view, tr), bold=True),
        kit.facts(tr, facts(view, tr)),
        kit.text(_next(view, tr)),
        actions=[*(_button(view, answer, tr) for answer in view.may), _thing(view, tr)],
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, what(view, tr)),
        refresh=(actions.OUTLOOK_SHOW, {"id": question.question_id}, ()),
    )


def _ending(view: OutlookView) -> str:
    """Of the keys: who leads, and who has a place that is no seat, is asked in other words."""
    if view.question.topic is Topic.LEAD_DECLINED:
        return "_lead"
    own = view.question.topic is Topic.DECLINED and view.noun != "session"
    return f"_{view.noun}" if own else ""


def _next(view: OutlookView, tr: Translator) -> str:
    state, question = state_of(view), view.question
    if state == "answered":
        own = f"outlook.done.{question.answer}{_ending(view)}"
        return tr.t(own if tr.has(own) else f"outlook.done.{question.answer}")
    if state == "overtaken":
        return tr.t("outlook.next.overtaken")
    series = question.topic is Topic.MOVED and view.noun == "cohort"
    declined = _ending(view) if question.topic is Topic.DECLINED else ""
    return tr.t(f"outlook.next.{question.topic.value}{'_cohort' if series else declined}")


def _button(view: OutlookView, answer: Answer, tr: Translator) -> kit.Element:
    """What takes something away is asked once more, with room for a word of why."""
    ending = _ending(view)
    own = f"outlook.do.{answer.value}{ending}"
    label = tr.t(own if tr.has(own) else f"outlook.do.{answer.value}")
    data: dict[str, Any] = {"id": view.question.question_id, "answer": answer.value}
    if answer is Answer.CANCEL:
        return _asked_again("cancel", label, data, tr, reason=True)
    if answer is Answer.GIVE_UP:
        leads = view.question.topic is Topic.LEAD_DECLINED
        return _asked_again(f"give_up{ending}", label, data, tr, reason=leads)
    if answer in _LIKELY:
        return kit.positive(label, actions.OUTLOOK_ANSWER, **data)
    return kit.execute(label, actions.OUTLOOK_ANSWER, **data)


def _asked_again(
    which: str, label: str, data: dict[str, Any], tr: Translator, *, reason: bool
) -> kit.Element:
    body = [kit.text(tr.t(f"outlook.{which}.prompt"))]
    if reason:
        body.append(
            kit.text_input(
                "reason",
                tr.t(f"outlook.{which}.reason"),
                tr.t("error.reason_missing"),
                required=True,
                multiline=True,
                limit=REASON,
            )
        )
    send = tr.t(f"outlook.{which}.send")
    action = kit.destructive(send, actions.OUTLOOK_ANSWER, inputs=reason, **data)
    return kit.confirm(label, *body, actions=[action])


def _thing(view: OutlookView, tr: Translator) -> kit.Element:
    """The way to the thing itself, with all that can be done to it."""
    label = tr.t(f"outlook.do.{view.noun}")
    match view.noun:
        case "interview":
            return kit.execute(label, actions.INTERVIEW_SHOW, id=view.thing_id)
        case "cohort":
            return kit.execute(label, actions.COHORT_SHOW, id=view.thing_id)
        case _ if view.request_id and not view.question.person_id:
            return kit.execute(label, actions.TRIAGE_SHOW, id=view.request_id)
        case _:
            return kit.execute(label, actions.SESSION_SHOW, id=view.thing_id)
