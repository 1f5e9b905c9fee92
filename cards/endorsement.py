"""The card of a manager or a reference: who asks, what it takes, and their word on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.domain import catalogue
from bot.domain.applications import EndorsementStatus
from bot.services.endorsements import EndorsementView
from cards import actions, kit
from cards.endorsement_words import applicant_of, role_of
from cards.notices import offering_title
from cards.request_parts import ONE_TEXT, organization_name, side_of

if TYPE_CHECKING:
    from bot.i18n import Translator

PAGE: Final = 10  # applications of a list
_TONES: Final = {
    "asked": kit.Tone.INFO,
    "question": kit.Tone.INFO,
    "supported": kit.Tone.GOOD,
    "declined": kit.Tone.WARNING,
    "over": kit.Tone.PLAIN,
}


def build_endorsement(
    view: EndorsementView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How it stands for whom was asked; while their word is waited for, what they can say."""
    state, waits = state_of(view), view.waits
    reference = view.application.reference
    title = tr.t(
        "endorsement.title.asked" if waits else "endorsement.title.answered", reference=reference
    )
    return kit.card(
        tr,
        title,
        kit.badge(tr.t(f"endorsement.status.{state}"), _TONES[state]),
        kit.text(tr.t(f"endorsement.next.{state}", **_names(view, tr))),
        *([kit.text(_takes(view, tr))] if waits else []),
        kit.facts(tr, endorsement_facts(view, tr)),
        *_exchange(view, tr),
        *([_note(view, tr)] if waits else _said(view, tr)),
        kit.subtle(tr.t("endorsement.typed", reference=reference)) if waits else None,
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, tr.t(f"endorsement.status.{state}")),
        refresh=(actions.ENDORSEMENT_SHOW, {"id": view.id}, [view.endorsement.person_id]),
    )


def build_endorsement_list(
    views: Sequence[EndorsementView], tr: Translator, *, first: int = 0
) -> kit.Card:
    """The applications that wait for this person's word, a page of them from the `first`."""
    title = tr.t("endorsement.list.title")
    start = first if 0 <= first < len(views) else 0
    following = start + PAGE
    more, back = tr.t("common.more"), tr.t("endorsement.list.first")
    return kit.card(
        tr,
        title,
        *(_entry(view, tr) for view in views[start:following]),
        None if views else kit.text(tr.t("endorsement.list.empty")),
        actions=[
            kit.execute(more, actions.ENDORSEMENT_LIST, first=following)
            if following < len(views)
            else None,
            kit.execute(back, actions.ENDORSEMENT_LIST, first=0) if start else None,
            None if views else kit.execute(tr.t("form.help"), actions.HELP),
        ],
        summary=kit.one_line(tr, title, None if views else tr.t("endorsement.list.empty")),
        refresh=(actions.ENDORSEMENT_LIST, {"first": start}, ()),
    )


def endorsement_facts(view: EndorsementView, tr: Translator) -> list[tuple[str, str]]:
    """What an endorser has to know of the application, and no more."""
    application = view.application
    topics = [offering_title(key, tr) for key in application.topics]
    return [
        (tr.t("endorsement.fact.reference"), application.reference),
        (tr.t("endorsement.fact.applicant"), applicant_of(view, tr)),
        (tr.t("endorsement.fact.side"), side_of(application.side.value, tr)),
        (tr.t("endorsement.fact.organization"), organization_name(application.organization, tr)),
        (
            tr.t("endorsement.fact.region"),
            tr.value(catalogue.region(application.region).name),
        ),
        (tr.t("endorsement.fact.topics"), tr.list_and(topics)),
    ]


def state_of(view: EndorsementView) -> str:
    """Asked, a question under way, supported, declined; over where nobody waits any more."""
    one = view.endorsement
    if one.status is not EndorsementStatus.ASKED:
        return one.status.value
    if not view.waits:
        return "over"
    return "question" if one.question and not one.answer else "asked"


def _names(view: EndorsementView, tr: Translator) -> dict[str, str]:
    return {
        "applicant": applicant_of(view, tr),
        "role": role_of(view, tr),
        "side": side_of(view.application.side.value, tr),
    }


def _takes(view: EndorsementView, tr: Translator) -> str:
    """An interview, the orientation, so many sessions in so many months."""
    key = "endorsement.takes.both" if view.both else f"endorsement.takes.{view.endorsement.kind}"
    sessions = tr.n("endorsement.sessions", view.sessions, months=view.months)
    return tr.t(key, sessions=sessions)


def _exchange(view: EndorsementView, tr: Translator) -> list[kit.Element]:
    """What was asked, and what the applicant answered."""
    one = view.endorsement
    asked = [
        (one.question, "endorsement.asked_them"),
        (one.answer, "endorsement.answered_you"),
    ]
    return [
        kit.element_group(
            kit.subtle(tr.t(key, applicant=applicant_of(view, tr))),
            kit.person_text(words, limit=ONE_TEXT),
        )
        for words, key in asked
        if words
    ]


def _note(view: EndorsementView, tr: Translator) -> kit.Element:
    return kit.text_input(
        "note",
        tr.t("common.optional", label=tr.t("endorsement.note.label")),
        tr.t("endorsement.words.wrong"),
        required=False,
        multiline=True,
        limit=ONE_TEXT,
        hint=tr.t("endorsement.note.hint", applicant=applicant_of(view, tr)),
    )


def _said(view: EndorsementView, tr: Translator) -> list[kit.Element]:
    note = view.endorsement.note
    if not note:
        return []
    return [
        kit.element_group(
            kit.subtle(tr.t("endorsement.your_words")), kit.person_text(note, limit=ONE_TEXT)
        )
    ]


def _buttons(view: EndorsementView, tr: Translator) -> list[kit.Element | None]:
    if not view.may:
        return [kit.execute(tr.t("endorsement.list"), actions.ENDORSEMENT_LIST)]
    return [
        kit.positive(
            tr.t("endorsement.support"), actions.ENDORSEMENT_SUPPORT, inputs=True, id=view.id
        ),
        _words_button(view, tr, "decline", "reason", actions.ENDORSEMENT_DECLINE),
        _words_button(view, tr, "ask", "question", actions.ENDORSEMENT_ASK),
    ]


def _words_button(
    view: EndorsementView, tr: Translator, what: str, field: str, verb: str
) -> kit.Element:
    """Opens a question in the same card: the reason of a no, or what is asked."""
    make = kit.destructive if what == "decline" else kit.execute
    return kit.confirm(
        tr.t(f"endorsement.{what}"),
        kit.text(tr.t(f"endorsement.{what}.prompt", applicant=applicant_of(view, tr))),
        kit.text_input(
            field,
            tr.t(f"endorsement.{field}.label"),
            tr.t("endorsement.words.wrong"),
            multiline=True,
            limit=ONE_TEXT,
        ),
        actions=[make(tr.t(f"endorsement.{what}.confirm"), verb, inputs=True, id=view.id)],
    )


def _entry(view: EndorsementView, tr: Translator) -> kit.Element:
    reference = view.application.reference
    return kit.element_group(
        kit.text(tr.t("endorsement.list.entry", reference=reference, **_names(view, tr))),
        kit.subtle(tr.t("endorsement.list.since", day=tr.date_time(view.endorsement.asked_at))),
        kit.actions_row(
            kit.execute(
                tr.t("endorsement.list.open", reference=reference),
                actions.ENDORSEMENT_SHOW,
                id=view.id,
            )
        ),
        separator=True,
    )
