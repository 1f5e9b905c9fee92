"""What happens in mailboxes when an event is made, changed or cancelled: copies and mail."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sandbox.clock import SandboxClock
from sandbox.graph import ids
from sandbox.graph.models import Event, Invitation, Message
from sandbox.graph.store import Store
from sandbox.people import TENANT_ID

TOLD = ("subject", "start", "end", "body", "recurrence")
"""A change of any of these is told to everybody invited; a change of people is not."""

PREFIX = {"invitation": "", "update": "", "cancellation": "Canceled · Annulée\u00a0: "}


OnChange = Callable[[Event, str], None]
"""Told of each event that was created, updated or deleted."""


@dataclass(frozen=True, slots=True)
class JoinLink:
    """When a join link appears: after so many reads of its event, or so many real seconds."""

    reads: int
    seconds: float


class Calendar:
    """Events of everybody, with what each of those invited sees of them."""

    def __init__(
        self, store: Store, clock: SandboxClock, join_link: JoinLink, on_change: OnChange
    ) -> None:
        """Work on a store; `join_link` says when a new meeting has its link."""
        self._store = store
        self._on_change = on_change
        self._clock = clock
        self._join_link = join_link
        self._made: dict[str, float] = {}

    def create(self, owner: str, said: dict[str, Any]) -> tuple[Event, bool]:
        """Make an event, or find the one that this transaction id made; say whether it is new.

        Raises:
            LookupError: the transaction id made another event.
        """
        transaction_id = said.pop("transactionId", None)
        drawn = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
        if transaction_id:
            for event in self._store.of(Event, owner):
                if event.transaction_id == transaction_id:
                    if event.transaction != drawn:
                        raise LookupError(transaction_id)
                    return event, False
        now = self._clock.now().isoformat()
        event = Event(
            id=ids.item(), owner=owner, said=said, created_at=now, changed_at=now,
            transaction_id=transaction_id, transaction=drawn,
        )  # fmt: skip
        if said.get("isOnlineMeeting"):
            event.meeting = _meeting(event)
        self._made[event.id] = time.monotonic()
        self._store.stamped(event)
        self._tell(event, event.invited, "invitation")
        self._on_change(event, "created")
        return event, True

    def change(self, event: Event, said: dict[str, Any]) -> None:
        """Change an event as a PATCH does; tell those whom Outlook would tell."""
        before, invited, block = dict(event.said), event.invited, self.meeting_block(event)
        event.said = {**event.said, **said}
        if "body" in said and block and event.meeting:
            if event.meeting["joinUrl"] not in said["body"].get("content", ""):
                event.meeting = None  # as in Outlook: a body without its block has no meeting
                event.said["isOnlineMeeting"] = False
        elif said.get("isOnlineMeeting") and event.meeting is None:
            event.meeting = _meeting(event)
        event.changes += 1
        event.changed_at = self._clock.now().isoformat()
        moved = any(before.get(key) != event.said.get(key) for key in ("start", "end"))
        still = {} if moved else event.responses  # another time asks everybody anew
        event.responses = {mail: said for mail, said in still.items() if mail in event.invited}
        self._store.stamped(event)
        self._on_change(event, "updated")
        self._tell(event, event.invited - invited, "invitation")
        self._tell(event, invited - event.invited, "cancellation")
        if any(before.get(key) != event.said.get(key) for key in TOLD):
            self._tell(event, invited & event.invited, "update")

    def cancel(self, event: Event, comment: str) -> None:
        """Cancel it: gone from the organizer's calendar, marked in everybody else's."""
        event.cancelled = True
        event.changed_at = self._clock.now().isoformat()
        self._store.stamped(event)
        self._tell(event, event.invited, "cancellation", comment)
        self._on_change(event, "deleted")

    def respond(self, copy: Invitation, response: str) -> None:
        """Answer an invitation, as somebody invited; its organizer's event knows it then."""
        event = self._store.get(Event, copy.event_id)
        if event is None or event.cancelled or copy.owner not in event.invited:
            return
        copy.response = event.responses[copy.owner] = response
        self._store.put(copy)
        self._store.stamped(event)
        self._on_change(event, "updated")

    def meeting_of(self, event: Event) -> dict[str, Any] | None:
        """Return the meeting, once Teams has made it."""
        return event.meeting if self._ready(event) else None

    def meeting_block(self, event: Event) -> str:
        """Return what Teams adds to the body."""
        meeting = self.meeting_of(event)
        if meeting is None:
            return ""
        link = meeting["joinUrl"]
        return (
            "<br><div>________________________________</div>"
            f'<p><b>Microsoft Teams</b><br><a href="{link}">{JOIN}</a></p>'
        )

    def read(self, event: Event) -> None:
        """Count a read: the join link comes with the next."""
        if event.meeting is not None and not self._ready(event):
            event.reads += 1
            self._store.put(event)

    def _ready(self, event: Event) -> bool:
        made = self._made.get(event.id)
        if made is None or event.reads >= self._join_link.reads:
            return True
        return time.monotonic() - made >= self._join_link.seconds

    def _tell(self, event: Event, whom: set[str], kind: str, comment: str = "") -> None:
        for mail in sorted(whom):
            self._see(event, mail, cancelled=kind == "cancellation")
            self._store.put(
                Message(
                    id=ids.item(),
                    owner=mail,
                    sender=event.owner,
                    kind=kind,
                    subject=PREFIX[kind] + event.said.get("subject", ""),
                    html=comment or event.said.get("body", {}).get("content", ""),
                    received_at=self._clock.now().isoformat(),
                    event_id=event.id,
                )
            )

    def _see(self, event: Event, mail: str, *, cancelled: bool) -> None:
        found = [each for each in self._store.of(Invitation, mail) if each.event_id == event.id]
        invitation = found[0] if found else Invitation(ids.item(), mail, event.id, {})
        if not cancelled:
            invitation.response = event.responses.get(mail, "none")
            start = invitation.seen.get("start")
            moved = start and start != event.said["start"] and not invitation.cancelled
            if moved:
                invitation.moved_from = invitation.starts_at.isoformat()
            invitation.seen = {key: event.said[key] for key in TOLD if key in event.said}
        invitation.cancelled = cancelled
        self._store.put(invitation)


JOIN = "Join the meeting now · Rejoindre la réunion maintenant"


def _meeting(event: Event) -> dict[str, Any]:
    thread = f"19:meeting_{ids.short(event.id)}@thread.v2"
    context = json.dumps({"Tid": TENANT_ID, "Oid": ids.of(event.owner)}, separators=(",", ":"))
    return {
        "id": ids.short(event.id),
        "joinUrl": f"https://teams.microsoft.com/l/meetup-join/{quote(thread, safe='')}/0"
        f"?context={quote(context, safe='')}",
        "conferenceId": str(int(ids.short(event.id)[:8], 16) % 10**9),
        "tollNumber": None,
    }
