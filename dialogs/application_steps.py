"""The first steps of an application: what it takes, the side, the bargaining agent."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import catalogue
from bot.domain.cohorts import DAYS
from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.domain.text import closest, fold
from bot.services.application_form import LONGEST_AGENT, OTHER_AGENT, check_agent
from cards import kit
from cards.application_parts import agent_name
from cards.safe import bare
from dialogs import form_prompt, places
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.words import means

_SIDE_WORDS = ("word", "role")  # text keys of the request: a side by its name, by one's role
_BEGUN = 4  # letters of the beginning of a name


class About(Step):
    """What it takes and who may, before anything is asked."""

    key = "about"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """In plain words; nothing to fill in."""
        tr, rules = ctx.tr, ctx.rules
        takes = [
            tr.t("application.about.support"),
            tr.t("application.about.interview"),
            tr.t("application.about.training", n=tr.number(DAYS)),
            tr.t(
                "application.about.sessions",
                sessions=tr.number(rules.sessions_aimed),
                months=tr.number(rules.load_months),
            ),
        ]
        return [
            kit.text(tr.t("application.about.what")),
            *(kit.line(kit.run("• "), kit.run(each), spacing="small") for each in takes),
            kit.text(tr.t("application.about.who")),
            kit.text(tr.t("application.about.draft")),
        ]


class WhichSide(Step):
    """For the union or for the employer."""

    key = "side"
    needs = ("side",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Two choices."""
        tr = ctx.tr
        return [
            kit.choice_input(
                "side",
                tr.t("application.side.label"),
                tr.t("application.side.wrong"),
                [kit.choice(tr.t(f"application.side.{s.value}"), s.value) for s in Side],
                value=answers.get("side"),
                expanded=True,
            )
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A side by its name, or by one's role."""
        for side in Side:
            if any(means(text, f"request.{w}.{side.value}", ctx.catalogues) for w in _SIDE_WORDS):
                return {"side": side.value}
        return None

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Another side has another reference, and the employer's no bargaining agent."""
        same = values["side"] == answers.get("side")
        changed = {} if same else {"agent": None, "agent_other": None, "reference": None}
        return {"side": values["side"], **changed}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """For the union."""
        return ctx.tr.t(f"application.side.{answers['side']}")


class Agent(Step):
    """The bargaining agent, on the union's side."""

    key = "agent"
    needs = ("agent",)

    def skip(self, answers: Answers) -> bool:
        """The employer's side has none."""
        return answers.get("side") == Side.EMPLOYER.value

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Those of the facts by name, and another one in words."""
        tr = ctx.tr
        known = [(agent_name(a.key, "", tr), a.key) for a in catalogue.bargaining_agents()]
        known.sort(key=lambda entry: fold(entry[0]))
        choices = [kit.choice(name, key) for name, key in known]
        other = kit.choice(tr.t("application.agent.other"), OTHER_AGENT)
        return [
            kit.choice_input(
                "agent",
                tr.t("application.agent.label"),
                tr.t("application.agent.wrong"),
                [*choices, other],
                value=answers.get("agent"),
            ),
            kit.text_input(
                "agent_other",
                tr.t("application.agent_other.label"),
                tr.t("application.agent_other.wrong"),
                value=answers.get("agent_other", ""),
                required=False,
                limit=LONGEST_AGENT,
            ),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """By its letters or its name in either language; "other", and then the name.

        Raises:
            Refusal: `agent_unknown`.
        """
        agents = catalogue.bargaining_agents()
        names = {n: a.key for a in agents for n in (*a.abbreviation.values(), *a.name.values())}
        typed = fold(text[: places.LONGEST])
        begun = {k for n, k in names.items() if len(typed) >= _BEGUN and fold(n).startswith(typed)}
        meant = closest(typed, names)
        if meant or len(begun) == 1:
            return {"agent": names[meant] if meant else begun.pop(), "agent_other": ""}
        if means(text, "application.word.other", ctx.catalogues):
            answers["agent"] = OTHER_AGENT  # what is typed next is its name
            return {"agent": OTHER_AGENT}
        if answers.get("agent") == OTHER_AGENT:
            return {"agent": OTHER_AGENT, "agent_other": text.strip()}
        raise Refusal("agent_unknown", field="agent", text=form_prompt.quoted(text))

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Another one needs its name."""
        other = " ".join(bare(values["agent_other"]).split())
        other = other if values["agent"] == OTHER_AGENT else ""
        check_agent(Side.UNION, values["agent"], other)
        return {"agent": values["agent"], "agent_other": other}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Public Service Alliance of Canada (PSAC)."""
        return agent_name(answers["agent"], answers.get("agent_other", ""), ctx.tr)
