"""The roster: a facilitator's own place on it, and the list for those who steer a region.

my facilitation ──▶ how much I lead ──▶ saved          pause, leave ──▶ sure? ──▶ done
the roster ──▶ one facilitator ──▶ certify topics, pause, resume, take off, bring back
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot.domain import catalogue
from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.domain.roster import Standing, Wish
from bot.services.desk import facilitator_subject
from bot.services.roster_views import FacilitatorView, RosterFilter, local_day
from cards import actions, kit
from cards.actions import Action
from cards.notices import offering_title, person_name
from cards.roster import build_facilitator, build_leads_first, question
from cards.roster_list import ANY, build_roster
from dialogs.context import Ctx, Reply, begin, show
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.routes import Routes

_MONTHS_AHEAD: Final = timedelta(days=91)  # the wish's usual length


class HowMuch(Step):
    """More, as usual or fewer, and until when."""

    key = "how_much"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The wish that holds now is filled in."""
        tr, today = ctx.tr, local_day(ctx.now(), ctx.reader.zone)
        return [
            kit.choice_input(
                "wish",
                tr.t("roster.wish.label"),
                tr.t("roster.wish.wrong"),
                [kit.choice(tr.t(f"roster.wish.{w.value}"), w.value) for w in reversed(Wish)],
                value=answers["wish"],
                expanded=True,
            ),
            kit.date_input(
                "until",
                tr.t("roster.wish.until.label"),
                tr.t("error.wish_until_missing"),
                value=answers["until"],
                required=False,
                first=today,
                last=today + timedelta(days=ctx.rules.furthest_days),
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """A wish for more or fewer has its last day."""
        usual = values["wish"] == Wish.USUAL.value
        if not usual and not values["until"]:
            raise Refusal("wish_until_missing", field="until")
        return {"wish": values["wish"], "until": values["until"]}


class WishFlow(Flow):
    """How much somebody would like to lead."""

    name = "roster_wish"
    steps = (HowMuch(),)
    drafted = False

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What they wish now, or what they typed."""
        view = await ctx.services.roster.mine(ctx.me)
        if "wish" not in view.may:
            raise Refusal("not_facilitator")
        until = view.facilitator.wish_until_on if view.wish is not Wish.USUAL else None
        ahead = local_day(ctx.now(), ctx.reader.zone) + _MONTHS_AHEAD
        return {
            "wish": options.get("wish") or view.wish.value,
            "until": (until or ahead).isoformat(),
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Keep it, and show how they stand."""
        until = date.fromisoformat(answers["until"]) if answers.get("until") else None
        return _wished(await ctx.services.roster.wish(ctx.me, Wish(answers["wish"]), until), ctx)

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply | None:
        """How they stand."""
        return _shown(await ctx.services.roster.mine(ctx.me), ctx)


class SureStep(Step):
    """The last question before somebody pauses or leaves by typed words."""

    key = "sure"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What follows."""
        view = await ctx.services.roster.mine(ctx.me)
        return [kit.text(question(view, answers["do"], ctx.tr))]


class PauseFlow(Flow):
    """Pause by typed words, which are asked about once more."""

    name = "roster_pause"
    steps = (SureStep(),)
    drafted = False

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The same as the button on the card."""
        return await _done(ctx, ctx.me, answers["do"])

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply | None:
        """How they stand."""
        return _shown(await ctx.services.roster.mine(ctx.me), ctx)


class RetireFlow(PauseFlow):
    """Leave the roster by typed words."""

    name = "roster_retire"


class Topics(Step):
    """Those that somebody is not trained in yet."""

    key = "topics"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """All the others of the catalogue."""
        held = set(answers["held"])
        return [
            kit.multi_input(
                "topics",
                ctx.tr.t("roster.topics.label"),
                ctx.tr.t("roster.topics.wrong"),
                [
                    kit.choice(offering_title(entry.key, ctx.tr), entry.key)
                    for entry in catalogue.offerings()
                    if entry.key not in held
                ],
                required=True,
            )
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Keys of the catalogue."""
        return {"topics": [key for key in values["topics"].split(",") if key]}


class Certify(Flow):
    """Certify a facilitator for further topics."""

    name = "roster_certify"
    steps = (Topics(),)
    drafted = False

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Who it is, and what they lead already."""
        view = await ctx.services.roster.view(ctx.me, options["person_id"])
        if len(view.facilitator.topics) == len(catalogue.offerings()):
            raise Refusal("topics_all_held")
        return {
            "person_id": view.facilitator.person_id,
            "name": person_name(view.person, ctx.tr),
            "held": list(view.facilitator.topics),
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Keep them; the facilitator is told."""
        view = await ctx.services.roster.certify(ctx.me, answers["person_id"], answers["topics"])
        said = ctx.tr.t("roster.said.certified", name=person_name(view.person, ctx.tr))
        return _shown(view, ctx, said, kit.Tone.GOOD)

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply | None:
        """The facilitator's card again."""
        return _shown(await ctx.services.roster.view(ctx.me, answers["person_id"]), ctx)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """Certify topics: Facilitator, Ottawa."""
        if "name" not in answers:
            return super().title(answers, ctx)
        return ctx.tr.t("roster_certify.title_of", name=answers["name"])


routes = Routes(WishFlow(), PauseFlow(), RetireFlow(), Certify())


@routes.on(actions.ROSTER_MINE)
async def mine_shown(ctx: Ctx, action: Action) -> Reply:
    """How I stand."""
    return _shown(await ctx.services.roster.mine(ctx.me), ctx)


@routes.on(actions.ROSTER_SHOW)
async def one_shown(ctx: Ctx, action: Action) -> Reply:
    """How somebody stands now."""
    return _shown(await ctx.services.roster.view(ctx.me, action.subject.lower()), ctx)


@routes.on(actions.ROSTER_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """The roster of my regions; what was typed may say what it is opened for."""
    which = _filter(action)
    page = await ctx.services.roster.list(ctx.me, which, max(action.number("first"), 0))
    hint = action.text("to")
    said = ctx.tr.t(f"roster.list.to_{hint}") if hint in ("certify", "bring_back") else None
    return show(build_roster(page, ctx.tr, said=said))


@routes.on(actions.ROSTER_WISH, otherwise=actions.ROSTER_MINE)
async def wish_begun(ctx: Ctx, action: Action) -> Reply:
    """As usual at once; more or fewer with the day until when."""
    wish = action.text("wish")
    if wish == Wish.USUAL.value:
        return _wished(await ctx.services.roster.wish(ctx.me, Wish.USUAL), ctx)
    if wish not in ("", Wish.MORE.value, Wish.FEWER.value):
        raise Refusal("card_bad")
    await ctx.services.roster.mine(ctx.me)
    return begin("roster_wish", wish=wish)


@routes.on(actions.ROSTER_PAUSE, otherwise=actions.ROSTER_SHOW)
async def paused(ctx: Ctx, action: Action) -> Reply:
    """Asked once more, then done."""
    return await _left(ctx, action, "pause")


@routes.on(actions.ROSTER_RETIRE, otherwise=actions.ROSTER_SHOW)
async def retired(ctx: Ctx, action: Action) -> Reply:
    """Asked once more, with what must be done first, then done."""
    return await _left(ctx, action, "retire")


@routes.on(actions.ROSTER_RESUME, otherwise=actions.ROSTER_SHOW)
async def resumed(ctx: Ctx, action: Action) -> Reply:
    """Back from a pause; where there is none, how they stand."""
    view = await ctx.services.roster.view(ctx.me, _whom(ctx, action))
    if view.facilitator.active:
        return _shown(view, ctx)
    view = await ctx.services.roster.resume(ctx.me, view.facilitator.person_id)
    return _shown(view, ctx, _said("resume", view, ctx), kit.Tone.GOOD)


@routes.on(actions.ROSTER_BRING_BACK, otherwise=actions.ROSTER_SHOW)
async def brought_back(ctx: Ctx, action: Action) -> Reply:
    """On the roster again."""
    view = await ctx.services.roster.bring_back(ctx.me, _whom(ctx, action))
    return _shown(view, ctx, _said("bring_back", view, ctx), kit.Tone.GOOD)


@routes.on(actions.ROSTER_CERTIFY, otherwise=actions.ROSTER_SHOW)
async def certifying_begun(ctx: Ctx, action: Action) -> Reply:
    """Choose the topics; refused at once where it is not the reader's to do."""
    view = await ctx.services.roster.view(ctx.me, _whom(ctx, action))
    if "certify" not in view.may:
        own = view.relation == "self"
        raise Refusal("not_yourself" if own else "off_the_roster")
    return begin("roster_certify", person_id=view.facilitator.person_id)


async def _left(ctx: Ctx, action: Action, do: str) -> Reply:
    view = await ctx.services.roster.view(ctx.me, _whom(ctx, action))
    if action.data.get("sure") is not True:
        if do not in view.may or view.relation != "self":
            return _shown(view, ctx)
        if do == "retire" and view.leads:
            return show(build_leads_first(view, ctx.tr))
        return begin(f"roster_{do}", do=do)
    return await _done(ctx, view.facilitator.person_id, do)


async def _done(ctx: Ctx, person_id: str, do: str) -> Reply:
    move = ctx.services.roster.pause if do == "pause" else ctx.services.roster.retire
    view = await move(ctx.me, person_id)
    return _shown(view, ctx, _said(do, view, ctx))


def _whom(ctx: Ctx, action: Action) -> str:
    """The facilitator that a button names; who types means themself."""
    return (action.id or ctx.me).lower()


def _said(do: str, view: FacilitatorView, ctx: Ctx) -> str:
    key = f"roster.said.{do}.{view.relation}"
    return ctx.tr.t(key, name=person_name(view.person, ctx.tr))


def _wished(view: FacilitatorView, ctx: Ctx) -> Reply:
    until = view.facilitator.wish_until_on
    said = ctx.tr.t(
        f"roster.said.wish.{view.wish.value}", until=ctx.tr.date(until) if until else ""
    )
    return _shown(view, ctx, said, kit.Tone.GOOD)


def _shown(
    view: FacilitatorView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.INFO
) -> Reply:
    card = build_facilitator(view, ctx.tr, said=said, tone=tone)
    return show(card, subject=facilitator_subject(view.facilitator.person_id))


_KNOWN: Final = {
    "side": frozenset(side.value for side in Side),
    "topic": frozenset(entry.key for entry in catalogue.offerings()),
    "language": frozenset(catalogue.LANGUAGES),
    "standing": frozenset(standing.value for standing in Standing),
    "region": frozenset(region.key for region in catalogue.regions()),
}


def _filter(action: Action) -> RosterFilter:
    """What the inputs or the button say. Raises `Refusal` for words of no list."""
    chosen = {key: action.text(key) for key in _KNOWN}
    if any(value not in ("", ANY) and value not in _KNOWN[key] for key, value in chosen.items()):
        raise Refusal("card_bad")
    return RosterFilter(
        **{key: None if value in ("", ANY) else value for key, value in chosen.items()}
    )
