"""The record of a person's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.people import Channel
from bot.services.ports import Reader
from cards import actions, kit

if TYPE_CHECKING:
    from bot.i18n import Translator


def reminder_time(time: str, tr: Translator) -> str:
    """A reminder's time in words: "7d" is "7 days before"."""
    number, unit = int(time[:-1]), time[-1]
    return tr.n("settings.time.days" if unit == "d" else "settings.time.hours", number)


def language_name(language: str, tr: Translator) -> str:
    """The language's own name, whatever the reader's: people look for theirs."""
    return tr.t(f"settings.language.{language}")


def build_settings(reader: Reader, times: Sequence[str], tr: Translator) -> kit.Card:
    """What was saved."""
    by = [tr.t(f"settings.channel.{c.value}") for c in Channel if c.value not in reader.muted]
    kept = [reminder_time(time, tr) for time in times if time not in reader.skipped_reminders]
    return kit.card(
        tr,
        tr.t("settings.title"),
        kit.facts(
            tr,
            [
                (tr.t("settings.language.label"), language_name(reader.language, tr)),
                (tr.t("settings.zone.label"), tr.sentence(tr.zone_name(reader.zone))),
                (tr.t("settings.channels.label"), ", ".join(by) or tr.t("settings.none")),
                (tr.t("settings.times.label"), ", ".join(kept) or tr.t("settings.none")),
            ],
        ),
        actions=[
            kit.execute(tr.t("common.change"), actions.SETTINGS_OPEN),
            kit.execute(tr.t("roster.mine.title"), actions.ROSTER_MINE)
            if "facilitator" in reader.roles
            else None,
            kit.execute(tr.t("form.help"), actions.HELP),
        ],
        said=tr.t("settings.saved"),
        tone=kit.Tone.GOOD,
    )
