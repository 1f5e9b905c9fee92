"""Choosing one person in a form: with Teams' people picker, or by a typed name or e-mail."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from bot.domain.errors import OutsideFault, Refusal
from bot.services.ports import DirectoryPerson
from cards import kit
from cards.inputs import PEOPLE
from dialogs import form_prompt
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Values

Check = Callable[[str], Awaitable[None]]

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 100
_MOST = 6


class Picker:
    """One input for one person.

    Attributes:
        field: The input's id, and the answer with the chosen person's id.
        texts: Its text keys begin so: `.label`, `.other` (below those found), `.wrong`, `.hint`.
        found: Among the answers, whom a typed name found, to choose from.
        names: Among the answers, the names of those found or chosen, by id.
    """

    def __init__(self, field: str, texts: str, *, found: str = "", names: str = "") -> None:
        self.field = field
        self.texts = texts
        self.found = found or f"{field}_found"
        self.names = names or f"{field}_names"

    def build(self, answers: Answers, ctx: Ctx) -> list[Element]:
        """The picker; above it, the people that a typed name may mean."""
        tr = ctx.tr
        found: list[list[str]] = answers.get(self.found, [])
        chosen = answers.get(self.field)
        name = answers.get(self.names, {}).get(chosen) or tr.t("common.somebody")
        several = kit.choice_input(
            "found",
            tr.t("request.found.label"),
            tr.t("request.found.wrong"),
            [kit.choice(title, person_id) for person_id, title in found],
            required=False,
            expanded=True,
        )
        picker = kit.search_input(
            self.field,
            tr.t(f"{self.texts}.other" if found else f"{self.texts}.label"),
            tr.t(f"{self.texts}.wrong"),
            PEOPLE,
            value=None if found else chosen,
            choices=[kit.choice(name, chosen)] if chosen and not found else [],
            required=not found,
            hint=tr.t(f"{self.texts}.hint"),
        )
        return [several, picker] if found else [picker]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Look a typed name or e-mail up in the directory.

        The answers remember who was found, so that the card can offer them.
        """
        if len(text) > _LONGEST or not any(char.isalpha() for char in text):
            found = self.build(answers, ctx)[0]
            return _pick(found, text, ctx) if found["id"] == "found" else None
        if answers.get(self.found):
            picked = _pick(self.build(answers, ctx)[0], text, ctx)
            if picked:
                return picked
        words = form_prompt.quoted(text)
        try:
            people = await ctx.services.people.search(text.strip(), limit=_MOST)
        except OutsideFault:
            raise Refusal("directory_away", field=self.field, text=words) from None
        answers.pop(self.found, None)
        if not people:
            raise Refusal("person_not_found", field=self.field, text=words)
        answers[self.names] = {person.person_id: person.name for person in people}
        if len(people) > 1:
            answers[self.found] = [[person.person_id, _title(person)] for person in people]
            raise Refusal("person_several", field="found", text=words)
        answers[self.field] = people[0].person_id
        return {self.field: people[0].person_id}

    async def parse(self, values: Values, answers: Answers, ctx: Ctx, check: Check) -> Answers:
        """Who was chosen, known by name from now on, once the form's own `check` lets them pass.

        Raises:
            Refusal: `person_unknown`, or what the check refuses.
        """
        chosen = (values.get(self.field) or values.get("found", "")).lower()
        if not chosen:
            raise Refusal("required", field=self.field)
        if not _ID.fullmatch(chosen):
            raise Refusal("person_unknown", field=self.field)
        await check(chosen)
        try:
            person = await ctx.services.people.introduce(chosen)
        except Refusal as refusal:
            refusal.field = self.field
            raise
        name = person.name or answers.get(self.names, {}).get(chosen)
        return {**self.filled(chosen, name), self.found: None}

    def name(self, answers: Answers, ctx: Ctx) -> str:
        """The chosen person's name, once it is known."""
        names: dict[str, str] = answers.get(self.names, {})
        return names.get(answers[self.field]) or ctx.tr.t("common.somebody")

    def filled(self, person_id: str, name: str | None) -> Answers:
        """The answers with somebody chosen already."""
        return {self.field: person_id, self.names: {person_id: name} if name else {}}


def _pick(found: Element, text: str, ctx: Ctx) -> Values | None:
    picked = form_prompt.read(found, text, ctx.now().date())
    return {"found": picked} if picked else None


def _title(person: DirectoryPerson) -> str:
    """Enough to tell two people of one name apart."""
    more: Sequence[str | None] = (person.job_title, person.department, person.mail)
    return ", ".join([person.name, *(part for part in more if part)])
