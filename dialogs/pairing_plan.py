"""Pairing all open requests of a region at once.

(region) ──▶ the plan, all rows ticked ──▶ each ticked row is approved, its two get their offers
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.services.pairing_views import PlanChoice
from cards import actions, kit
from cards.actions import Action
from cards.pairing_plan import (
    Refused,
    build_plan_done,
    build_plan_empty,
    plan_elements,
    plan_entries,
    region_choices,
)
from cards.pairs import order_input
from dialogs.context import Ctx, Reply, begin, show
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.routes import Routes
from dialogs.triage_pairs import in_order


class Region(Step):
    """For which region, where the reader steers several."""

    key = "region"
    needs = ("region", "plan")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Those with something to pair."""
        tr = ctx.tr
        return [
            kit.choice_input(
                "region",
                tr.t("pairing.plan.region"),
                tr.t("pairing.plan.region.wrong"),
                region_choices(answers["regions"], tr),
                value=answers.get("region", answers["regions"][0]),
                expanded=len(answers["regions"]) <= 7,  # noqa: PLR2004  # six regions and one more
            )
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The plan is made once the region is known."""
        return {"region": values["region"], **await _planned(values["region"], ctx)}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Its name."""
        (entry,) = region_choices([answers["region"]], ctx.tr)
        return entry["title"]

    def skip(self, answers: Answers) -> bool:
        """Nothing to choose with one."""
        return len(answers["regions"]) == 1


class Rows(Step):
    """The plan: which rows are accepted, and whether the bot may go on by itself."""

    key = "rows"
    needs = ("chosen",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """All rows are ticked."""
        plan = answers["plan"]
        order = [order_input(answers.get("order"), ctx.tr)] if plan["rows"] else []
        return [*plan_elements(plan, ctx.tr), *order]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """At least one."""
        if not values.get("chosen"):
            raise Refusal("nothing_chosen", field="chosen" if answers["plan"]["rows"] else None)
        return {"chosen": values["chosen"], "order": values["order"]}


class Plan(Flow):
    """Begun by a coordinator, or an administrator, of at least one region."""

    name = "pairing_plan"
    texts = "pairing.plan"
    drafted = False
    steps = (Region(), Rows())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """With one region the plan is there at once."""
        regions = list(await ctx.services.triage.regions_to_pair(ctx.me))
        if not regions:
            raise Refusal("nothing_to_pair")
        if len(regions) > 1:
            return {"regions": regions}
        return {"regions": regions, "region": regions[0], **await _planned(regions[0], ctx)}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Each row on its own: one that has moved on holds up no other."""
        ticked = set(answers["chosen"].split(","))
        rows = [row for row in answers["plan"]["rows"] if row["request_id"] in ticked]
        outcome = await ctx.services.pairing.accept_plan(
            ctx.me, [_choice(row) for row in rows], in_order=in_order(answers)
        )
        references = {row["request_id"]: row["reference"] for row in rows}
        refused = [Refused(references[one], ctx.tr.refusal(why)) for one, why in outcome.refused]
        approved = [references[one] for one in outcome.approved]
        left = answers["plan"]["left"] + len(answers["plan"]["rows"]) - len(rows)
        return show(build_plan_done(approved, refused, left, ctx.tr))


async def _planned(region: str, ctx: Ctx) -> Answers:
    plan = await ctx.services.pairing.plan_region(ctx.me, region)
    return {"plan": plan_entries(plan), "chosen": None}


def _choice(row: Mapping[str, Any]) -> PlanChoice:
    return PlanChoice(
        row["request_id"],
        datetime.fromisoformat(row["starts_at"]),
        row[Side.UNION.value]["id"],
        row[Side.EMPLOYER.value]["id"],
    )


routes = Routes(Plan())


@routes.on(actions.PAIRING_PLAN)
async def planned(ctx: Ctx, action: Action) -> Reply:
    """Begin, where there is something to pair. Raises `Refusal` for those who steer no region."""
    if not await ctx.services.triage.regions_to_pair(ctx.me):
        return show(build_plan_empty(ctx.tr))
    return begin("pairing_plan")
