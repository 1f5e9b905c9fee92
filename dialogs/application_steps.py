"""The first steps of an application: what it takes, the side, languages, the place, the topics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain import catalogue
from bot.domain.applications import Level
from bot.domain.cohorts import DAYS
from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.domain.text import closest, fold
from bot.services.application_form import (
    LONGEST_AGENT,
    OTHER_AGENT,
    check_agent,
    check_levels,
    check_topics,
)
from cards import kit
from cards.application_parts import (
    agent_name,
    languages_line,
    place_line,
    topic_title,
    topics_line,
)
from cards.safe import bare
from dialogs import form_prompt, places
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.words import means

LEVELS = tuple(f"level_{language}" for language in catalogue.LANGUAGES)
_SIDE_WORDS = ("word", "role")  # text keys of the request: a side by its name, by one's role
_BEGUN = 4  # letters of the beginning of a name
_NAMED = 3  # topics in what was said so far
_PARTS = re.compile(r"[,;\n]| and | et ")


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


class Languages(Step):
    """How well each official language is spoken."""

    key = "languages"
    needs = LEVELS

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """One choice a language, the reader's own first."""
        tr = ctx.tr
        levels = [kit.choice(tr.t(f"application.level.{e.value}"), e.value) for e in Level]
        inputs = [
            kit.choice_input(
                key,
                tr.t(f"application.{key}.label"),
                tr.t("application.level.wrong"),
                levels,
                value=answers.get(key),
                expanded=True,
            )
            for key in LEVELS
        ]
        return inputs if tr.language == "en" else inputs[::-1]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Levels, each after its language; without one, for the first language still open.

        Raises:
            Refusal: `level_unknown`.
        """
        heard: dict[str, str] = {}
        order = LEVELS if ctx.tr.language == "en" else LEVELS[::-1]
        for part in _PARTS.split(text[: places.LONGEST]):
            key, level = self._heard(part, ctx)
            still_open = [k for k in order if k not in answers and k not in heard]
            key = key or (still_open[0] if still_open else None)
            if key is None or level is None:
                words = form_prompt.quoted(part)
                raise Refusal("level_unknown", field=key or order[0], text=words)
            heard[key] = level
        answers.update(heard)
        return heard

    def _heard(self, part: str, ctx: Ctx) -> tuple[str | None, str | None]:
        """The input and the level that a few words name."""
        words, key = fold(part).split(), None
        for language in catalogue.LANGUAGES:
            for word in list(words):
                if means(word, f"application.word.{language}", ctx.catalogues):
                    words.remove(word)
                    key = f"level_{language}"
        fillers = "application.word.filler"
        said = " ".join(word for word in words if not means(word, fillers, ctx.catalogues))
        level = next(
            (
                each.value
                for each in Level
                if means(said, f"application.word.level.{each.value}", ctx.catalogues)
            ),
            None,
        )
        return key, level

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """One of the two well enough to lead in."""
        check_levels({key.removeprefix("level_"): values[key] for key in LEVELS})
        return {key: values[key] for key in LEVELS}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """English: advanced (C); French: exempt (E)."""
        levels = {key.removeprefix("level_"): answers[key] for key in LEVELS}
        return languages_line(levels, ctx.tr)


class Workplace(Step):
    """Organization and region. The region is asked, never derived."""

    key = "place"
    needs = ("organization", "region")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Filled in from the last time."""
        return places.build_inputs(answers, ctx)

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A region or an organization."""
        if len(text) > places.LONGEST:
            return None
        found = places.hear_region(text, answers) or places.hear_organization(text, {}, ctx)
        answers.update(found or {})
        return found

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Both of the lists."""
        return places.parse(values)

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Employment and Social Development Canada, Quebec."""
        return place_line(answers["organization"], answers["region"], ctx.tr)


class Topics(Step):
    """What they would like to lead."""

    key = "topics"
    needs = ("topics",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Everything that somebody can be trained in today."""
        tr = ctx.tr
        return [
            kit.multi_input(
                "topics",
                tr.t("application.topics.label"),
                tr.t("application.topics.wrong"),
                [kit.choice(topic_title(e, tr), e.key) for e in catalogue.teachable_offerings()],
                value=answers.get("topics", ()),
                required=True,
            )
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Titles in either language or numbers of the list, with commas between them; or all.

        Raises:
            Refusal: `topic_unknown`, for the first that is none.
        """
        keys = [entry.key for entry in catalogue.teachable_offerings()]
        if means(text, "application.word.all", ctx.catalogues):
            return {"topics": ",".join(keys)}
        whole = self._topic(text, keys)
        parts = [p for p in _PARTS.split(text[:1000]) if p.strip()]
        found = [whole] if whole else []
        for part in [] if whole else parts:
            topic = self._topic(part, keys)
            if topic is None:
                words = form_prompt.quoted(part)
                raise Refusal("topic_unknown", field="topics", text=words)
            found.append(topic)
        return {"topics": ",".join(dict.fromkeys(found))} if found else None

    def _topic(self, text: str, keys: list[str]) -> str | None:
        """By its number, its title or the beginning of it; a conversation before a workshop."""
        typed = fold(text[: places.LONGEST])
        if typed.isdigit():
            return keys[int(typed) - 1] if 0 < int(typed) <= len(keys) else None
        names: dict[str, str] = {}
        for entry in reversed(catalogue.teachable_offerings()):
            for title in entry.title.values():
                names[title] = entry.key
                names[title.split(":")[0]] = entry.key
        meant = closest(text[: places.LONGEST], names)
        if meant:
            return names[meant]
        if len(typed) < _BEGUN:
            return None
        starting = {key for name, key in names.items() if fold(name).startswith(typed)}
        conversations = starting & {entry.key for entry in catalogue.requestable_offerings()}
        likely = conversations or starting
        return likely.pop() if len(likely) == 1 else None

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """In the order of the catalogue."""
        ticked = values["topics"].split(",")
        check_topics(tuple(ticked))
        every = catalogue.teachable_offerings()
        return {"topics": [entry.key for entry in every if entry.key in ticked]}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """The first titles, and how many more."""
        return topics_line(answers["topics"], ctx.tr, most=_NAMED)
