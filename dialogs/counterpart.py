"""Choosing a person of the other party: with Teams' people picker, or by a typed name or e-mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.errors import OutsideFault, Refusal
from bot.domain.people import Side
from bot.services.ports import DirectoryPerson
from cards import kit
from cards.inputs import PEOPLE
from dialogs import form_prompt
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Values

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST = 100
_MOST = 6

# Among the answers: whom a typed name found, to choose from, and the name of who was chosen.
_FOUND, _NAMES = "found_people", "names"


def build_inputs(answers: Answers, ctx: Ctx) -> list[Element]:
    """The picker; above it, the people that a typed name may mean."""
    tr = ctx.tr
    found: list[list[str]] = answers.get(_FOUND, [])
    chosen = answers.get("counterpart")
    name = answers.get(_NAMES, {}).get(chosen) or tr.t("common.somebody")
    several = kit.choice_input(
        "found",
        tr.t("request.found.label"),
        tr.t("request.found.wrong"),
        [kit.choice(title, person_id) for person_id, title in found],
        required=False,
        expanded=True,
    )
    picker = kit.search_input(
        "counterpart",
        tr.t("request.counterpart.other" if found else "request.counterpart.label"),
        tr.t("request.counterpart.wrong"),
        PEOPLE,
        value=None if found else chosen,
        choices=[kit.choice(name, chosen)] if chosen and not found else [],
        required=not found,
        hint=tr.t("request.counterpart.hint"),
    )
    return [several, picker] if found else [picker]


async def hear(text: str, answers: Answers, ctx: Ctx) -> Values | None:
    """Look a typed name or e-mail up in the directory.

    The answers remember who was found, so that the card can offer them.
    """
    if len(text) > _LONGEST or not any(char.isalpha() for char in text):
        found = build_inputs(answers, ctx)[0]
        return _pick(found, text, ctx) if found["id"] == "found" else None
    if answers.get(_FOUND):
        picked = _pick(build_inputs(answers, ctx)[0], text, ctx)
        if picked:
            return picked
    words = form_prompt.quoted(text)
    try:
        people = await ctx.services.people.search(text.strip(), limit=_MOST)
    except OutsideFault:
        raise Refusal("directory_away", field="counterpart", text=words) from None
    answers.pop(_FOUND, None)
    if not people:
        raise Refusal("person_not_found", field="counterpart", text=words)
    answers[_NAMES] = {person.person_id: person.name for person in people}
    if len(people) > 1:
        answers[_FOUND] = [[person.person_id, _title(person)] for person in people]
        raise Refusal("person_several", field="found", text=words)
    answers["counterpart"] = people[0].person_id
    return {"counterpart": people[0].person_id}


async def parse(values: Values, answers: Answers, ctx: Ctx, joint_side: Side) -> Answers:
    """Who was chosen, known by name from now on, and not of one's own party.

    Raises:
        Refusal: `person_unknown`, `counterpart_is_self`, `counterpart_same_side`.
    """
    chosen = (values.get("counterpart") or values.get("found", "")).lower()
    if not chosen:
        raise Refusal("required", field="counterpart")
    if not _ID.fullmatch(chosen):
        raise Refusal("person_unknown", field="counterpart")
    await ctx.services.requests.check_counterpart(ctx.me, chosen, joint_side)
    try:
        person = await ctx.services.people.introduce(chosen)
    except Refusal as refusal:
        refusal.field = "counterpart"
        raise
    name = person.name or answers.get(_NAMES, {}).get(chosen)
    return {"counterpart": chosen, _NAMES: {chosen: name} if name else {}, _FOUND: None}


def name_of(answers: Answers, ctx: Ctx) -> str:
    """The chosen person's name, once it is known."""
    names: dict[str, str] = answers.get(_NAMES, {})
    return names.get(answers["counterpart"]) or ctx.tr.t("common.somebody")


def prefilled(person_id: str, name: str | None) -> Answers:
    """The answers with somebody chosen already."""
    return {"counterpart": person_id, _NAMES: {person_id: name} if name else {}}


def _pick(found: Element, text: str, ctx: Ctx) -> Values | None:
    picked = form_prompt.read(found, text, ctx.now().date())
    return {"found": picked} if picked else None


def _title(person: DirectoryPerson) -> str:
    """Enough to tell two people of one name apart."""
    more: Sequence[str | None] = (person.job_title, person.department, person.mail)
    return ", ".join([person.name, *(part for part in more if part)])
