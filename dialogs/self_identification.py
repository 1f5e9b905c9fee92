"""Self-identification: one step of its own, optional, kept sealed from its first moment.

In the application's form it stands right before the review; alone, it says it later or anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from bot.domain.errors import Refusal
from bot.domain.text import fold
from cards import kit
from cards.self_identification import CHOICES, build_step
from dialogs.application_reply import done, stands
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.words import variants

# In the answers: the seal of what was chosen, "" where nothing was; whether something was said
# before, whether that is to be erased, and whether there is no key to seal with.
SEALED: Final = "self_identification"
GIVEN: Final = "self_identification_given"
FORGET: Final = "self_identification_forget"
NOT_ASKED: Final = "self_identification_off"

_NUMBERS = re.compile(r"[\d\s,;.]+")


def asked_at_all(ctx: Ctx) -> Answers:
    """For a form's `begin`: without a key of the vault the step does not apply."""
    return {} if ctx.services.self_identification.available else {NOT_ASKED: True}


class SelfIdentify(Step):
    """The step. Its answer is a seal; the choices themselves leave no trace in the form."""

    key = "self_identification"
    private = True

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The notice and the choices; what was sealed before is not shown."""
        given = self._stands(answers, ctx) or bool(answers.get(GIVEN))
        return build_step(ctx.tr, first=ctx.rules.selection_priority, given=given)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Seal what was chosen. Nothing chosen keeps what was sealed before, unless taken back.

        Raises:
            Refusal: `self_identification_off`, where the keys went while the form was kept.
        """
        chosen = [CHOICES[int(n) - 1] for n in values["groups"].split(",") if n]
        if chosen:
            service = ctx.services.self_identification
            if not service.available:
                raise Refusal("self_identification_off", field="groups")
            return {SEALED: service.seal(chosen), FORGET: None}
        if values.get("forget") == "true":
            return {SEALED: "", FORGET: True}
        return {SEALED: answers[SEALED] if self._stands(answers, ctx) else ""}

    def _stands(self, answers: Answers, ctx: Ctx) -> bool:
        """Whether what was sealed in this form can still be opened."""
        return ctx.services.self_identification.readable(answers.get(SEALED, ""))

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Numbers alone, so that the words do not stand in the chat; or the word to pass over.

        Raises:
            Refusal: `self_identification_numbers`, for anything else, which is not quoted.
        """
        typed = fold(text)
        if typed in _said("skip", ctx):
            return {"groups": ""}
        if typed in _said("forget", ctx):
            return {"groups": "", "forget": "true"}
        numbers = [int(n) for n in re.findall(r"\d+", text)] if _NUMBERS.fullmatch(text) else []
        if not numbers or not all(1 <= n <= len(CHOICES) for n in numbers):
            raise Refusal("self_identification_numbers", field="groups", most=len(CHOICES))
        return {"groups": ",".join(map(str, sorted(set(numbers))))}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Whether something was said, not what."""
        return ctx.tr.t(f"self_identification.said.{'yes' if answers.get(SEALED) else 'no'}")

    def skip(self, answers: Answers) -> bool:
        """It needs the vault's key."""
        return bool(answers.get(NOT_ASKED))


class WithdrawStep(Step):
    """The last question before it is erased."""

    key = "confirm"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What stays."""
        return [kit.text(ctx.tr.t("self_identification.withdraw.question"))]


class WithdrawSelfIdentification(Flow):
    """Erase it by typed words, which are asked about once more."""

    name = "self_identification_withdraw"
    texts = "self_identification.withdraw"
    drafted = False
    steps: ClassVar[Sequence[Step]] = (WithdrawStep(),)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """Of which application."""
        return ctx.tr.t(self.text_key("title"), reference=answers.get("reference", ""))

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Erase it alone."""
        return await erase(answers["application_id"], ctx)

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The application's own card."""
        return stands(await ctx.services.applications.view(ctx.me, answers["application_id"]), ctx)


async def erase(application_id: str, ctx: Ctx) -> Reply:
    """Erase it alone; the application's card says so. Twice says the same."""
    await ctx.services.self_identification.withdraw(ctx.me, application_id)
    view = await ctx.services.applications.view(ctx.me, application_id)
    return done(view, ctx, ctx.tr.t("self_identification.done.withdrawn"))


class GiveSelfIdentification(Flow):
    """The same step alone: after the application was sent, while coordinators still select."""

    name = "self_identification"
    drafted = False
    steps: ClassVar[Sequence[Step]] = (SelfIdentify(),)

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Whether something was said already.

        Raises:
            Refusal: `self_identification_off`, without a key.
            MovedOn: `application_moved_on`, once coordinators have selected.
        """
        service = ctx.services.self_identification
        if not service.available:
            raise Refusal("self_identification_off")
        given = await service.check_open(ctx.me, options["application_id"])
        return {**options, **({GIVEN: True} if given else {})}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Keep it, or erase what was kept; nothing chosen changes nothing."""
        service, application_id = ctx.services.self_identification, answers["application_id"]
        said = "unchanged"
        if answers.get(SEALED):
            await service.replace(ctx.me, application_id, answers[SEALED])
            said = "given"
        elif answers.get(FORGET) and await service.withdraw(ctx.me, application_id):
            said = "withdrawn"
        view = await ctx.services.applications.view(ctx.me, application_id)
        return done(view, ctx, ctx.tr.t(f"self_identification.done.{said}"))

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The application's own card comes back."""
        return stands(await ctx.services.applications.view(ctx.me, answers["application_id"]), ctx)


def _said(word: str, ctx: Ctx) -> frozenset[str]:
    """The words of both languages for one meaning."""
    key = f"self_identification.word.{word}"
    both = (ctx.catalogues.texts(language).singles[key] for language in ("en", "fr"))
    return frozenset(fold(each) for text in both for each in variants(text))
