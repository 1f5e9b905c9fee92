"""Settings: a form of two steps, and the example of how a flow is written.

language and zone ──▶ reminders ──▶ saved
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.errors import Refusal
from bot.domain.people import Channel
from bot.i18n import CANADIAN_ZONES, iana_zone
from cards import actions, kit
from cards.actions import Action
from cards.settings import build_settings, language_name, reminder_time
from dialogs.context import Card, Ctx, Reply, begin
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.routes import Routes


class LanguageAndZone(Step):
    """In which words, on which clock."""

    key = "place"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Both are filled in already."""
        tr = ctx.tr
        zones = dict.fromkeys([*CANADIAN_ZONES, answers["zone"]])
        return [
            kit.choice_input(
                "language",
                tr.t("settings.language.label"),
                tr.t("settings.language.wrong"),
                [kit.choice(language_name(language, tr), language) for language in ("en", "fr")],
                value=answers["language"],
                expanded=True,
            ),
            kit.choice_input(
                "zone",
                tr.t("settings.zone.label"),
                tr.t("settings.zone.wrong"),
                [kit.choice(tr.sentence(tr.zone_name(zone)), zone) for zone in zones],
                value=answers["zone"],
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """A zone must be one that clocks know."""
        if iana_zone(values["zone"]) is None:
            raise Refusal("card_bad", field="zone")
        return dict(values)

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """English, Pacific time (Vancouver)."""
        return f"{language_name(answers['language'], ctx.tr)}, {ctx.tr.zone_name(answers['zone'])}"


class Reminders(Step):
    """Which reminders, and by which ways."""

    key = "reminders"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """All are on until they are switched off."""
        tr, rules = ctx.tr, ctx.rules
        start, end = tr.time(rules.quiet_until), tr.time(rules.quiet_from)
        return [
            kit.text(tr.t("settings.quiet", start=start, end=end)),
            kit.multi_input(
                "channels",
                tr.t("settings.channels.label"),
                tr.t("settings.channels.wrong"),
                [kit.choice(tr.t(f"settings.channel.{c.value}"), c.value) for c in Channel],
                value=[c.value for c in Channel if c.value not in answers["muted"]],
            ),
            kit.multi_input(
                "times",
                tr.t("settings.times.label"),
                tr.t("settings.times.wrong"),
                [kit.choice(tr.sentence(reminder_time(t, tr)), t) for t in reminder_times(ctx)],
                value=[t for t in reminder_times(ctx) if t not in answers["skipped"]],
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """What is not ticked is switched off."""
        channels, times = values["channels"].split(","), values["times"].split(",")
        return {
            "muted": [c.value for c in Channel if c.value not in channels],
            "skipped": [time for time in reminder_times(ctx) if time not in times],
        }


class Settings(Flow):
    """Language, time zone, reminders."""

    name = "settings"
    steps = (LanguageAndZone(), Reminders())
    drafted = False

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """How things are."""
        reader = ctx.reader
        return {
            "language": reader.language,
            "zone": reader.zone,
            "muted": list(reader.muted),
            "skipped": list(reader.skipped_reminders),
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Card:
        """Save them, and say so in the language that was chosen."""
        reader = await ctx.services.people.save_settings(
            ctx.me,
            language=answers["language"],
            zone=answers["zone"],
            muted=answers["muted"],
            skipped_reminders=answers["skipped"],
        )
        return build_settings(reader, reminder_times(ctx), ctx.seen_by(reader).tr)


def reminder_times(ctx: Ctx) -> list[str]:
    """The reminders that this person may get, the earliest first."""
    times = set(ctx.rules.participant_reminders)
    if "facilitator" in ctx.reader.roles:
        times |= set(ctx.rules.facilitator_reminders)
    return sorted(times, key=lambda time: (time[-1] != "d", -int(time[:-1])))


routes = Routes(Settings())


@routes.on(actions.SETTINGS_OPEN)
async def settings_opened(ctx: Ctx, action: Action) -> Reply:
    """Begin the form."""
    return begin("settings")
