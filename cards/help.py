"""Welcome and help: what this person can do now, as buttons, with the words that do the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.ports import Reader
from cards import actions, kit

if TYPE_CHECKING:
    from bot.i18n import Translator


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, for whoever has one of the `roles`, or for everybody where there is none.

    `help.item.<key>` is the button, `command.<key>` the words (the first is shown). `but` is a
    role that has no use for it.
    """

    key: str
    verb: str
    roles: tuple[str, ...] = ()
    but: str = ""

    def is_for(self, reader: Reader) -> bool:
        """Whether this person can do it."""
        theirs = reader.roles
        return self.but not in theirs and (not self.roles or not theirs.isdisjoint(self.roles))


_STEERS = ("coordinator", "administrator")


# By group, in the order shown, what waits for them first. The manifest's menu has the others.
GROUPS: Sequence[tuple[str, Sequence[Item]]] = (
    ("awaited", (Item("endorsements", actions.ENDORSEMENT_LIST, ("endorser",)),)),
    (
        "conversations",
        (
            Item("request", actions.REQUEST_NEW),
            Item("requests", actions.REQUEST_LIST),
        ),
    ),
    (
        "sessions",
        (
            Item("sessions", actions.SESSION_LIST),
            Item("my_sessions", actions.SESSION_MINE),
        ),
    ),
    (
        "facilitation",
        (
            Item("assignments", actions.ASSIGNMENT_LIST, ("facilitator",)),
            Item("absences", actions.ABSENCE_LIST, ("facilitator",)),
            Item("my_facilitation", actions.ROSTER_MINE, ("facilitator",)),
            Item("application", actions.APPLICATION_NEW, but="facilitator"),
            Item("my_application", actions.APPLICATION_MINE, but="facilitator"),
        ),
    ),
    (
        "work",
        (
            Item("triage", actions.TRIAGE_LIST, ("coordinator",)),
            Item("applications", actions.SELECTION_LIST, _STEERS),
            Item("orientations", actions.COHORT_LIST, _STEERS),
            Item("pair_all", actions.PAIRING_PLAN, ("coordinator",)),
            Item("roster", actions.ROSTER_LIST, _STEERS),
            Item("roles", actions.ROLES_OPEN, ("administrator",)),
        ),
    ),
)
SETTINGS = Item("settings", actions.SETTINGS_OPEN)


def build_help(reader: Reader, tr: Translator, *, said: str | None = None) -> kit.Card:
    """What this person can do now; `said` is what brought them here."""
    return kit.card(
        tr,
        tr.t("help.title"),
        *_menu(reader, tr),
        actions=[_button(SETTINGS, tr), _other_language(tr)],
        said=said,
        summary=said or tr.t("help.title"),
    )


def build_welcome(reader: Reader, tr: Translator) -> kit.Card:
    """The greeting, once, in the person's own chat."""
    return kit.card(
        tr,
        tr.t("help.welcome.title"),
        kit.text(tr.t("help.welcome.text")),
        *_menu(reader, tr),
        actions=[_button(SETTINGS, tr), _other_language(tr)],
        summary=tr.t("help.welcome.summary"),
    )


def build_language(tr: Translator) -> kit.Card:
    """The language was changed by a typed word."""
    return kit.card(
        tr,
        tr.t("help.language.title"),
        kit.text(tr.t("help.language.text")),
        actions=[kit.execute(tr.t("form.help"), actions.HELP), _other_language(tr)],
        summary=tr.t("help.language.text"),
    )


def build_group(tr: Translator, *, greeting: bool) -> kit.Card:
    """In a team or a group chat nothing personal is shown: let us talk in private."""
    key = "help.group.greeting" if greeting else "help.group.private"
    return kit.card(tr, tr.t("help.group.title"), kit.text(tr.t(key)), summary=tr.t(key))


def build_bug(words: str, tr: Translator) -> kit.Card:
    """Something broke on our side."""
    return kit.card(
        tr,
        tr.t("error.bug.title"),
        kit.text(words),
        actions=[kit.execute(tr.t("form.help"), actions.HELP)],
        summary=words,
    )


def _menu(reader: Reader, tr: Translator) -> list[kit.Element]:
    return tr.once(("help.menu", reader.roles), lambda: _items(reader, tr))


def _items(reader: Reader, tr: Translator) -> list[kit.Element]:
    made: list[kit.Element] = []
    for group, items in GROUPS:
        mine = [item for item in items if item.is_for(reader)]
        if not mine:
            continue
        made.append(
            kit.element_group(
                kit.heading(tr.t(f"help.group_of.{group}"), small=True),
                kit.actions_row(*(_button(item, tr) for item in mine)),
                kit.subtle(_words(mine, tr)),
            )
        )
    made.append(kit.subtle(tr.t("help.anytime")))
    return made


def _button(item: Item, tr: Translator) -> kit.Element:
    likely = kit.positive if item.key == "request" else kit.execute
    return likely(tr.t(f"help.item.{item.key}"), item.verb)


def _words(items: Sequence[Item], tr: Translator) -> str:
    words = [tr.t(f"command.{item.key}").split("|")[0].strip() for item in items]
    return tr.t("help.typed", words=" · ".join(words))


def _other_language(tr: Translator) -> kit.Element:
    other = "en" if tr.language == "fr" else "fr"
    return kit.execute(tr.t("help.other_language"), actions.LANGUAGE, language=other)
