"""An application as those who select see it: how it stands, what was said, what can be decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.applications import ApplicationStatus, Decision
from bot.services.application_views import EndorsementSight
from bot.services.selecting import Stance
from bot.services.selection import LONGEST_TEXT
from bot.services.selection_views import SelectionView
from cards import actions, kit
from cards.application_parts import application_facts, badge
from cards.interview_parts import interview_part
from cards.notices import person_name
from cards.request_parts import timeline_of
from cards.self_identification import open_button

if TYPE_CHECKING:
    from bot.i18n import Translator

LIKELY: Final = ("confirm", "accept", "invite")  # one of them is the positive button
ANSWER_SHOWN: Final = 1000
# Characters of each text, and lines of the time line: the first that fit into a card.
_ROOM: Final = ((2000, 16), (2000, 8), (1000, 8), (500, 4))


def build_selection(
    view: SelectionView,
    tr: Translator,
    theirs: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How an application stands, and what the reader can do about it now.

    `theirs` speaks the candidate's language: what the candidate reads is prefilled in it.
    """
    *roomy, (least, few) = _ROOM
    for limit, lines in roomy:
        room = replace(view, timeline=view.timeline[-lines:])
        card = _card(room, tr, theirs, said, tone, limit=limit)
        if kit.size(card) <= kit.LARGEST:
            return card
    room = replace(view, timeline=view.timeline[-few:])
    return _card(room, tr, theirs, said, tone, limit=least)


def _card(
    view: SelectionView,
    tr: Translator,
    theirs: Translator,
    said: str | None,
    tone: kit.Tone,
    *,
    limit: int,
) -> kit.Card:
    application = view.application
    title = tr.t("selection.title", reference=application.reference)
    state = tr.t(f"application.status.{application.status.value}")
    name = person_name(view.applicant, tr)
    return kit.card(
        tr,
        title,
        kit.text(name, bold=True),
        badge(application.status, tr),
        _next(view, tr),
        _proposal(view, tr, limit),
        interview_part(view, tr),
        kit.facts(tr, [*application_facts(application, tr), _applied(view, tr)]),
        *_written(view, tr, limit),
        *(_endorsement(sight, tr, limit) for sight in view.endorsements),
        _self_identification(view, tr),
        *timeline_of(view.timeline, tr),
        actions=_buttons(view, tr, theirs),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, f"{name}, {state}"),
        refresh=(actions.SELECTION_SHOW, {"id": application.application_id}, ()),
    )


def next_words(view: SelectionView, tr: Translator) -> str:
    """What is to be done now, and by whom."""
    status = view.application.status
    key = status.value
    if status is ApplicationStatus.INTERVIEW:
        ahead = view.interview is not None and "cancel" in view.may
        key = "interviewed" if view.interviewed and not ahead else "interview"
        if not ahead and not view.interviewed:
            key = "interview_again"
    side = tr.t(f"common.of_side.{view.application.side.value}")
    return tr.t(f"selection.next.{key}", side=side)


def _next(view: SelectionView, tr: Translator) -> kit.Element:
    side = tr.t(f"common.of_side.{view.application.side.value}")
    if view.stance is Stance.STAND_IN:
        return kit.text(tr.t("selection.stand_in", side=side))
    words = [kit.text(next_words(view, tr))]
    if view.stance is Stance.OTHER and "decline" in view.may:
        words.append(kit.subtle(tr.t("selection.you_propose", side=side)))
    if view.application.status is ApplicationStatus.DECLINED and view.application.reason:
        words.append(kit.person_text(view.application.reason, limit=LONGEST_TEXT))
    return kit.element_group(*words)


def _proposal(view: SelectionView, tr: Translator, limit: int) -> kit.Element | None:
    """What the other side proposes, and what the reader can do with it."""
    application = view.application
    if not application.proposal or view.proposer is None:
        return None
    words = tr.t(f"selection.proposal.{application.proposal}", name=person_name(view.proposer, tr))
    note = application.proposal_note
    buttons = [
        _confirm(view, tr) if "confirm" in view.may else None,
        kit.execute(
            tr.t("selection.do.set_aside"),
            actions.SELECTION_SET_ASIDE,
            id=application.application_id,
        )
        if "set_aside" in view.may
        else None,
    ]
    return kit.element_group(
        kit.notice(words, kit.Tone.WARNING),
        kit.person_text(note, limit=limit) if note else None,
        kit.actions_row(*buttons) if any(buttons) else None,
    )


def _confirm(view: SelectionView, tr: Translator) -> kit.Element:
    """A decline opens the words once more, for the last hand on them."""
    application = view.application
    about = application.application_id
    label = tr.t(f"selection.do.confirm.{application.proposal}")
    if application.proposal != Decision.DECLINE.value:
        return kit.positive(
            label, actions.SELECTION_CONFIRM, id=about, decision=application.proposal
        )
    return kit.confirm(
        label,
        write_input(tr, application.proposal_note),
        actions=[
            kit.destructive(
                tr.t("selection.decline.send"),
                actions.SELECTION_CONFIRM,
                inputs=True,
                id=about,
                decision=application.proposal,
            )
        ],
    )


def _applied(view: SelectionView, tr: Translator) -> tuple[str, str] | None:
    at = view.application.submitted_at
    return (tr.t("selection.fact.applied"), tr.weekday_date_time(at)) if at else None


def _written(view: SelectionView, tr: Translator, limit: int) -> list[kit.Element]:
    """What the candidate wrote: in full, as long as a card has room for it."""
    application = view.application
    parts = (("experience", application.experience), ("motivation", application.motivation))
    return [
        kit.element_group(
            kit.heading(tr.t(f"selection.{key}"), small=True),
            kit.person_text(words, limit=limit),
        )
        for key, words in parts
    ]


def _endorsement(sight: EndorsementSight, tr: Translator, limit: int) -> kit.Element:
    """Whether the manager, or the reference, supports it, with what they said."""
    name = person_name(sight.person, tr)
    since = tr.weekday_date_time(sight.answered_at or sight.asked_at)
    key = f"selection.{sight.kind.value}.{sight.status.value}"
    return kit.element_group(
        kit.line(kit.run(tr.t(f"application.fact.{_LABELS[sight.kind.value]}"), bold=True)),
        kit.line(kit.run(tr.t(key, name=name, when=since)), spacing="small"),
        kit.person_text(sight.note, limit=min(limit, ANSWER_SHOWN)) if sight.note else None,
        separator=True,
    )


_LABELS: Final = {"manager": "manager", "reference": "reference_person"}


def _self_identification(view: SelectionView, tr: Translator) -> kit.Element | None:
    """It is opened on a card of its own, and each opening is noted."""
    if "open_self_identification" not in view.may:
        return None
    return kit.element_group(
        kit.subtle(tr.t("selection.self_identification")),
        kit.actions_row(open_button(view.application.application_id, tr)),
        separator=True,
    )


def _buttons(view: SelectionView, tr: Translator, theirs: Translator) -> list[kit.Element | None]:
    about, may = view.application.application_id, view.may
    likely = next((move for move in LIKELY if move in may), None)
    proposes = ".propose" if view.stance is Stance.OTHER else ""

    def button(move: str, verb: str, label: str) -> kit.Element | None:
        make = kit.positive if move == likely else kit.execute
        return make(tr.t(label), verb, id=about) if move in may else None

    again = ".again" if view.interview else ""
    again = ".once_more" if view.interviewed else again
    return [
        button("accept", actions.SELECTION_ACCEPT, f"selection.do.accept{proposes}"),
        button("invite", actions.SELECTION_INVITE, f"selection.do.invite{again}"),
        button("keep", actions.SELECTION_KEEP, f"selection.do.keep{proposes}"),
        _decline(view, tr, theirs) if "decline" in may else None,
        kit.execute(tr.t("selection.list.title"), actions.SELECTION_LIST),
    ]


def _decline(view: SelectionView, tr: Translator, theirs: Translator) -> kit.Element:
    """Opens the kind words, in the candidate's language; asked once more in the same card."""
    proposes = view.stance is Stance.OTHER
    key = ".propose" if proposes else ""
    return kit.confirm(
        tr.t(f"selection.do.decline{key}"),
        kit.text(tr.t(f"selection.decline.prompt{key}")),
        write_input(tr, kind_words(view, theirs)),
        actions=[
            kit.destructive(
                tr.t(f"selection.decline.send{key}"),
                actions.SELECTION_DECLINE,
                inputs=True,
                id=view.application.application_id,
            )
        ],
    )


def write_input(tr: Translator, words: str) -> kit.Element:
    """What the candidate will read."""
    return kit.text_input(
        "text",
        tr.t("selection.decline.label"),
        tr.t("error.reason_missing"),
        value=words,
        multiline=True,
        limit=LONGEST_TEXT,
    )


def kind_words(view: SelectionView, theirs: Translator) -> str:
    """A kind text to begin with, in the candidate's language."""
    return theirs.t("selection.kind_words", reference=view.application.reference)
