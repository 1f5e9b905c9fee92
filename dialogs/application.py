"""Becoming a facilitator: the form, and the same form again while the manager has not answered.

about ──▶ side ──▶ agent ──▶ languages ──▶ place ──▶ topics ──▶ experience ──▶ motivation
      (union only)                                                                  │
submitted ◀── review ◀── self-identification ◀── reference ◀── manager ◀────────────┘
                         (where there is a vault)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.domain.applications import EndorserKind
from bot.domain.errors import MovedOn
from bot.domain.people import Side
from bot.services.application_form import FLOW, ApplicationForm
from bot.services.application_views import ApplicationView
from cards import kit
from cards.application_parts import endorser_name
from dialogs.application_interests import LEVELS, Languages, Topics, Workplace
from dialogs.application_people import (
    MANAGER,
    REFERENCES,
    Manager,
    Reference,
    Words,
    reference_name,
)
from dialogs.application_reply import done, stands
from dialogs.application_steps import About, Agent, WhichSide
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Flow, Step
from dialogs.progress import FORM_ID
from dialogs.self_identification import SEALED, SelfIdentify, asked_at_all


class Review(Step):
    """All that was said, one line each, and what happens when it is sent."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The lines stand above; this says what follows."""
        same = answers["manager"] == answers["reference"]
        words = ctx.tr.t(
            "application.review.same" if same else "application.review",
            manager=MANAGER.name(answers, ctx),
            referee=reference_name(answers, ctx),
        )
        return [kit.text(words)]


class EditReview(Review):
    """The same before the changes are saved."""

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What saving does."""
        return [kit.text(ctx.tr.t("application.edit.review"))]


_ASKED: Sequence[Step] = (
    WhichSide(),
    Agent(),
    Languages(),
    Workplace(),
    Topics(),
    Words("experience"),
    Words("motivation"),
    Manager(),
    Reference(),
)


class Apply(Flow):
    """The whole form."""

    name = FLOW
    steps: ClassVar[Sequence[Step]] = (About(), *_ASKED, SelfIdentify(), Review())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Organization and region as last time.

        Raises:
            Refusal: this person may not apply now.
        """
        (await ctx.services.applications.eligibility(ctx.me)).check()
        organization, region, _ = await ctx.services.people.last_places(ctx.me)
        known = {"organization": organization, "region": region}
        return {**asked_at_all(ctx), **{key: value for key, value in known.items() if value}}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Submit it, and say who is asked."""
        view = await ctx.services.applications.submit(ctx.me, form_of(answers, ctx))
        return done(view, ctx, submitted(view, ctx))


class EditApplication(Apply):
    """The same form, filled in, while the manager has not answered.

    What was sealed has its own buttons on the card.
    """

    name = "application_edit"
    texts = "application"
    drafted = False
    filled = True
    steps: ClassVar[Sequence[Step]] = (*_ASKED, EditReview())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What the application says now.

        Raises:
            MovedOn: it cannot be changed any more.
        """
        view = await ctx.services.applications.view(ctx.me, options["application_id"])
        if "edit" not in view.may:
            status = view.application.status.value
            raise MovedOn("application_moved_on", status=status, wanted="edit")
        return {**options, **answers_of(view)}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Save the changes; whoever is named anew is asked."""
        form = form_of(answers, ctx)
        view = await ctx.services.applications.edit(ctx.me, answers["application_id"], form)
        return done(view, ctx, ctx.tr.t("application.edited"))

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The application's own card comes back."""
        return stands(await ctx.services.applications.view(ctx.me, answers["application_id"]), ctx)

    def text_key(self, rest: str) -> str:
        """The texts of the form, but for the last button's."""
        return super().text_key("edit.submit" if rest == "submit" else rest)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """Which application is being changed."""
        return ctx.tr.t("application.edit.title", reference=answers.get("reference_number", ""))


def submitted(view: ApplicationView, ctx: Ctx) -> str:
    """With whom the application is, and when I remind them."""
    application, tr = view.application, ctx.tr
    same = application.manager_id == application.reference_id
    return tr.n(
        "application.submitted.same" if same else "application.submitted",
        ctx.rules.endorsement_nudge_working_days,
        reference=application.reference,
        manager=endorser_name(view, EndorserKind.MANAGER, tr),
        referee=endorser_name(view, EndorserKind.REFERENCE, tr),
    )


def form_of(answers: Answers, ctx: Ctx) -> ApplicationForm:
    """What the answers ask for."""
    return ApplicationForm(
        form_id=answers[FORM_ID],
        side=Side(answers["side"]),
        levels={key.removeprefix("level_"): answers[key] for key in LEVELS},
        organization=answers["organization"],
        region=answers["region"],
        zone=ctx.reader.zone,
        topics=tuple(answers["topics"]),
        experience=answers["experience"],
        motivation=answers["motivation"],
        manager_id=answers["manager"],
        reference_id=answers["reference"],
        agent=answers.get("agent"),
        agent_other=answers.get("agent_other", ""),
        sealed=answers.get(SEALED) or None,
    )


def answers_of(view: ApplicationView) -> Answers:
    """The answers that gave this application; what was sealed is not among them."""
    application = view.application
    names = {sight.kind: sight.person.name for sight in view.endorsements}
    agent = {"agent": application.agent, "agent_other": application.agent_other}
    return {
        "reference_number": application.reference,
        "side": application.side.value,
        **(agent if application.agent else {}),
        **{f"level_{language}": level for language, level in application.levels.items()},
        "organization": application.organization,
        "region": application.region,
        "topics": list(application.topics),
        "experience": application.experience,
        "motivation": application.motivation,
        **MANAGER.filled(application.manager_id, names.get(EndorserKind.MANAGER)),
        **REFERENCES[application.side].filled(
            application.reference_id, names.get(EndorserKind.REFERENCE)
        ),
    }
