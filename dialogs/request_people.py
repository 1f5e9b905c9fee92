"""The steps of a request about people: the two parties, and those who will take part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.services.request_form import check_participants
from cards import kit
from cards.request_parts import side_of
from cards.safe import bare
from dialogs import counterpart, form_prompt
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.words import means

ACCESSIBILITY: Final = ("captions", "lsq", "asl", "documents")
_NOTE = 500


class Parties(Step):
    """Which side one is on, and who is asked to agree for the other."""

    key = "parties"
    needs = ("side", "counterpart")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The picker stays usable while the directory is away: it is Teams' own."""
        tr = ctx.tr
        return [
            kit.choice_input(
                "side",
                tr.t("request.side.label"),
                tr.t("request.side.wrong"),
                [kit.choice(tr.t(f"request.side.{s.value}.mine"), s.value) for s in Side],
                value=answers.get("side"),
                expanded=True,
            ),
            *counterpart.build_inputs(answers, ctx),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A side by its name or, while none is chosen, by one's role; else somebody's name."""
        side = await self._side(text, answers, ctx)
        if side:
            answers["side"] = side
            return {"side": side}
        return await counterpart.hear(text, answers, ctx)

    async def _side(self, text: str, answers: Answers, ctx: Ctx) -> str | None:
        open_still = "side" not in answers
        for side in Side:
            if means(text, f"request.word.{side.value}", ctx.catalogues) or (
                open_still and means(text, f"request.role.{side.value}", ctx.catalogues)
            ):
                return side.value
        if not open_still:
            return None
        first, *_ = await self.build(answers, ctx)
        return form_prompt.read(first, text, ctx.now().date())

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The two must be of different parties, as far as is known."""
        side = Side(values["side"])
        answers["side"] = side.value
        chosen = await counterpart.parse(values, answers, ctx, side.other)
        return {"side": side.value, **chosen}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """For the employer; with Union representative, Ottawa, for the union."""
        tr, side = ctx.tr, Side(answers["side"])
        return tr.t(
            "request.parties",
            own=side_of(side.value, tr),
            name=counterpart.name_of(answers, ctx),
            other=side_of(side.other.value, tr),
        )


class Group(Step):
    """How many, in which language, with which needs."""

    key = "group"
    needs = ("participants", "language")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The language is the reader's own until another is chosen."""
        tr, rules = ctx.tr, ctx.rules
        return [
            kit.number_input(
                "participants",
                tr.t("request.participants.label"),
                tr.t("request.participants.wrong", least=rules.smallest_team, most=rules.capacity),
                value=answers.get("participants"),
                least=rules.smallest_team,
                most=rules.capacity,
            ),
            kit.choice_input(
                "language",
                tr.t("request.language.label"),
                tr.t("request.language.wrong"),
                [kit.choice(tr.t(f"request.language.{each}"), each) for each in ("en", "fr")],
                value=answers.get("language", ctx.reader.language),
                expanded=True,
            ),
            kit.multi_input(
                "accessibility",
                tr.t("request.accessibility.label"),
                tr.t("request.accessibility.wrong"),
                [
                    kit.choice(tr.sentence(tr.t(f"request.accessibility.{kind}")), kind)
                    for kind in ACCESSIBILITY
                ],
                value=answers.get("accessibility", ()),
            ),
            kit.text_input(
                "accessibility_note",
                tr.t("request.accessibility_note.label"),
                tr.t("request.accessibility_note.wrong"),
                value=answers.get("accessibility_note", ""),
                required=False,
                multiline=True,
                limit=_NOTE,
            ),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A number first; a language, a need; then anything that helps."""
        elements = [e for e in await self.build(answers, ctx) if e["type"] != "Input.Text"]
        heard = form_prompt.place(elements, text, {}, ctx.now().date())
        if heard is None and "participants" not in answers:
            raise Refusal("participants_missing", field="participants")
        return heard

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The needs as a list, in our order."""
        ticked = values["accessibility"].split(",")
        return {
            "participants": check_participants(int(values["participants"]), ctx.rules),
            "language": values["language"],
            "accessibility": [kind for kind in ACCESSIBILITY if kind in ticked],
            "accessibility_note": bare(values["accessibility_note"]),
        }

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """12 people, in English, captions; a quiet room."""
        tr = ctx.tr
        kinds = [tr.t(f"request.accessibility.{kind}") for kind in answers["accessibility"]]
        said = [
            tr.n("request.people", answers["participants"]),
            tr.t(f"request.in.{answers['language']}"),
            *kinds,
        ]
        note = answers["accessibility_note"]
        return "; ".join([", ".join(said), note] if note else [", ".join(said)])
