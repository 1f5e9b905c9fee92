"""A request that could not be met, when there is no card to say it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cards import actions, kit

if TYPE_CHECKING:
    from bot.i18n import Translator


def build_refusal(words: str, tr: Translator) -> kit.Card:
    """What could not be done and why; where to go from here."""
    return kit.card(
        tr,
        tr.t("error.title"),
        kit.text(words),
        actions=[kit.execute(tr.t("form.help"), actions.HELP)],
        summary=words,
    )


def with_notice(card: kit.Card, words: str, tone: kit.Tone = kit.Tone.WARNING) -> kit.Card:
    """A card as things stand now, saying first what could not be done."""
    first, *rest = card["body"]
    return {**card, "body": [first, kit.notice(words, tone), *rest], "speak": words}
