"""The coordinators' forms about a request.

approve: date ──▶ union ──▶ employer ──▶ review ──▶ both get their offer
replace: (which side) ──▶ who ──▶ they get their offer
ask, refuse: one thing to write
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import MovedOn, Refusal
from bot.domain.people import Side
from bot.services.views import RequestView
from cards import kit
from cards.triage import free_sides, write_input
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Step, Values
from dialogs.triage_parts import TriageFlow, about, shown
from dialogs.triage_people import (
    ChosenLead,
    chosen,
    found_people,
    look_again,
    name_of,
    person_elements,
    warning,
)
from dialogs.triage_times import ChosenDate


class Review(Step):
    """Everything once more, and what speaks against it."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Until when both can answer."""
        against = [warning(answers[side.value], answers, ctx) for side in Side]
        starts_at = datetime.fromisoformat(answers["starts_at"])
        until = min(ctx.now() + ctx.rules.assignment_offer, starts_at)
        words = ctx.tr.t("triage.approve.what_next", until=ctx.tr.weekday_date_time(until))
        return [*filter(None, against), kit.text(words)]


class Approve(TriageFlow):
    """A date and two co-facilitators."""

    name = "triage_approve"
    texts = "triage.approve"
    move = "approve"
    steps = (ChosenDate(), ChosenLead(Side.UNION), ChosenLead(Side.EMPLOYER), Review())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The wished dates too."""
        answers = await super().begin(options, ctx)
        view = await ctx.services.triage.view(ctx.me, options["request_id"])
        return {**answers, "preferred": [at.isoformat() for at in view.request.preferred_at]}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Both get their offer; a coordinator who comes second sees what the first did."""
        starts_at = datetime.fromisoformat(answers["starts_at"])
        pair = {side: answers[side.value] for side in Side}
        request_id = answers["request_id"]
        try:
            view = await ctx.services.staffing.approve(ctx.me, request_id, starts_at, pair)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        except Refusal as refusal:
            if refusal.code == "facilitator_unqualified":
                answers.update(await found_people(request_id, starts_at, ctx))
            raise
        return shown(view, ctx, ctx.tr.t("triage.said.approved", until=_until(view, ctx)))


class FreeSide(Step):
    """For which side somebody is missing, where it is both."""

    key = "side"
    needs = ("side",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The sides without anybody."""
        tr = ctx.tr
        sides = [kit.choice(tr.t(f"triage.side.{side}"), side) for side in answers["sides"]]
        return [
            about(answers, ctx),
            kit.choice_input(
                "side",
                tr.t("triage.replace.side"),
                tr.t("triage.replace.side.wrong"),
                sides,
                value=answers.get("side", answers["sides"][0]),
                expanded=True,
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Another side has other people."""
        changed = values["side"] != answers.get("side")
        return {"side": values["side"], **({"person": None} if changed else {})}

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
        """Those of the side who were not asked yet."""
        starts_at = datetime.fromisoformat(answers["starts_at"])
        when = ctx.tr.when(starts_at, datetime.fromisoformat(answers["ends_at"]), answers["zone"])
        await look_again(Side(answers["side"]), answers, ctx)
        return [
            about(answers, ctx),
            kit.text(ctx.tr.sentence(when)),
            *person_elements("person", Side(answers["side"]), answers, ctx),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Somebody of the list."""
        return {"person": chosen("person", values)}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Their name."""
        return name_of(answers["person"], answers, ctx)


class Replace(TriageFlow):
    """Somebody else for a side that has nobody."""

    name = "triage_replace"
    texts = "triage.replace"
    move = "replace"
    steps = (FreeSide(), OtherPerson())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Which sides, when, and who is left."""
        answers = await super().begin(options, ctx)
        view = await ctx.services.triage.view(ctx.me, options["request_id"])
        sides = [side.value for side in free_sides(view)]
        if view.session is None or not sides:
            raise Refusal("nobody_to_replace")
        session = view.session.session
        return {
            **answers,
            "sides": sides,
            "side": sides[0],
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            **await found_people(options["request_id"], session.starts_at, ctx),
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The new one gets the offer."""
        side, person_id, request_id = (
            Side(answers["side"]),
            answers["person"],
            answers["request_id"],
        )
        try:
            view = await ctx.services.staffing.replace(ctx.me, request_id, side, person_id)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        except Refusal as refusal:
            if refusal.code == "facilitator_unqualified":
                starts_at = datetime.fromisoformat(answers["starts_at"])
                answers.update(await found_people(request_id, starts_at, ctx))
                refusal.field = "person"
            raise
        return shown(view, ctx, ctx.tr.t("triage.said.replaced", until=_until(view, ctx)))


class Written(Step):
    """One thing to write: a question, or a reason."""

    def __init__(self, key: str, move: str) -> None:
        self.key = key
        self.move = move
        self.needs = (key,)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What happens with it is said first."""
        return [
            about(answers, ctx),
            kit.text(ctx.tr.t(f"triage.{self.move}.prompt")),
            write_input(self.move, self.key, ctx.tr),
        ]


class Ask(TriageFlow):
    """A question to the requester."""

    name = "triage_ask"
    texts = "triage.ask"
    move = "ask"
    steps = (Written("question", "ask"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The request waits for the answer."""
        try:
            return await asked(answers["request_id"], answers["question"], ctx)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)


class Refuse(TriageFlow):
    """Decline the request, with a reason."""

    name = "triage_refuse"
    texts = "triage.refuse"
    move = "refuse"
    steps = (Written("reason", "refuse"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Both parties are told."""
        try:
            return await refused(answers["request_id"], answers["reason"], ctx)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)


async def asked(request_id: str, question: str, ctx: Ctx) -> Reply:
    """Ask, and say that it is asked. Raises as `TriageService.ask`."""
    view = await ctx.services.triage.ask(ctx.me, request_id, question)
    requester = view.requester.name or ctx.tr.t("common.somebody")
    return shown(view, ctx, ctx.tr.t("triage.said.asked", requester=requester))


async def refused(request_id: str, reason: str, ctx: Ctx) -> Reply:
    """Decline, and say that it is declined. Raises as `TriageService.decline`."""
    view = await ctx.services.triage.decline(ctx.me, request_id, reason)
    return shown(view, ctx, ctx.tr.t("triage.said.declined"))


def _until(view: RequestView, ctx: Ctx) -> str:
    """When the newest offers lapse."""
    return ctx.tr.weekday_date_time(max(lead.answer_by for lead in view.leads))
