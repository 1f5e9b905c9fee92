"""Choosing who: one co-facilitator a side, with what helps to choose, the best placed first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.domain.roster import Wish
from bot.services.candidates import Candidate, Candidates
from bot.services.ports import Availability
from cards import kit
from cards.notices import offering_title
from cards.pairing_words import kept_reasons, plain_reasons, reasons_words
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values

if TYPE_CHECKING:
    from bot.i18n import Translator

SHOWN: Final = 40  # of one side, in the list; the best placed come first
IN_VIEW: Final = 6  # more than that go into a drop-down
NAMED: Final = 10  # of those who cannot be asked

Entry = dict[str, Any]


async def found_people(request_id: str, starts_at: datetime, ctx: Ctx) -> Answers:
    """Who could lead then, as plain answers: the list that is chosen from stays the same."""
    found = await ctx.services.staffing.candidates(ctx.me, request_id, starts_at)
    return {
        "people": [_entry(one) for side in Side for one in found.of(side)[:SHOWN]],
        "calendars": found.calendars_answered,
        "totals": {side.value: found.totals[side] for side in Side},
        "left_out": {side.value: _left_out(found, side) for side in Side},
    }


class ChosenLead(Step):
    """The co-facilitator of one side."""

    needs: tuple[str, ...]

    def __init__(self, side: Side) -> None:
        self.side = side
        self.key = side.value
        self.needs = (side.value,)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The best placed is filled in; the coordinator decides."""
        await look_again(self.side, answers, ctx)
        return person_elements(self.key, self.side, answers, ctx)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Somebody of the list."""
        return {self.key: chosen(self.key, values)}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Their name."""
        return name_of(answers[self.key], answers, ctx)


async def look_again(side: Side, answers: Answers, ctx: Ctx) -> None:
    """Where there was nobody of a side, somebody may have been added since."""
    if not of_side(side, answers):
        starts_at = datetime.fromisoformat(answers["starts_at"])
        answers.update(await found_people(answers["request_id"], starts_at, ctx))


def person_elements(key: str, side: Side, answers: Answers, ctx: Ctx) -> list[Element]:
    """The list to choose from, or why there is none and what can be done."""
    tr = ctx.tr
    people = of_side(side, answers)
    others = _others(side, answers, tr)
    if not people:
        words = tr.t(
            "triage.nobody.then" if others else "triage.nobody",
            side=tr.t(f"common.of_side.{side.value}"),
            title=offering_title(answers["offering"], tr),
        )
        return [kit.notice(words, kit.Tone.WARNING), *others]
    away = None if answers["calendars"] else kit.notice(tr.t("triage.away"), kit.Tone.WARNING)
    likely = next((p["id"] for p in people if not (p["engaged"] or p["busy"] == "busy")), None)
    return [
        *([away] if away else []),
        kit.choice_input(
            key,
            tr.t(f"triage.person.{side.value}"),
            tr.t("triage.person.wrong"),
            [kit.choice(_described(p, answers, ctx), p["id"]) for p in people],
            value=answers.get(key, likely),
            expanded=len(people) <= IN_VIEW,
        ),
        *others,
    ]


def _others(side: Side, answers: Answers, tr: Translator) -> list[Element]:
    """How many there are beyond the list, and who cannot be asked for that time, and why."""
    lines: list[Element] = []
    shown, total = len(of_side(side, answers)), answers["totals"][side.value]
    if shown < total:
        lines.append(kit.subtle(tr.t("triage.best_of", n=shown, total=total)))
    out = answers["left_out"][side.value]
    if out["people"]:
        people = "; ".join(
            tr.t(
                "triage.left_out.one",
                name=one["name"] or tr.t("common.somebody"),
                why=reasons_words(kept_reasons(one["why"]), tr),
            )
            for one in out["people"]
        )
        if out["more"]:
            people = tr.n("triage.left_out.more", out["more"], people=people)
        lines.append(kit.subtle(tr.t("triage.left_out", people=people)))
    return lines


def chosen(key: str, values: Values) -> str:
    """The person chosen.

    Raises:
        Refusal: there was nobody to choose.
    """
    if not values.get(key):
        raise Refusal("nobody_qualifies")
    return values[key]


def of_side(side: Side, answers: Answers) -> list[Entry]:
    """Those who qualify on one side, the best placed first."""
    return [person for person in answers["people"] if person["side"] == side.value]


def name_of(person_id: str, answers: Answers, ctx: Ctx) -> str:
    """The name of somebody in the list."""
    names = {person["id"]: person["name"] for person in answers["people"]}
    return names.get(person_id) or ctx.tr.t("common.somebody")


def warning(person_id: str, answers: Answers, ctx: Ctx) -> Element | None:
    """What speaks against somebody at that time, said once more before the offer goes."""
    person = next((p for p in answers["people"] if p["id"] == person_id), None)
    against = person and placed(person["busy"], engaged=person["engaged"])
    if not against or against in ("free", "unknown"):
        return None
    name = name_of(person_id, answers, ctx)
    return kit.notice(ctx.tr.t(f"triage.warning.{against}", name=name), kit.Tone.WARNING)


def placed(busy: str, *, engaged: bool) -> str:
    """How somebody is placed at a time, in one word: our own sessions go before Outlook's."""
    return "engaged" if engaged else busy


def _left_out(found: Candidates, side: Side) -> dict[str, Any]:
    """Those of one side, the first few by name."""
    theirs = sorted(
        (one for one in found.left_out if one.side is side),
        key=lambda one: (one.person.name or "", one.person.person_id),
    )
    return {
        "people": [
            {"name": one.person.name, "why": plain_reasons(one.reasons)} for one in theirs[:NAMED]
        ],
        "more": max(0, len(theirs) - NAMED),
    }


def _entry(one: Candidate) -> Entry:
    return {
        "id": one.person.person_id,
        "name": one.person.name,
        "side": one.side.value,
        "load": one.load,
        "near": one.same_region,
        "busy": one.availability.value,
        "engaged": one.engaged,
        "wish": None if one.wish is Wish.USUAL else f"wish.{one.wish.value}",
    }


def _described(person: Entry, answers: Answers, ctx: Ctx) -> str:
    """Name: free then, 3 sessions in 18 months, same region, said they would like fewer."""
    tr = ctx.tr
    state = placed(person["busy"], engaged=person["engaged"])
    if state == Availability.UNKNOWN.value and not answers["calendars"]:
        state = "away"
    words = tr.t(
        "triage.candidate",
        name=person["name"] or tr.t("common.somebody"),
        placed=tr.t(f"triage.placed.{state}"),
        load=tr.n("triage.load", person["load"], months=ctx.rules.load_months),
        near=tr.t("triage.near" if person["near"] else "triage.far"),
    )
    if not person["wish"]:
        return words
    wish = tr.t(f"pairing.reason.{person['wish']}")
    return tr.t("triage.candidate.wish", candidate=words, wish=wish)
