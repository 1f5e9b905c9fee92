"""Who steers which region, who administers: for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.domain.people import Grant, Role
from bot.services.roles import GrantView
from cards import actions, kit

if TYPE_CHECKING:
    from bot.i18n import Translator

PAGE: Final = 8


def role_words(role: Role, region: str, side: str, tr: Translator) -> str:
    """Coordinator, Atlantic, union; or Administrator."""
    words = [tr.t(f"roles.role.{role.value}")]
    if region:
        words.append(catalogue.region(region).name[tr.language])
    if side:
        words.append(tr.t(f"common.side.{side}"))
    return ", ".join(words)


def build_roles(
    views: Sequence[GrantView], first: int, tr: Translator, *, said: str | None = None
) -> kit.Card:
    """All roles, some at a time, each with its way to be taken back."""
    shown = views[first : first + PAGE]
    more = first + PAGE < len(views)
    return kit.card(
        tr,
        tr.t("roles.title"),
        kit.text(tr.n("roles.count", len(views))),
        *(_entry(view, first, tr) for view in shown),
        actions=[
            kit.positive(tr.t("roles.grant"), actions.ROLES_GRANT),
            kit.execute(tr.t("common.more"), actions.ROLES_OPEN, first=first + PAGE)
            if more
            else None,
            kit.execute(tr.t("roles.first"), actions.ROLES_OPEN) if first else None,
            kit.execute(tr.t("form.help"), actions.HELP),
        ],
        said=said,
        tone=kit.Tone.GOOD,
    )


def _entry(view: GrantView, first: int, tr: Translator) -> kit.Element:
    grant = view.grant
    name = view.person.name or tr.t("common.somebody")
    words = role_words(grant.role, grant.region, grant.side, tr)
    question = tr.t("roles.revoke.question", name=name, role=words)
    return kit.element_group(
        kit.line(kit.run(name, bold=True)),
        kit.line(words, spacing="none"),
        kit.actions_row(
            kit.confirm(
                tr.t("roles.revoke"),
                kit.text(question),
                actions=[
                    kit.destructive(
                        tr.t("roles.revoke.yes"),
                        actions.ROLES_REVOKE,
                        first=first,
                        **_about(grant),
                    )
                ],
            )
        ),
        separator=True,
    )


def _about(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.person_id,
        "role": grant.role.value,
        "region": grant.region,
        "side": grant.side,
    }
