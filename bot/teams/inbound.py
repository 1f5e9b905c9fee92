"""An activity that was let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INVOKE = "invoke"
MESSAGE = "message"

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
