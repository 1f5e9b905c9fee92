"""Choosing somebody else for a side that has nobody, or whose open offer the bot has sent.

(which side) ──▶ who ──▶ they get their offer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import MovedOn, Refusal
from bot.domain.people import Side
from bot.domain.sessions import AssignmentStatus
from bot.services.views import RequestView
from cards import kit
from cards.notices import person_name
from cards.pairs import half_entry, half_line, order_input
from cards.triage import free_sides
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Step, Values
from dialogs.triage_pairs import in_order
from dialogs.triage_parts import TriageFlow, about, shown, until
from dialogs.triage_people import chosen, found_people, look_again, name_of, person_elements


class FreeSide(Step):
    """For which side somebody is missing, where it is both."""

    key = "side"
    needs = ("side",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The sides without anybody."""
        tr = ctx.tr
        sides = [kit.choice(tr.t(f"triage.side.{side}"), side) for side in answers["sides"]]
        which = "triage.replace.side.running" if answers["running"] else "triage.replace.side"
        return [
            about(answers, ctx),
            kit.choice_input(
                "side",
                tr.t(which),
                tr.t("triage.replace.side.wrong"),
                sides,
                value=answers.get("side", answers["sides"][0]),
                expanded=True,
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Another side has other people."""
        if values["side"] == answers.get("side"):
            return {"side": values["side"]}
        return {"side": values["side"], "person": None, **await _best(values["side"], answers, ctx)}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """For the union."""
        return ctx.tr.t(f"triage.side.{answers['side']}")

    def skip(self, answers: Answers) -> bool:
        """Nothing to choose with one side."""
        return len(answers["sides"]) == 1


class OtherPerson(Step):
    """Who is asked instead."""

    key = "person"
    needs = ("person",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The best with why, then everybody of the side who was not asked yet."""
        starts_at = datetime.fromisoformat(answers["starts_at"])
        tr, side = ctx.tr, Side(answers["side"])
        when = tr.when(starts_at, datetime.fromisoformat(answers["ends_at"]), answers["zone"])
        await look_again(side, answers, ctx)
        best: list[Element] = []
        if answers["best"]:
            title = tr.t("pairing.best", side=tr.t(f"common.of_side.{side.value}"))
            best = [kit.text(title), *(half_line(half, tr) for half in answers["best"])]
        open_offer = answers["offers"].get(side.value)
        back = open_offer and tr.t("triage.replace.taken_back", name=open_offer["name"])
        return [
            about(answers, ctx),
            kit.text(tr.sentence(when)),
            *([kit.notice(back, kit.Tone.WARNING)] if back else []),
            *best,
            *person_elements("person", side, answers, ctx),
            *([] if answers["running"] else [order_input(answers.get("order"), tr)]),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Somebody of the list."""
        return {"person": chosen("person", values), "order": values.get("order")}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Their name."""
        return name_of(answers["person"], answers, ctx)


class Replace(TriageFlow):
    """Somebody else for a side that has nobody."""

    name = "triage_replace"
    version = 2
    texts = "triage.replace"
    move = "replace"
    steps = (FreeSide(), OtherPerson())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Which sides, when, and who is left."""
        answers = await super().begin(options, ctx)
        view = await ctx.services.triage.view(ctx.me, options["request_id"])
        running = "stop_round" in view.may
        offers = _open_offers(view, ctx) if running else {}
        sides = [side.value for side in Side if side in free_sides(view) or side.value in offers]
        if view.session is None or not sides:
            raise Refusal("nobody_to_replace")
        session = view.session.session
        answers |= {
            "sides": sides,
            "side": sides[0],
            "offers": offers,
            "running": running,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            **await found_people(options["request_id"], session.starts_at, ctx),
        }
        return {**answers, **await _best(sides[0], answers, ctx)}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The new one gets the offer."""
        side, person_id, request_id = (
            Side(answers["side"]),
            answers["person"],
            answers["request_id"],
        )
        order = in_order(answers) or answers["running"]
        try:
            view = await ctx.services.staffing.replace(
                ctx.me,
                request_id,
                side,
                person_id,
                instead_of=answers["offers"].get(side.value, {}).get("id"),
                in_order=in_order(answers),
            )
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        except Refusal as refusal:
            if refusal.code.startswith("facilitator_"):
                starts_at = datetime.fromisoformat(answers["starts_at"])
                answers.update(await found_people(request_id, starts_at, ctx))
                answers.update(await _best(side.value, answers, ctx))
                refusal.field = "person"
            raise
        words = f"triage.said.replaced{'.ordered' if order else ''}"
        said = ctx.tr.t(words, until=until(view, ctx))
        return shown(await ctx.services.rounds.with_next(view), ctx, said)


async def _best(side: str, answers: Answers, ctx: Ctx) -> Answers:
    """The best for a side, with why; they come first in its list."""
    starts_at = datetime.fromisoformat(answers["starts_at"])
    found = await ctx.services.pairing.best(
        ctx.me, answers["request_id"], starts_at, vacated=Side(side)
    )
    halves = {pair.of(Side(side)).person.person_id: pair.of(Side(side)) for pair in found.pairs}
    first = [half_entry(half) for half in halves.values() if not half.standing]
    rest = [one for one in answers["people"] if one["id"] not in halves]
    return {"best": first, "people": [*first, *rest]}


def _open_offers(view: RequestView, ctx: Ctx) -> dict[str, dict[str, str]]:
    """Side to the offer that is out, and whose: what a choice made now would take back."""
    return {
        lead.side.value: {"id": lead.assignment_id, "name": person_name(lead.person, ctx.tr)}
        for lead in view.leads
        if lead.status is AssignmentStatus.OFFERED
    }
