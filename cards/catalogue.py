"""What the programme offers, in words: a title, a line to choose by, the details of one topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import catalogue
from bot.domain.catalogue import Offering
from cards import kit
from cards.notices import offering_title

if TYPE_CHECKING:
    from bot.i18n import Translator


def topic_length(entry: Offering, tr: Translator) -> str:
    """3 to 3.5 hours · de 3 à 3,5 heures."""
    if entry.shortest is None:
        return tr.duration(entry.minutes) if entry.minutes else ""
    return tr.duration(entry.shortest, entry.longest)


def topic_line(entry: Offering, tr: Translator) -> str:
    """One line to choose by: title, length, what it is."""
    return tr.t(
        "request.topic",
        title=offering_title(entry.key, tr),
        length=topic_length(entry, tr),
        about=tr.t(f"offering.{entry.key}.about"),
    )


def details_button(key: str, tr: Translator, *, about: bool = True) -> kit.Element:
    """A button that opens what there is to know of a topic: for whom, what for, what to prepare.

    Without `about` the sentence of what it is stands elsewhere on the card.
    """
    inside = details(key, tr, about=about)
    return kit.actions_row(kit.confirm(tr.t("request.details"), *inside, actions=[]))


def details(key: str, tr: Translator, *, about: bool = True) -> list[kit.Element]:
    """Length, audience, objectives, preparation."""
    entry = catalogue.offering(key)
    audience = entry.audience or "team"
    lines: list[kit.Element | None] = [
        kit.text(tr.t(f"offering.{key}.about")) if about and entry.objectives else None,
        kit.facts(
            tr,
            [
                (tr.t("request.details.length"), topic_length(entry, tr)),
                (tr.t("request.details.audience"), tr.t(f"offering.audience.{audience}")),
            ],
        ),
        kit.text(tr.t("request.details.objectives"), bold=True) if entry.objectives else None,
        *(kit.line(kit.run("• " + tr.t(key)), spacing="small") for key in entry.objectives),
        _preparation(entry, tr),
    ]
    return [each for each in lines if each]


def _preparation(entry: Offering, tr: Translator) -> kit.Element | None:
    if entry.preparation_minutes is None:
        return None
    return kit.text(tr.t("offering.preparation", duration=tr.duration(entry.preparation_minutes)))
