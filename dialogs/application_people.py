"""The later steps of an application: two texts, the manager, the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.applications import LONGEST_WORDS, EndorserKind
from bot.domain.people import Side
from bot.services.application_form import check_endorsers, check_words
from cards import kit
from cards.safe import bare, cap
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.one_person import Picker

# What the input itself lets through: too much is counted and said, not cut off by the client.
_ROOM: Final = 8000
_SUMMED_UP: Final = 60

MANAGER: Final = Picker("manager", "application.manager")
REFERENCES: Final = {
    side: Picker("reference", f"application.reference.{side.value}") for side in Side
}
_KNOWN: Final = "manager_known"  # among the answers: whom the directory named, "" for nobody


class Words(Step):
    """One text of limited length; how much is too much is said, with what was typed still there."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.needs = (key,)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The field, and how many characters are left."""
        tr, said = ctx.tr, str(answers.get(self.key, ""))
        field = kit.text_input(
            self.key,
            tr.t(f"application.{self.key}.label", limit=tr.number(LONGEST_WORDS)),
            tr.t(f"application.{self.key}.wrong"),
            value=said,
            multiline=True,
            limit=_ROOM,
        )
        left = LONGEST_WORDS - len(said)
        return [field, kit.subtle(tr.n("application.left", left))] if said else [field]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """As it was typed."""
        words = bare(values[self.key])
        check_words(self.key, words)
        return {self.key: words}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Its beginning."""
        return cap(" ".join(answers[self.key].split()), _SUMMED_UP)


class Manager(Step):
    """Who is asked for support; filled in where the directory knows."""

    key = "manager"
    needs = ("manager",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The picker. The directory is asked once a form, when the step is first in view."""
        if "manager" not in answers and _KNOWN not in answers:
            boss = await ctx.services.people.manager(ctx.me)
            known = boss is not None and boss.person_id != ctx.me
            answers[_KNOWN] = boss.person_id if boss and known else ""
            if boss and known:
                answers.update(MANAGER.filled(boss.person_id, boss.name))
        inputs = MANAGER.build(answers, ctx)
        if answers.get(_KNOWN) and answers[_KNOWN] == answers.get("manager"):
            return [*inputs, kit.subtle(ctx.tr.t("application.manager.known"))]
        return inputs

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A name or an e-mail."""
        return await MANAGER.hear(text, answers, ctx)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Somebody else, and for the union not the reference."""
        side, reference = Side(answers["side"]), answers.get("reference")

        async def check(chosen: str) -> None:
            check_endorsers(side, ctx.me, chosen, reference, changed=EndorserKind.MANAGER)

        return await MANAGER.parse(values, answers, ctx, check)

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Their name."""
        return MANAGER.name(answers, ctx)


class Reference(Step):
    """Who else is asked for a word, in the words of the side."""

    key = "reference"
    needs = ("reference",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Who that can be, and the picker."""
        prompt = kit.text(ctx.tr.t(f"application.reference.{answers['side']}.prompt"))
        return [prompt, *_picker(answers).build(answers, ctx)]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A name or an e-mail."""
        return await _picker(answers).hear(text, answers, ctx)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Somebody else, and for the union not the manager."""
        side, manager = Side(answers["side"]), answers.get("manager")

        async def check(chosen: str) -> None:
            check_endorsers(side, ctx.me, manager, chosen)

        return await _picker(answers).parse(values, answers, ctx, check)

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Their name."""
        return reference_name(answers, ctx)


def reference_name(answers: Answers, ctx: Ctx) -> str:
    """The chosen reference's name."""
    return _picker(answers).name(answers, ctx)


def _picker(answers: Answers) -> Picker:
    return REFERENCES[Side(answers["side"])]
