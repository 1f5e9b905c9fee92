"""Roles: administrators look at them, grant them and take them back.

the list ──▶ whom, which role ──▶ granted (the person is told), the list again
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain import catalogue
from bot.domain.errors import OutsideFault, Refusal
from bot.domain.people import Role, Side
from cards import actions, kit
from cards.actions import Action
from cards.inputs import PEOPLE
from cards.roles import build_roles, role_words
from dialogs import form_prompt
from dialogs.context import Card, Ctx, Reply, begin, show
from dialogs.flow import Answers, Element, Flow, FormErrors, Step, Values
from dialogs.routes import Routes

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_NAME = 100


class Whom(Step):
    """The person, the role; for a coordinator also the region and the side."""

    key = "whom"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The picker, and three lists."""
        tr = ctx.tr
        chosen: dict[str, str] = answers.get("picked", {})
        regions = [kit.choice(r.name[tr.language], r.key) for r in catalogue.regions()]
        return [
            kit.search_input(
                "person",
                tr.t("roles.person.label"),
                tr.t("roles.person.wrong"),
                PEOPLE,
                choices=[kit.choice(name, person_id) for person_id, name in chosen.items()],
            ),
            kit.choice_input(
                "role",
                tr.t("roles.role.label"),
                tr.t("roles.role.wrong"),
                [kit.choice(tr.t(f"roles.role.{role.value}"), role.value) for role in Role],
                value=Role.COORDINATOR.value,
                expanded=True,
            ),
            kit.choice_input(
                "region",
                tr.t("roles.region.label"),
                tr.t("error.region_unknown"),
                regions,
                required=False,
            ),
            kit.choice_input(
                "side",
                tr.t("roles.side.label"),
                tr.t("error.side_unknown"),
                [kit.choice(tr.sentence(tr.t(f"common.side.{s.value}")), s.value) for s in Side],
                required=False,
            ),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A name or an e-mail is looked up; the lists are read by the form.

        Raises:
            Refusal: nobody, or several people, or the directory is away.
        """
        for asked in (await self.build(answers, ctx))[1:]:
            read = form_prompt.read(asked, text, ctx.now().date())
            if read:
                return {asked["id"]: read}
        words = form_prompt.quoted(text)
        try:
            found = await ctx.services.people.search(text.strip()[:_LONGEST_NAME], limit=2)
        except OutsideFault:
            raise Refusal("directory_away", field="person", text=words) from None
        if len(found) != 1:
            code = "person_several" if found else "person_not_found"
            raise Refusal(code, field="person", text=words)
        answers["picked"] = {found[0].person_id: found[0].name}
        return {"person": found[0].person_id}

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """A coordinator's role needs both a region and a side."""
        person_id = values["person"].lower()
        wrong: list[Refusal] = []
        if not _ID.fullmatch(person_id):
            wrong.append(Refusal("person_unknown", field="person"))
        if values["role"] == Role.COORDINATOR.value:
            wrong += [
                Refusal(f"{key}_unknown", field=key)
                for key in ("region", "side")
                if not values[key]
            ]
        if wrong:
            raise FormErrors(wrong)
        return {**values, "person": person_id}


class GrantRole(Flow):
    """Grant one role to one person."""

    name = "roles_grant"
    steps = (Whom(),)
    drafted = False

    async def finish(self, answers: Answers, ctx: Ctx) -> Card:
        """Grant it, and show the list."""
        try:
            person = await ctx.services.people.introduce(answers["person"])
        except Refusal as refusal:
            refusal.field = "person"
            raise
        role, region, side = Role(answers["role"]), answers["region"], answers["side"]
        if role is not Role.COORDINATOR:
            region = side = ""
        new = await ctx.services.roles.grant(ctx.me, person.person_id, role, region, side)
        said = ctx.tr.t(
            "roles.granted" if new else "roles.had",
            name=person.name or ctx.tr.t("common.somebody"),
            role=role_words(role, region, side, ctx.tr),
        )
        return build_roles(await ctx.services.roles.all(ctx.me), 0, ctx.tr, said=said)


routes = Routes(GrantRole())


@routes.on(actions.ROLES_OPEN)
async def roles_opened(ctx: Ctx, action: Action) -> Reply:
    """The list."""
    views = await ctx.services.roles.all(ctx.me)
    return show(build_roles(views, max(action.number("first"), 0), ctx.tr))


@routes.on(actions.ROLES_GRANT)
async def role_granted(ctx: Ctx, action: Action) -> Reply:
    """Begin the form; refused at once to whoever is no administrator."""
    await ctx.services.roles.all(ctx.me)
    return begin("roles_grant")


@routes.on(actions.ROLES_REVOKE, otherwise=actions.ROLES_OPEN)
async def role_revoked(ctx: Ctx, action: Action) -> Reply:
    """Take a role back, and show the list."""
    try:
        role = Role(action.text("role"))
    except ValueError:
        raise Refusal("card_bad") from None
    region, side = action.text("region"), action.text("side")
    taken = await ctx.services.roles.revoke(ctx.me, action.subject.lower(), role, region, side)
    views = await ctx.services.roles.all(ctx.me)
    said = ctx.tr.t("roles.revoked" if taken else "roles.revoked.before")
    return show(build_roles(views, 0, ctx.tr, said=said))
