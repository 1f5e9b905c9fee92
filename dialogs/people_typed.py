"""Looking typed names up in the directory: one, or several with marks between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.errors import OutsideFault, Refusal
from bot.services.ports import DirectoryPerson
from dialogs import form_prompt
from dialogs.context import Ctx
from dialogs.flow import Answers

# Among the answers: the names of those found, by id; and whom one typed name may mean.
PICKED: Final = "picked"
MAYBE: Final = "maybe"

_LONGEST: Final = 100  # a name, or an e-mail address
_FOUND: Final = 6  # people that one typed name may mean


async def look_up(text: str, answers: Answers, ctx: Ctx) -> None:
    """Keep whom typed words mean: one name, which may have a comma in it, or several.

    Raises:
        Refusal: as `_keep`, for the first name that nobody or several people answer to.
    """
    several = parts(text, ",")
    if len(several) > 1:
        people = await _search(text, ctx)
        if len(people) != 1:
            for name in several:
                _keep(await _search(name, ctx), name, answers)
            return
    else:
        people = await _search(text, ctx)
    _keep(people, text, answers)


async def _search(name: str, ctx: Ctx) -> Sequence[DirectoryPerson]:
    try:
        return await ctx.services.people.search(name[:_LONGEST], limit=_FOUND)
    except OutsideFault:
        words = form_prompt.quoted(name)
        raise Refusal("directory_away", field="people", text=words) from None


def _keep(people: Sequence[DirectoryPerson], name: str, answers: Answers) -> None:
    """Note the one who is meant.

    Raises:
        Refusal: it is nobody, or several people (the answers keep them to choose from).
    """
    words = form_prompt.quoted(name)
    if not people:
        raise Refusal("person_not_found", field="people", text=words)
    if len(people) > 1:
        answers[MAYBE] = [
            [each.person_id, ", ".join(filter(None, [each.name, each.job_title, each.mail]))]
            for each in people
        ]
        raise Refusal("person_several", field="found", text=words)
    answers.setdefault(PICKED, {})[people[0].person_id] = people[0].name


def parts(text: str, marks: str) -> list[str]:
    """The words between any of these marks."""
    return [part.strip() for part in re.split(f"[{marks}]", text) if part.strip()]
