"""The first steps of a request: the topic, and whose team it is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain import catalogue
from bot.domain.errors import Refusal
from bot.domain.requests import Visibility
from bot.domain.text import closest, fold
from bot.services.request_form import usual_minutes
from cards import kit
from cards.catalogue import details_button, topic_length, topic_line
from cards.notices import offering_title
from cards.request_parts import organization_name
from cards.safe import bare
from dialogs import form_prompt, places
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values

_TEAM = 120
_SHORTEST = 4  # letters of a word that may stand for a choice


class Topic(Step):
    """Which conversation."""

    key = "topic"
    needs = ("offering",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Those that can be requested, each with its length and what it is."""
        tr = ctx.tr
        return [
            kit.choice_input(
                "offering",
                tr.t("request.offering.label"),
                tr.t("request.offering.wrong"),
                [
                    kit.choice(topic_line(entry, tr), entry.key)
                    for entry in catalogue.requestable_offerings()
                ],
                value=answers.get("offering"),
                expanded=True,
            )
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """By its title, or the beginning of it, in either language; or by its number."""
        entries = catalogue.requestable_offerings()
        titles = {title: entry.key for entry in entries for title in entry.title.values()}
        typed = fold(text[: places.LONGEST])
        starting = {key for title, key in titles.items() if typed and fold(title).startswith(typed)}
        if len(starting) == 1:
            return {"offering": starting.pop()}
        short = {title.split(":")[0]: key for title, key in titles.items()}
        meant = closest(text, {**titles, **short})
        if meant:
            return {"offering": {**titles, **short}[meant]}
        other = next((e for e in catalogue.offerings() if typed in _titles(e)), None)
        if other is not None:
            raise Refusal("offering_unavailable", field="offering")
        return None

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Only one that can be requested."""
        usual_minutes(values["offering"])
        return {"offering": values["offering"]}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Mental Health: Let's Talk! (3 to 3.5 hours)."""
        entry = catalogue.offering(answers["offering"])
        return f"{offering_title(entry.key, ctx.tr)} ({topic_length(entry, ctx.tr)})"


class Place(Step):
    """Organization, region, team, and who may come. The region is asked, never derived."""

    key = "place"
    needs = ("organization", "region", "team", "visibility")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Filled in from the last time."""
        tr = ctx.tr
        return [
            details_button(answers["offering"], tr),
            *places.build_inputs(answers, ctx),
            kit.text_input(
                "team",
                tr.t("request.team.label"),
                tr.t("request.team.wrong"),
                value=answers.get("team", ""),
                limit=_TEAM,
                hint=tr.t("request.team.hint"),
            ),
            kit.choice_input(
                "visibility",
                tr.t("request.visibility.label"),
                tr.t("request.visibility.wrong"),
                [kit.choice(tr.t(f"request.visibility.{v.value}"), v.value) for v in Visibility],
                value=answers.get("visibility", Visibility.TEAM.value),
                expanded=True,
            ),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A region, an organization, or else the team's name."""
        if len(text) > places.LONGEST:
            return None
        region = places.hear_region(text, answers)
        if region:
            return region
        if len(text) >= _SHORTEST:
            asked = (await self.build(answers, ctx))[-1]
            visibility = form_prompt.read(asked, text, date.min)
            if visibility:
                return {"visibility": visibility}
        return places.hear_organization(text, answers, ctx)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """An organization and a region of the lists; who types gets the one that fits."""
        place = places.parse(values)
        team = " ".join(bare(values["team"]).split())
        if not team:
            raise Refusal("required", field="team")
        return {**values, **place, "team": team}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Pay Centre, Public Services and Procurement Canada, Atlantic; the team only."""
        tr = ctx.tr
        places = [
            answers["team"],
            organization_name(answers["organization"], tr),
            tr.value(catalogue.region(answers["region"]).name),
        ]
        return (
            f"{', '.join(places)}; {tr.t('request.visibility.' + answers['visibility'] + '.short')}"
        )


def _titles(entry: catalogue.Offering) -> set[str]:
    return {fold(title) for title in entry.title.values()}
