"""A small flow with all that a flow may have, for the tests of forms; and the way to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.errors import MovedOn, OutsideFault, Refusal
from cards import actions, kit
from cards.actions import Action
from dialogs.context import Card, Ctx, Reply, begin, show
from dialogs.flow import Answers, Element, Flow, FormErrors, Step, Values
from dialogs.routes import Routes
from tests.conversations.talking import Chat


class Topic(Step):
    key = "topic"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        topics = [kit.choice("Mental health", "mental"), kit.choice("Racism", "racism")]
        return [kit.choice_input("topic", "Topic", "Choose a topic.", topics, expanded=True)]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        changed = answers.get("topic") not in (None, values["topic"])
        return {"topic": values["topic"], **({"day": None} if changed else {})}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        return str(answers["topic"])


class Team(Step):
    key = "team"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        return [
            kit.text_input(
                "team", "Team", "Name the team.", limit=60, value=answers.get("team", "")
            ),
            kit.number_input(
                "people", "People", "From 2 to 15.", least=2, most=15, value=answers.get("people")
            ),
            kit.toggle_input("captions", "Captions"),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        wrong = [
            Refusal("too_long", field=key, limit=3)
            for key in ("team", "people")
            if values[key] in ("bad", "13")
        ]
        if wrong:
            raise FormErrors(wrong)
        return {
            "team": values["team"],
            "people": int(values["people"]),
            "captions": values["captions"] == "true",
        }

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        return f"{answers['team']}, {answers['people']}"


class Why(Step):
    """Only for one topic, only a note that may stay empty."""

    key = "why"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        return [kit.text_input("why", "Why", "", required=False, multiline=True)]

    def skip(self, answers: Answers) -> bool:
        return answers.get("topic") != "racism"


class Day(Step):
    key = "day"
    needs = ("day",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        return [kit.date_input("day", "Day", "Choose a day.", value=answers.get("day"))]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        if date.fromisoformat(values["day"]) <= ctx.now().date():
            raise Refusal("date_past", field="day", date=date.fromisoformat(values["day"]))
        return {"day": values["day"]}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        return ctx.tr.date(date.fromisoformat(answers["day"]))


class Review(Step):
    key = "review"


class Sample(Flow):
    """`finished` has the answers of each form that came to its end."""

    name = "sample"
    steps = (Topic(), Team(), Why(), Day(), Review())

    def __init__(self) -> None:
        self.finished: list[Answers] = []
        self.refusals: list[Exception] = []

    def title(self, answers: Answers, ctx: Ctx) -> str:
        return "Sample"

    def text_key(self, rest: str) -> str:
        return {
            "submit": "common.save",
            "step.topic.label": "common.language.en",
            "step.team.label": "common.language.fr",
            "step.day.label": "common.close",
        }.get(rest, f"sample.{rest}")

    async def finish(self, answers: Answers, ctx: Ctx) -> Card | Reply:
        if self.refusals:
            raise self.refusals.pop(0)
        self.finished.append(dict(answers))
        card = kit.card(ctx.tr, "Recorded", kit.text(f"For {answers['team']}."))
        return show(card, subject="request:new")


class Sure(Step):
    """A question about a thing that may have moved on."""

    key = "sure"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        if answers["id"] in MOVED:
            raise MovedOn("not_found")
        if answers["id"] == "away":
            raise OutsideFault("graph.away")
        return []


MOVED = {"moved"}


class Once(Flow):
    """About one thing, not kept as a draft."""

    name = "once"
    drafted = False
    steps = (Sure(),)

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        if options["id"] == "gone":
            raise Refusal("not_found")
        return dict(options)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        return f"Once {answers.get('id')}"

    def text_key(self, rest: str) -> str:
        return "common.save" if rest == "submit" else f"once.{rest}"

    async def finish(self, answers: Answers, ctx: Ctx) -> Card:
        raise MovedOn("not_found")


def sample_routes() -> tuple[Sample, Routes]:
    """The flow behind "request", with two plain verbs beside it."""
    flow = Sample()
    routes = Routes(flow, Once())

    @routes.on(actions.REQUEST_NEW)
    async def opened(ctx: Ctx, action: Action) -> Reply:
        return begin("sample")

    @routes.on(actions.TRIAGE_APPROVE)
    async def once(ctx: Ctx, action: Action) -> Reply:
        return begin("once", id=action.subject)

    @routes.on(actions.REQUEST_SHOW)
    async def shown(ctx: Ctx, action: Action) -> Reply:
        if action.subject == "gone":
            raise Refusal("not_found")
        card = kit.card(ctx.tr, "Request", kit.text(action.subject))
        return show(card, subject=f"request:{action.subject}")

    @routes.on(actions.REQUEST_AGREE, otherwise=actions.REQUEST_SHOW)
    async def agreed(ctx: Ctx, action: Action) -> Reply:
        raise MovedOn("not_allowed")

    return flow, routes


ANSWERS = {"topic": "mental", "team": "Payroll", "people": 12, "captions": False}


def without_id(answers: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in answers.items() if key != "form_id"}


async def to_review(chat: Chat) -> None:
    await chat.say("request")
    await chat.click("Next", topic="mental")
    await chat.click("Next", team="Payroll", people="12")
    await chat.click("Next", day="2027-03-04")
