"""An activity that was let in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INVOKE = "invoke"
MESSAGE = "message"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KINDS = frozenset(
    {
        MESSAGE,
        INVOKE,
        "conversationUpdate",
        "installationUpdate",
        "messageReaction",
        "messageUpdate",
        "messageDelete",
        "event",
        "typing",
    }
)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A checked activity: its JSON, and the claims of its token (None in the sandbox)."""

    body: Mapping[str, Any]
    claims: Mapping[str, Any] | None = None

    @property
    def conversation_id(self) -> str:
        """Whose turn it is."""
        value: str = self.body["conversation"]["id"]
        return value

    @property
    def activity_id(self) -> str | None:
        """What it is deduplicated by, where it has one."""
        return self.body.get("id") or None

    @property
    def person_id(self) -> str | None:
        """Who sent it, as `object_id` has it."""
        sender: object = self.body.get("from")
        return object_id(sender.get("aadObjectId")) if isinstance(sender, dict) else None

    @property
    def kind(self) -> str:
        """The activity's type."""
        value: str = self.body["type"]
        return value

    @property
    def label(self) -> str:
        """The type as a metric's label: a closed list, whatever is sent to us."""
        return self.kind if self.kind in _KINDS else "other"

    @property
    def service_url(self) -> str:
        """Where the replies go."""
        value: str = self.body["serviceUrl"]
        return value


def object_id(told: object) -> str | None:
    """An Entra object id, lower case; None for a guest without one."""
    known = told.lower() if isinstance(told, str) else ""
    return known if _GUID.fullmatch(known) else None
