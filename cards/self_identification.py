"""Self-identification: the step that asks for it, and the one card that shows it.

The choices go by number, on the card and in what comes back from it: no word of theirs is in a
click, in typed text or in anything stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.domain.self_identification import Group
from bot.services.self_identification import Opened
from cards import actions, kit

if TYPE_CHECKING:
    from bot.i18n import Translator

CHOICES: Final = tuple(Group)
NOTICE: Final = ("who", "free", "later")


def build_step(tr: Translator, *, first: Sequence[str], given: bool) -> list[kit.Element]:
    """The step's elements: its own notice, then the choices, never one of them filled in.

    Args:
        tr: The reader's translator.
        first: The groups that the programme looks at first, as in the settings.
        given: Whether something was said already: it is sealed, and not shown again.
    """
    groups = ", ".join(tr.t(f"self_identification.first.{group}") for group in first)
    why = "why" if groups else "why_alone"
    words = [
        kit.text(tr.t(f"self_identification.notice.{why}", groups=groups)),
        *(kit.text(tr.t(f"self_identification.notice.{part}")) for part in NOTICE),
    ]
    asked = kit.multi_input(
        "groups",
        tr.t("self_identification.groups.label"),
        tr.t("self_identification.groups.wrong"),
        [kit.choice(_numbered(n, group, tr), str(n)) for n, group in enumerate(CHOICES, 1)],
    )
    hint = kit.subtle(tr.t("self_identification.numbers"))
    if not given:
        return [*words, asked, hint]
    forget = kit.toggle_input("forget", tr.t("self_identification.forget"))
    return [*words, kit.notice(tr.t("self_identification.given")), asked, forget, hint]


def build_sealed(application_id: str, reference: str, tr: Translator) -> kit.Card:
    """Before it is opened: what opening it means."""
    title = tr.t("self_identification.sealed.title", reference=reference)
    return kit.card(
        tr,
        title,
        kit.text(tr.t("self_identification.sealed.text")),
        actions=[
            kit.positive(
                tr.t("self_identification.open"), actions.SELF_IDENTIFICATION_OPEN,
                id=application_id,
            ),
            kit.execute(
                tr.t("self_identification.back"), actions.APPLICATION_SHOW, id=application_id
            ),
        ],
        summary=title,
    )  # fmt: skip


def build_opened(opened: Opened, tr: Translator) -> kit.Card:
    """What the candidate said: in the answer to one click, and nowhere else."""
    title = tr.t("self_identification.opened.title", reference=opened.reference)
    return kit.card(
        tr,
        title,
        *(kit.text(group_name(group, tr), bold=True) for group in opened.groups),
        kit.subtle(tr.t("self_identification.opened.noted")),
        actions=[
            kit.positive(
                tr.t("self_identification.close"), actions.APPLICATION_SHOW,
                id=opened.application_id,
            )
        ],
        summary=title,
    )  # fmt: skip


def withdraw_button(application_id: str, tr: Translator) -> kit.Element:
    """For the candidate's own card: erase it alone, asked once more in the same card."""
    return kit.confirm(
        tr.t("self_identification.withdraw"),
        kit.text(tr.t("self_identification.withdraw.question")),
        actions=[
            kit.destructive(
                tr.t("self_identification.withdraw.confirm"),
                actions.SELF_IDENTIFICATION_WITHDRAW,
                id=application_id,
                sure=True,
            )
        ],
    )


def give_button(application_id: str, tr: Translator) -> kit.Element:
    """For the candidate's own card: say it later, or say something else."""
    return kit.execute(
        tr.t("self_identification.give"), actions.SELF_IDENTIFICATION_GIVE, id=application_id
    )


def open_button(application_id: str, tr: Translator) -> kit.Element:
    """For the card of those who select."""
    return kit.execute(
        tr.t("self_identification.show"), actions.SELF_IDENTIFICATION_SHOW, id=application_id
    )


def group_name(group: Group, tr: Translator) -> str:
    """A choice in the programme's words."""
    return tr.t(f"self_identification.group.{group.value}")


def _numbered(n: int, group: Group, tr: Translator) -> str:
    return tr.t("self_identification.choice", n=n, group=group_name(group, tr))
