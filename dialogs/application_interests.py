"""The middle steps of an application: languages, the workplace, the topics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain import catalogue
from bot.domain.applications import Level
from bot.domain.errors import Refusal
from bot.domain.text import closest, fold
from bot.services.application_form import check_levels, check_topics
from cards import kit
from cards.application_parts import languages_line, place_line, topic_title, topics_line
from dialogs import form_prompt, places
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.words import means

LEVELS = tuple(f"level_{language}" for language in catalogue.LANGUAGES)
_BEGUN = 4  # letters of the beginning of a title
_NAMED = 3  # topics in what was said so far
_PARTS = re.compile(r"[,;\n]| and | et ")


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
        """A region or an organization, or both with a comma between them."""
        if len(text) > places.LONGEST:
            return None
        name, comma, rest = text.rpartition(",")
        where = places.hear_region(rest.strip(), {"organization": ""}) if comma else None
        whose = places.hear_organization(name.strip(), {}, ctx) if where else None
        if where and whose:
            answers.update(both := {**whose, **where})
            return both
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
