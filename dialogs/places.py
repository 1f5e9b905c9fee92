"""Whose people, and where: the inputs that several forms have for an organization and a region."""

from __future__ import annotations

from bot.domain import catalogue
from bot.domain.errors import Refusal
from bot.domain.text import closest, fold
from bot.services.request_form import check_places
from cards import kit
from cards.request_parts import organization_name
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Values

ORGANIZATIONS = "organizations"
LONGEST = 200  # a longer text is no organization's name
_SHORTEST = 4  # letters of a name's beginning
_NAMED = 4  # so many organizations are named when several fit


def build_inputs(answers: Answers, ctx: Ctx) -> list[Element]:
    """The organization, searched as one types, and the region; filled in from the last time."""
    tr = ctx.tr
    chosen = answers.get("organization")
    return [
        kit.search_input(
            "organization",
            tr.t("request.organization.label"),
            tr.t("request.organization.wrong"),
            ORGANIZATIONS,
            value=chosen,
            choices=[kit.choice(organization_name(chosen, tr), chosen)] if chosen else [],
            hint=tr.t("request.organization.hint"),
        ),
        kit.choice_input(
            "region",
            tr.t("request.region.label"),
            tr.t("request.region.wrong"),
            [kit.choice(tr.value(r.name), r.key) for r in catalogue.regions()],
            value=answers.get("region"),
        ),
    ]


def hear_region(text: str, answers: Answers) -> Values | None:
    """A region by its name, in either language.

    Once the organization is known, the beginning of the region's name will do.
    """
    names = {name: r.key for r in catalogue.regions() for name in r.name.values()}
    region = closest(text, names)
    if region:
        return {"region": names[region]}
    typed = fold(text)
    if len(typed) < _SHORTEST or "organization" not in answers or "region" in answers:
        return None
    begun = {key for name, key in names.items() if fold(name).startswith(typed)}
    return {"region": begun.pop()} if len(begun) == 1 else None


def hear_organization(text: str, answers: Answers, ctx: Ctx) -> Values | None:
    """One that fits, kept at once: what is typed next is something else.

    Raises:
        Refusal: `organization_several`.
    """
    exact = catalogue.find_organization(text)
    if exact is None and "organization" in answers:
        return None
    found = (exact,) if exact else catalogue.search_organizations(text, ctx.tr.language)
    if len(found) > 1:
        several = [ctx.tr.value(each.name) for each in found[:_NAMED]]
        raise Refusal("organization_several", field="organization", names=several)
    if not found:
        return None
    answers["organization"] = found[0].id
    return {"organization": found[0].id}


def parse(values: Values) -> Answers:
    """An organization and a region of the lists; who types gets the one that fits.

    Raises:
        Refusal: `organization_unknown`, `region_unknown`.
    """
    named = catalogue.find_organization(values["organization"])
    organization = named.id if named else values["organization"]
    check_places(organization, values["region"])
    return {"organization": organization, "region": values["region"]}


async def search_organizations(ctx: Ctx, text: str) -> list[tuple[str, str]]:
    """What the organization's input is searched by, as one types."""
    found = catalogue.search_organizations(text, ctx.tr.language)
    return [(entry.id, organization_name(entry.id, ctx.tr)) for entry in found]
