"""An offer to lead a session, as its facilitator sees it, and the list of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.domain import catalogue
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.services.roster_views import FacilitatorView
from bot.services.views import AssignmentView
from cards import actions, kit
from cards.notices import offering_title, person_name
from cards.roster import standing_buttons, standing_part

if TYPE_CHECKING:
    from bot.i18n import Translator

PAGE: Final = 10
REASON: Final = 500
_TONES: Final = {
    "offered": kit.Tone.WARNING,
    "accepted": kit.Tone.GOOD,
    "booked": kit.Tone.GOOD,
    "lapsed": kit.Tone.WARNING,
    "expired": kit.Tone.WARNING,
    "cancelled": kit.Tone.ATTENTION,
}


def build_assignment(
    view: AssignmentView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """What one is asked to lead, when, with whom; the answer, or what follows from it."""
    session = view.session.session
    title = offering_title(session.offering, tr)
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    return kit.card(
        tr,
        title,
        kit.badge(tr.t(f"assignment.state.{state_of(view)}"), _tone(view)),
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
        _next(view, tr),
        _facts(view, tr),
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, tr.t(f"assignment.state.{state_of(view)}")),
        refresh=(actions.ASSIGNMENT_SHOW, {"id": view.assignment.assignment_id}, ()),
    )


def build_my_assignments(
    views: Sequence[AssignmentView],
    first: int,
    tr: Translator,
    *,
    me: FacilitatorView | None = None,
) -> kit.Card:
    """Offers and accepted assignments still ahead, soonest first, ten at a time.

    `me` is the reader on the roster: their figures stand above, their wish and absences below.
    """
    title = tr.t("assignment.list.title")
    own, about_me = (standing_part(me, tr), standing_buttons(me, tr)) if me else ([], [])
    if not views:
        return kit.card(
            tr,
            title,
            *own,
            kit.text(tr.t("assignment.list.empty")),
            actions=[
                *about_me,
                kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
                kit.execute(tr.t("form.help"), actions.HELP),
            ],
            summary=tr.t("assignment.list.empty"),
        )
    start = first if 0 <= first < len(views) else 0
    following = start + PAGE
    count = tr.n("assignment.list.count", len(views))
    return kit.card(
        tr,
        title,
        *own,
        kit.text(count),
        *(_entry(view, tr) for view in views[start:following]),
        actions=[
            kit.execute(tr.t("common.more"), actions.ASSIGNMENT_LIST, first=following)
            if following < len(views)
            else None,
            kit.execute(tr.t("assignment.list.first"), actions.ASSIGNMENT_LIST, first=0)
            if start
            else None,
            *about_me,
        ],
        summary=kit.one_line(tr, title, count),
        refresh=(actions.ASSIGNMENT_LIST, {"first": start}, ()),
    )


def state_of(view: AssignmentView) -> str:
    """The state in one word: the answer, and what has become of the session since."""
    status, session = view.assignment.status, view.session.session
    if view.assignment.stepped_back:
        return "stepped_back"
    if status is AssignmentStatus.OFFERED:
        return "offered" if "accept" in view.may else "lapsed"
    if status is AssignmentStatus.WITHDRAWN and session.status is SessionStatus.CANCELLED:
        return "cancelled"
    if status is not AssignmentStatus.ACCEPTED:
        return status.value
    if session.status is SessionStatus.BOOKED:
        return "booked"
    over = session.status in (SessionStatus.HELD, SessionStatus.CLOSED)
    return "held" if over else "accepted"


def _tone(view: AssignmentView) -> kit.Tone:
    return _TONES.get(state_of(view), kit.Tone.PLAIN)


def _next(view: AssignmentView, tr: Translator) -> kit.Element:
    """What happens next, and by when."""
    state, session = state_of(view), view.session.session
    if state == "accepted":
        if session.fault:
            state = "accepted.fault"
        elif session.status is not SessionStatus.PLANNED:
            state = "accepted.booking"
    words = tr.t(f"assignment.next.{state}", until=tr.weekday_date_time(view.assignment.answer_by))
    reason = session.cancel_reason if state == "cancelled" else ""
    return kit.element_group(kit.text(words), kit.person_text(reason) if reason else None)


def _facts(view: AssignmentView, tr: Translator) -> kit.Element | None:
    session = view.session.session
    offering = catalogue.offering(session.offering)
    host = catalogue.organization(session.organization)
    group = tr.n("assignment.people", view.participants) if view.participants else ""
    preparation = offering.preparation_minutes
    return kit.facts(
        tr,
        [
            (tr.t("assignment.fact.side"), tr.sentence(_side(view, tr))),
            (tr.t("assignment.fact.team"), view.team) if view.team else None,
            (tr.t("assignment.fact.organization"), tr.value(host.name)),
            (tr.t("assignment.fact.people"), group),
            (
                tr.t("assignment.fact.language"),
                tr.sentence(tr.t(f"common.language.{session.language}")),
            ),
            (tr.t("assignment.fact.access"), _access(view, tr)),
            (tr.t("assignment.fact.place"), session.place or tr.t("common.online")),
            (tr.t("assignment.fact.partner"), _partner(view, tr)),
            (tr.t("assignment.fact.preparation"), tr.duration(preparation))
            if preparation
            else None,
            (tr.t("assignment.fact.reference"), view.reference) if view.reference else None,
        ],
    )


def _side(view: AssignmentView, tr: Translator) -> str:
    return tr.t(f"common.side.{view.assignment.side.value}")


def _access(view: AssignmentView, tr: Translator) -> str:
    kinds = [tr.t(f"request.accessibility.{kind}") for kind in view.accessibility]
    return "; ".join(filter(None, [", ".join(kinds), view.accessibility_note]))


def _partner(view: AssignmentView, tr: Translator) -> str:
    """With whom, and whether they have accepted; nothing once nobody is to lead any more."""
    if view.partner is None:
        over = view.session.session.status is SessionStatus.CANCELLED
        return "" if over else tr.t("assignment.partner.nobody")
    name = person_name(view.partner.person, tr)
    return tr.t(f"assignment.partner.{view.partner.status.value}", name=name)


def _buttons(view: AssignmentView, tr: Translator) -> list[kit.Element | None]:
    session, assignment_id = view.session.session, view.assignment.assignment_id
    leads = view.assignment.status is AssignmentStatus.ACCEPTED
    link = session.join_url if leads and session.status is SessionStatus.BOOKED else None
    return [
        kit.positive(
            tr.t("assignment.do.accept"),
            actions.ASSIGNMENT_ACCEPT,
            id=assignment_id,
            seen=session.version,
        )
        if "accept" in view.may
        else None,
        _say_no(view, tr, "decline", actions.ASSIGNMENT_DECLINE) if "decline" in view.may else None,
        kit.open_url(tr.t("assignment.do.open_meeting"), link) if link else None,
        kit.execute(tr.t("assignment.do.session"), actions.SESSION_SHOW, id=session.session_id)
        if leads
        else None,
        kit.execute(tr.t("assignment.list.title"), actions.ASSIGNMENT_LIST),
        _say_no(view, tr, "withdraw", actions.ASSIGNMENT_WITHDRAW)
        if "withdraw" in view.may
        else None,
    ]


def _say_no(view: AssignmentView, tr: Translator, move: str, verb: str) -> kit.Element:
    """Declining or withdrawing asks once more in the same card, with room for a word of why."""
    first = [kit.text(tr.t("assignment.withdraw.prompt"))] if move == "withdraw" else []
    return kit.confirm(
        tr.t(f"assignment.do.{move}"),
        *first,
        reason_input(move, tr),
        actions=[
            kit.destructive(
                tr.t(f"assignment.{move}.confirm"),
                verb,
                inputs=True,
                id=view.assignment.assignment_id,
            )
        ],
    )


def reason_input(move: str, tr: Translator) -> kit.Element:
    """Why somebody declines, if they like, or withdraws, which is never without a word."""
    must = move == "withdraw"
    wrong = "error.reason_missing" if must else "error.too_long"
    return kit.text_input(
        "reason",
        tr.t(f"assignment.{move}.reason"),
        tr.t(wrong, limit=REASON),
        required=must,
        multiline=True,
        limit=REASON,
    )


def _entry(view: AssignmentView, tr: Translator) -> kit.Element:
    session = view.session.session
    when = tr.when(session.starts_at, session.ends_at, session.zone)
    state = state_of(view)
    title = offering_title(session.offering, tr)
    about = tr.sentence(_side(view, tr))
    partner = tr.t("assignment.list.partner", partner=_partner(view, tr))
    return kit.element_group(
        kit.line(kit.run(tr.sentence(when), bold=True)),
        kit.line(kit.run(title), spacing="small"),
        kit.badge(tr.t(f"assignment.state.{state}"), _tone(view)),
        kit.line(partner, spacing="small"),
        kit.subtle(" · ".join(filter(None, [about, view.team, view.reference]))),
        kit.actions_row(
            kit.execute(
                tr.t("assignment.list.open"),
                actions.ASSIGNMENT_SHOW,
                tooltip=tr.t("assignment.list.open_of", title=title),
                id=view.assignment.assignment_id,
            )
        ),
        separator=True,
    )
