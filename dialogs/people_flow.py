"""Adding people of the team to a session: with Teams' people picker, or by typed names.

who ──▶ added: who has a seat, who waits, who was there already, on the session's card
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.errors import MovedOn, Refusal
from bot.domain.sessions import JOINABLE
from bot.services.seats import MOST_ADDED, PeopleAdded
from bot.services.views import Named
from cards import actions, kit
from cards.actions import Action
from cards.notices import offering_title, person_name
from dialogs import form_prompt
from dialogs.context import Ctx, Reply, begin
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.people_typed import MAYBE, PICKED, look_up, parts
from dialogs.routes import Routes
from dialogs.session_actions import shown_session, the_session

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_TYPED: Final = 20  # names in one message: each is looked up
_NAMED: Final = 8  # in one list of the result; the others are counted


class Whom(Step):
    """The people, picked or typed, several at once."""

    key = "whom"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The picker, with whom typed names found; above it, those that one name may mean."""
        tr = ctx.tr
        picked: dict[str, str] = answers.get(PICKED, {})
        maybe: list[list[str]] = answers.get(MAYBE, [])
        found = kit.multi_input(
            "found",
            tr.t("seat.add.found.label"),
            tr.t("seat.add.found.wrong"),
            [kit.choice(title, person_id) for person_id, title in maybe],
        )
        picker = kit.person_input(
            "people",
            tr.t("seat.add.people.label"),
            tr.t("error.people_missing", most=MOST_ADDED),
            value=",".join(picked),
            several=True,
            required=not maybe,
            hint=tr.t("seat.add.people.hint"),
        )
        picker["choices"] = [kit.choice(name, person_id) for person_id, name in picked.items()]
        return [found, picker] if maybe else [picker]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Names or e-mails, parted by commas: each is looked up, those found are kept.

        Raises:
            Refusal: nobody, or several people, answer to one of them; the directory is away.
        """
        if answers.get(MAYBE):
            ticked = form_prompt.read((await self.build(answers, ctx))[0], text, ctx.now().date())
            if ticked:
                return {"found": ticked}
        answers.pop(MAYBE, None)
        names = parts(text, ";\n")
        if not names or len(parts(text, ";\n,")) > _MOST_TYPED:
            raise Refusal("people_missing", field="people", most=_MOST_TYPED)
        for name in names:
            await look_up(name, answers, ctx)
        return {"people": ",".join(answers[PICKED])}

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Ids of people whom the directory knows, one or more.

        Raises:
            Refusal: `people_missing`, `person_unknown`.
        """
        given = f"{values.get('found', '')},{values['people']}".lower().split(",")
        chosen = list(dict.fromkeys(filter(None, (each.strip() for each in given))))
        if not 0 < len(chosen) <= MOST_ADDED:
            raise Refusal("people_missing", field="people", most=MOST_ADDED)
        if not all(_ID.fullmatch(person_id) for person_id in chosen):
            raise Refusal("person_unknown", field="people")
        for person_id in chosen:
            await ctx.services.people.introduce(person_id)
        return {"chosen": chosen}


class AddPeople(Flow):
    """Add people to one session."""

    name = "add_people"
    texts = "seat.add"
    steps = (Whom(),)
    drafted = False

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The session; its card comes back if the form is given up."""
        view = await ctx.services.sessions.view(ctx.me, options["session_id"])
        return {"session_id": options["session_id"], "offering": view.session.offering}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Add them, and say on the session's card what became of each."""
        added = await ctx.services.seats.add_people(
            ctx.me, answers["session_id"], answers["chosen"]
        )
        tone = kit.Tone.GOOD if added.seated or added.waiting else kit.Tone.INFO
        return shown_session(added.view, ctx, None, added_words(added, ctx), tone)

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply | None:
        """The session's card again."""
        view = await ctx.services.sessions.view(ctx.me, answers["session_id"])
        return shown_session(view, ctx, None)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """Add people: Mental Health: Let's Talk!"""
        if "offering" not in answers:
            return super().title(answers, ctx)
        return ctx.tr.t("seat.add.title_of", title=offering_title(answers["offering"], ctx.tr))


def added_words(added: PeopleAdded, ctx: Ctx) -> str:
    """Who has a seat, who waits, who was there already, who leads."""
    outcomes = {
        "seated": added.seated,
        "waiting": added.waiting,
        "already": added.already,
        "leading": added.leading,
    }
    return " ".join(
        ctx.tr.sentence(ctx.tr.n(f"seat.add.{what}", len(people), names=_names(people, ctx)))
        for what, people in outcomes.items()
        if people
    )


routes = Routes(AddPeople())


@routes.on(actions.SESSION_ADD_PEOPLE, otherwise=actions.SESSION_SHOW)
async def adding_begun(ctx: Ctx, action: Action) -> Reply:
    """Begin the form; refused at once where nobody can be added, or not by this person."""
    view, _ = await the_session(ctx, action)
    session = view.session
    if "add_people" not in view.may:
        if session.status in JOINABLE and not view.begun:
            raise Refusal("people_not_yours")
        if view.begun:
            raise MovedOn("session_over", at=session.starts_at)
        raise MovedOn("session_moved_on", status=session.status.value, wanted="joined")
    return begin("add_people", session_id=session.session_id)


def _names(people: Sequence[Named], ctx: Ctx) -> str:
    names = [person_name(person, ctx.tr) for person in people]
    if len(names) <= _NAMED:
        return ctx.tr.list_and(names)
    others = len(names) - _NAMED
    return ctx.tr.n("session.people.more", others, names=", ".join(names[:_NAMED]))
