"""Requesting a conversation, and changing a request while nobody has agreed to it.

topic ──▶ place ──▶ parties ──▶ group ──▶ first date ──▶ other dates ──▶ review ──▶ submitted

Forms about a request that exists: another counterpart, an answer to the coordinators, withdrawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from bot.domain.errors import MovedOn
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.services.request_form import RequestForm
from bot.services.views import RequestView
from cards import kit
from cards.request_parts import name_of, side_of
from dialogs import counterpart, request_dates
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Flow, Step
from dialogs.progress import FORM_ID
from dialogs.request_dates import FirstDate, OtherDates
from dialogs.request_people import Group, Parties
from dialogs.request_reply import done, stands
from dialogs.request_steps import Place, Topic


class Review(Step):
    """All that was said, one line each, and what happens when it is sent."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The lines stand above; this says what follows."""
        tr, side = ctx.tr, Side(answers["side"])
        return [
            kit.text(
                tr.t(
                    "request.review",
                    name=counterpart.name_of(answers, ctx),
                    side=side_of(side.other.value, tr),
                )
            )
        ]


class EditReview(Review):
    """The same before the changes are saved."""

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Who sees them."""
        name = counterpart.name_of(answers, ctx)
        return [kit.text(ctx.tr.t("request.edit.review", name=name))]


class NewRequest(Flow):
    """The whole form."""

    name = "request"
    steps: ClassVar[Sequence[Step]] = (
        Topic(),
        Place(),
        Parties(),
        Group(),
        FirstDate(),
        OtherDates(),
        Review(),
    )

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Organization, region and team as last time."""
        organization, region, team = await ctx.services.people.last_places(ctx.me)
        known = {"organization": organization, "region": region, "team": team}
        return {key: value for key, value in known.items() if value}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Submit it, and say who is asked, and when they are reminded."""
        view = await ctx.services.requests.submit(ctx.me, form_of(answers))
        return done(view, ctx, submitted(view, ctx))


class EditRequest(NewRequest):
    """The same form, filled in, for a request that nobody has agreed to yet."""

    name = "request_edit"
    texts = "request"
    drafted = False
    filled = True
    steps: ClassVar[Sequence[Step]] = (*NewRequest.steps[:-1], EditReview())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What the request says now.

        Raises:
            MovedOn: it cannot be changed any more.
        """
        view = await ctx.services.requests.view(ctx.me, options["request_id"])
        if "edit" not in view.may:
            raise MovedOn("request_moved_on", status=view.request.status.value, wanted="edit")
        return {**options, **answers_of(view)}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Save the changes; the counterpart's card follows."""
        form = form_of(answers)
        view = await ctx.services.requests.edit(ctx.me, answers["request_id"], form)
        name = name_of(view.counterpart, ctx.tr)
        return done(view, ctx, ctx.tr.t("request.edited", counterpart=name))

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The request's own card comes back."""
        view = await ctx.services.requests.view(ctx.me, answers["request_id"])
        return stands(view, ctx)

    def text_key(self, rest: str) -> str:
        """The texts of the form, but for the last button's."""
        return super().text_key("edit.submit" if rest == "submit" else rest)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """Which request is being changed."""
        return ctx.tr.t("request.edit.title", reference=answers.get("reference", ""))


def submitted(view: RequestView, ctx: Ctx) -> str:
    """With whom the request is, and when I remind them."""
    tr, request = ctx.tr, view.request
    today_on = ctx.now().astimezone(ZoneInfo(request.zone)).date()
    return tr.t(
        "request.submitted",
        reference=request.reference,
        counterpart=name_of(view.counterpart, tr),
        day=tr.relative_day(ctx.services.requests.reminds_on(request), today_on),
    )


def form_of(answers: Answers) -> RequestForm:
    """What the answers ask for."""
    return RequestForm(
        form_id=answers[FORM_ID],
        offering=answers["offering"],
        organization=answers["organization"],
        region=answers["region"],
        team=answers["team"],
        side=Side(answers["side"]),
        counterpart_id=answers["counterpart"],
        participants=answers["participants"],
        language=answers["language"],
        zone=answers["zone"],
        preferred=request_dates.preferred(answers),
        visibility=Visibility(answers["visibility"]),
        accessibility=tuple(answers["accessibility"]),
        accessibility_note=answers["accessibility_note"],
    )


def answers_of(view: RequestView) -> Answers:
    """The answers that gave this request."""
    request = view.request
    return {
        "reference": request.reference,
        "offering": request.offering,
        "organization": request.organization,
        "region": request.region,
        "team": request.team,
        "visibility": request.visibility.value,
        "side": request.side.value,
        **counterpart.prefilled(request.counterpart_id, view.counterpart.name),
        "participants": request.participants,
        "language": request.language,
        "accessibility": list(request.accessibility),
        "accessibility_note": request.accessibility_note,
        **request_dates.fields(request.preferred_at, request.zone),
    }
