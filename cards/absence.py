"""A facilitator's absences, with what they lead on those days; nobody else sees this card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.services.roster_views import AbsenceView, Meets
from cards import actions, kit
from cards.notices import offering_title
from cards.roster import days_of

if TYPE_CHECKING:
    from bot.i18n import Translator

REASON: Final = 300
MOST: Final = 12  # in view, the soonest
_MET: Final = 3  # sessions of one absence in view


def build_absences(
    views: Sequence[AbsenceView],
    tr: Translator,
    *,
    said: str | None = None,
) -> kit.Card:
    """All that are not over, the soonest first, each with its way to be taken back."""
    title = tr.t("absence.list.title")
    count = tr.n("absence.list.count", len(views)) if views else tr.t("absence.list.empty")
    hidden = len(views) - MOST
    return kit.card(
        tr,
        title,
        kit.text(count),
        kit.subtle(tr.t("absence.private")),
        *(_entry(view, tr) for view in views[:MOST]),
        kit.subtle(tr.n("absence.list.later", hidden)) if hidden > 0 else None,
        actions=[
            kit.positive(tr.t("absence.add"), actions.ABSENCE_ADD),
            kit.execute(tr.t("roster.mine.title"), actions.ROSTER_MINE),
            kit.execute(tr.t("assignment.list.title"), actions.ASSIGNMENT_LIST),
        ],
        said=said,
        tone=kit.Tone.GOOD,
        summary=said or kit.one_line(tr, title, count),
        refresh=(actions.ABSENCE_LIST, {}, ()),
    )


def _entry(view: AbsenceView, tr: Translator) -> kit.Element:
    absence = view.absence
    days = days_of(absence, tr)
    return kit.element_group(
        kit.line(kit.run(days, bold=True)),
        kit.person_text(absence.reason) if absence.reason else None,
        kit.notice(tr.n("absence.meets", len(view.meets)), kit.Tone.WARNING)
        if view.meets
        else None,
        *(_met(each, tr) for each in view.meets[:_MET]),
        kit.actions_row(
            kit.confirm(
                tr.t("absence.remove"),
                kit.text(tr.t("absence.remove.question", days=days)),
                actions=[
                    kit.destructive(
                        tr.t("absence.remove.yes"), actions.ABSENCE_REMOVE, id=absence.absence_id
                    )
                ],
            )
        ),
        separator=True,
    )


def _met(each: Meets, tr: Translator) -> kit.Element:
    """One session on those days; its own card has the way to withdraw or to decline."""
    session = each.session
    title = offering_title(session.offering, tr)
    when = tr.sentence(tr.when(session.starts_at, session.ends_at, session.zone))
    do = "withdraw" if each.accepted else "decline"
    return kit.element_group(
        kit.line(kit.run(title)),
        kit.subtle(when),
        kit.actions_row(
            kit.execute(
                tr.t(f"absence.to_{do}"),
                actions.ASSIGNMENT_SHOW,
                tooltip=tr.t("assignment.list.open_of", title=title),
                id=each.assignment_id,
            )
        ),
    )
