"""The applications of a region, in the programme's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import catalogue
from bot.domain.people import Side
from bot.services.selecting import Stance
from bot.services.selection import SelectionPage
from bot.services.selection_views import SelectionView
from cards import actions, kit
from cards.application_parts import badge
from cards.notices import person_name
from cards.selection import next_words

if TYPE_CHECKING:
    from bot.i18n import Translator


def build_selection_list(page: SelectionPage, tr: Translator) -> kit.Card:
    """What there is to select, ten at a time; the order explains itself, and nobody in it."""
    title = tr.t("selection.list.title")
    if not page.entries:
        words = tr.t("selection.list.empty" if page.ordered else "selection.list.empty.stand_in")
        return kit.card(
            tr,
            title,
            kit.text(words),
            actions=[
                *_sides(page, tr),
                kit.execute(tr.t("triage.list.title"), actions.TRIAGE_LIST),
                kit.execute(tr.t("form.help"), actions.HELP),
            ],
            summary=words,
            refresh=(actions.SELECTION_LIST, {"which": page.which}, ()),
        )
    count = tr.n("selection.list.count", page.total)
    return kit.card(
        tr,
        title,
        kit.text(count),
        kit.subtle(tr.t("selection.order" if page.ordered else "selection.order.stand_in")),
        *(_entry(view, tr) for view in page.entries),
        actions=[
            _page(tr.t("common.more"), page.next_first, page.which),
            _page(tr.t("selection.list.first"), 0, page.which) if page.first else None,
            *_sides(page, tr),
        ],
        summary=kit.one_line(tr, title, count),
        refresh=(actions.SELECTION_LIST, {"first": page.first, "which": page.which}, ()),
    )


def _page(label: str, first: int | None, which: str) -> kit.Element | None:
    if first is None:
        return None
    return kit.execute(label, actions.SELECTION_LIST, first=first, which=which)


def _sides(page: SelectionPage, tr: Translator) -> list[kit.Element]:
    """Only one side's, or both."""
    if not page.ordered:
        return []
    others = [*sorted(Side, key=lambda side: side.value not in page.own), ""]
    return [
        kit.execute(
            tr.t(f"selection.list.which.{one or 'both'}"), actions.SELECTION_LIST, which=str(one)
        )
        for one in others
        if one != page.which
    ]


def _next(view: SelectionView, tr: Translator) -> str:
    """What is to be done; where nobody of the candidate's side can do it, that."""
    if view.stance is not Stance.STAND_IN:
        return next_words(view, tr)
    side = tr.t(f"common.of_side.{view.application.side.value}")
    return tr.t("selection.list.stand_in", side=side)


def _entry(view: SelectionView, tr: Translator) -> kit.Element:
    application = view.application
    side = tr.sentence(tr.t(f"common.of_side.{application.side.value}"))
    region = tr.value(catalogue.region(application.region).name)
    at = application.submitted_at
    applied = tr.t("selection.list.applied", when=tr.value(at)) if at else ""
    proposed = application.proposal and tr.t(f"selection.list.proposed.{application.proposal}")
    return kit.element_group(
        kit.text(person_name(view.applicant, tr), bold=True),
        badge(application.status, tr),
        kit.line(kit.run(_next(view, tr)), spacing="small"),
        kit.line(kit.run(proposed, bold=True), spacing="small") if proposed else None,
        kit.subtle(" · ".join(filter(None, [application.reference, side, region, applied]))),
        kit.actions_row(
            kit.execute(
                tr.t("selection.list.open", reference=application.reference),
                actions.SELECTION_SHOW,
                id=application.application_id,
            )
        ),
        separator=True,
    )
