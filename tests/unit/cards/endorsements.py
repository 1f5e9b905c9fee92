"""A manager's or a reference's word, as they see it themselves."""

from __future__ import annotations

from typing import Any

from bot.domain.applications import (
    ApplicationStatus,
    Endorsement,
    EndorsementStatus,
    EndorserKind,
)
from bot.services.endorsements import EndorsementView
from tests.unit.cards.applications import CANDIDATE, MANAGER, NOW, STEWARD, application


def endorsement(
    status: str = "asked",
    kind: EndorserKind = EndorserKind.MANAGER,
    *,
    both: bool = False,
    of: ApplicationStatus = ApplicationStatus.SUBMITTED,
    **changed: Any,
) -> EndorsementView:
    """One person's word; `of` is where the application stands, `changed` any field of the word."""
    person = MANAGER if kind is EndorserKind.MANAGER else STEWARD
    one = Endorsement(
        "a1", kind, person.person_id, NOW, status=EndorsementStatus(status), **changed
    )
    made = application(status=of)
    waits = of in (ApplicationStatus.SUBMITTED, ApplicationStatus.SUPPORTED) and status == "asked"
    may = frozenset({"support", "decline", "ask"}) if waits else frozenset[str]()
    return EndorsementView(made, one, CANDIDATE, may, both, sessions=5, months=18)
