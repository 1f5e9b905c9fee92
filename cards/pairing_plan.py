"""A plan for all open requests of a region, to accept in whole or in part; what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.services.pairing_views import PairingPlan, PlanRow, Unpaired
from bot.services.request_form import usual_minutes
from cards import actions, kit
from cards.notices import offering_title
from cards.pairing_words import kept_reasons, plain_reasons, reasons_words
from cards.pairs import half_entry, half_line, pair_title

if TYPE_CHECKING:
    from bot.i18n import Translator

SHOWN: Final = 10  # rows at a time: a card has its limits, and so has attention
UNPAIRED: Final = 10
TEAM: Final = 60  # characters of a team's name in a row
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not be accepted: the request's reference, and why in words."""

    reference: str
    why: str


def plan_entries(plan: PairingPlan) -> Entry:
    """A plan as a form keeps it: plain values, the first rows of it."""
    return {
        "rows": [_row(row) for row in plan.rows[:SHOWN]],
        "left": max(0, len(plan.rows) - SHOWN),
        "unpaired": [_unpaired(one) for one in plan.unpaired[:UNPAIRED]],
        "unpaired_left": max(0, len(plan.unpaired) - UNPAIRED),
        "calendars": plan.calendars_answered,
    }


def plan_elements(plan: Mapping[str, Any], tr: Translator) -> list[kit.Element]:
    """Each request with its date, its pair and why; then those without a pair, and why."""
    rows: Sequence[Mapping[str, Any]] = plan["rows"]
    found: list[kit.Element | None] = [
        None if plan["calendars"] else kit.notice(tr.t("triage.away"), kit.Tone.WARNING),
        kit.text(tr.n("pairing.plan.count", len(rows))) if rows else None,
        kit.subtle(tr.n("pairing.plan.left", plan["left"])) if plan["left"] else None,
        *(_row_part(row, tr) for row in rows),
        _choices(rows, tr) if rows else None,
        *_without(plan, tr),
    ]
    return [element for element in found if element]


def build_plan_empty(tr: Translator) -> kit.Card:
    """There is nothing to pair: why, and what else there is to do."""
    return kit.card(
        tr,
        tr.t("pairing.plan.title"),
        kit.text(tr.t("pairing.plan.empty")),
        actions=[kit.execute(tr.t("triage.list.title"), actions.TRIAGE_LIST)],
        summary=tr.t("pairing.plan.empty"),
    )


def build_plan_done(
    approved: Sequence[str], refused: Sequence[Refused], left: int, tr: Translator
) -> kit.Card:
    """What came of the rows that were accepted; those that had moved on are said."""
    words = tr.n("pairing.plan.done", len(approved)) if approved else tr.t("pairing.plan.none")
    return kit.card(
        tr,
        tr.t("pairing.plan.title"),
        kit.text(", ".join(approved)) if approved else None,
        kit.text(tr.t("pairing.plan.next")) if approved else None,
        kit.heading(tr.t("pairing.plan.refused"), small=True) if refused else None,
        *(
            kit.line(
                kit.run(tr.t("card.fact", label=one.reference), bold=True),
                kit.run(" " + one.why),
                spacing="small",
            )
            for one in refused
        ),
        actions=[
            kit.positive(tr.t("pairing.plan.more"), actions.PAIRING_PLAN) if left else None,
            kit.execute(tr.t("triage.list.title"), actions.TRIAGE_LIST),
        ],
        said=words,
        tone=kit.Tone.WARNING if refused else kit.Tone.GOOD,
        summary=words,
    )


def _row(row: PlanRow) -> Entry:
    return {
        **_about(row.request),
        "starts_at": row.starts_at.isoformat(),
        "zone": row.request.zone,
        **{side.value: half_entry(row.pair.of(side)) for side in Side},
        "why": plain_reasons(row.pair.reasons),
    }


def _unpaired(one: Unpaired) -> Entry:
    return {**_about(one.request), "why": plain_reasons((one.why,))}


def _about(request: Request) -> Entry:
    return {
        "request_id": request.request_id,
        "reference": request.reference,
        "offering": request.offering,
        "team": request.team[:TEAM],
    }


def _row_part(row: Mapping[str, Any], tr: Translator) -> kit.Element:
    starts_at = datetime.fromisoformat(row["starts_at"])
    ends_at = starts_at + timedelta(minutes=usual_minutes(row["offering"]))
    return kit.element_group(
        kit.text(tr.sentence(tr.when(starts_at, ends_at, row["zone"])), bold=True),
        kit.line(kit.run(_request_line(row, tr)), spacing="small"),
        # In short: how much each leads, and what there is about the two together.
        *(half_line(row[side.value], tr, most=1, faint=False) for side in Side),
        kit.subtle(tr.sentence(reasons_words(kept_reasons(row["why"]), tr))),
        separator=True,
    )


def _choices(rows: Sequence[Mapping[str, Any]], tr: Translator) -> kit.Element:
    return kit.multi_input(
        "chosen",
        tr.t("pairing.plan.choose"),
        tr.t("pairing.plan.choose.wrong"),
        [
            kit.choice(
                tr.t("pairing.plan.row", reference=row["reference"], pair=pair_title(row, tr)),
                row["request_id"],
            )
            for row in rows
        ],
        value=[row["request_id"] for row in rows],
        required=True,
    )


def _without(plan: Mapping[str, Any], tr: Translator) -> list[kit.Element]:
    if not plan["unpaired"]:
        return []
    lines = [
        kit.line(
            kit.run(_request_line(one, tr)),
            kit.run(" " + tr.sentence(reasons_words(kept_reasons(one["why"]), tr)), faint=True),
            spacing="small",
        )
        for one in plan["unpaired"]
    ]
    left = plan["unpaired_left"]
    more = [kit.subtle(tr.n("pairing.plan.unpaired_left", left))] if left else []
    return [kit.heading(tr.t("pairing.plan.unpaired"), small=True), *lines, *more]


def _request_line(row: Mapping[str, Any], tr: Translator) -> str:
    return " · ".join([row["reference"], offering_title(row["offering"], tr), row["team"]])


def region_choices(regions: Sequence[str], tr: Translator) -> list[kit.Element]:
    """The regions to plan for, by name."""
    return [kit.choice(tr.value(catalogue.region(key).name), key) for key in regions]
