"""What notices say of a manager's or a reference's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.endorsements import EndorsementView

if TYPE_CHECKING:
    from bot.i18n import Translator


def role_of(view: EndorsementView, tr: Translator) -> str:
    """As what somebody is asked: manager, reference, or both."""
    which = "both" if view.both else view.endorsement.kind.value
    return tr.t(f"endorsement.role.{which}")


def applicant_of(view: EndorsementView, tr: Translator) -> str:
    """The applicant's name, or a plain word while nobody has told it."""
    return view.applicant.name or tr.t("common.somebody")


def notice_values(view: EndorsementView, tr: Translator) -> dict[str, str]:
    """The values that a notice about it may use."""
    return {
        "applicant": applicant_of(view, tr),
        "reference": view.application.reference,
        "role": role_of(view, tr),
    }
