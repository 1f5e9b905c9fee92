"""Tells those who subscribed what changed, with the mishaps that happen to notifications."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp

from sandbox.clock import SandboxClock
from sandbox.graph import ids
from sandbox.graph.errors import bad_request
from sandbox.graph.models import Event, Subscription
from sandbox.graph.store import Store
from sandbox.people import TENANT_ID

HANDSHAKE_SECONDS = 10.0
ANSWER_SECONDS = 3.0
TRIES = 6
LONGEST = timedelta(minutes=10_080)
MISHAPS = ("dropped", "doubled", "late", "wrong_state")
LIFECYCLE = ("reauthorizationRequired", "subscriptionRemoved", "missed")
_TRANSPORT = (aiohttp.ClientError, TimeoutError, OSError)


@dataclass(slots=True)
class Mishap:
    """The next `times` notifications: dropped, doubled, so many seconds late, wrongly signed."""

    kind: str
    times: int = 1
    seconds: float = 5.0


class Notifier:
    """Sends in the background; whoever does not answer 2xx is told again, a few times."""

    def __init__(self, store: Store, clock: SandboxClock) -> None:
        """Work on a store; nothing is sent before somebody subscribes."""
        self._store = store
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self.mishaps: list[Mishap] = []

    def alive(self, subscription: Subscription) -> bool:
        """Say whether its time is not over."""
        until = datetime.fromisoformat(subscription.said["expirationDateTime"])
        return until > self._clock.now()

    def check_life(self, told: str) -> None:
        """Refuse an end that is no instant, past, or further off than Graph allows."""
        try:
            until = datetime.fromisoformat(told)
            left = until - self._clock.now()
        except (ValueError, TypeError):
            raise bad_request("expirationDateTime is no instant.", "InvalidRequest") from None
        if not timedelta(0) < left <= LONGEST:
            raise bad_request(
                "Subscription expiration can only be 10080 minutes in the future.",
                "InvalidRequest",
            )

    async def shake_hands(self, url: str) -> None:
        """See that the address answers and echoes; a refusal where it does not."""
        token = f"Validation: {ids.item()} · é"
        try:
            async with (
                asyncio.timeout(HANDSHAKE_SECONDS),
                self._client().post(f"{url}?validationToken={quote(token)}") as answer,
            ):
                well = answer.status == HTTPStatus.OK and answer.content_type == "text/plain"
                echoed = well and await answer.text() == token
        except _TRANSPORT:
            echoed = False
        if not echoed:
            raise bad_request(
                "Subscription validation request failed. Notification endpoint must respond "
                "with 200 OK to validation request.",
                "ValidationError",
            )

    def changed(self, event: Event, change: str) -> None:
        """Tell everybody who watches the calendar of the event."""
        for subscription in list(self._store.of(Subscription)):
            if self._watches(subscription, event.owner, change) and self.alive(subscription):
                self._begin(
                    subscription, "notificationUrl", self._news(subscription, event, change)
                )

    def lifecycle(self, subscription: Subscription, what: str) -> None:
        """Say something of the subscription itself; one that is removed is gone."""
        if what == "subscriptionRemoved":
            self._store.remove(subscription)
        news = {**self._head(subscription), "lifecycleEvent": what}
        self._begin(subscription, "lifecycleNotificationUrl", news)

    async def close(self) -> None:
        """Send no more."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def idle(self) -> None:
        """Wait until everything under way has arrived, or was given up."""
        while self._sending:
            await asyncio.gather(*self._sending, return_exceptions=True)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _watches(self, subscription: Subscription, owner: str, change: str) -> bool:
        said = subscription.said
        return said["resource"].strip("/").lower() == f"users/{owner}/events" and change in said[
            "changeType"
        ].split(",")

    def _head(self, subscription: Subscription) -> dict[str, Any]:
        return {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": subscription.said["expirationDateTime"],
            "clientState": subscription.said.get("clientState"),
            "tenantId": TENANT_ID,
        }

    def _news(self, subscription: Subscription, event: Event, change: str) -> dict[str, Any]:
        resource = f"Users/{ids.of(event.owner)}/Events/{event.id}"
        data = {"@odata.type": "#Microsoft.Graph.Event", "@odata.id": resource, "id": event.id}
        head = {**self._head(subscription), "changeType": change, "resource": resource}
        return {**head, "resourceData": data}

    def _begin(self, subscription: Subscription, where: str, news: dict[str, Any]) -> None:
        url = subscription.said.get(where)
        if not url:
            return
        mishap = self._mishap()
        kind = mishap.kind if mishap else ""
        if kind == "dropped":
            return
        if kind == "wrong_state":
            news = {**news, "clientState": "not yours"}
        wait = mishap.seconds if mishap and kind == "late" else 0.0
        for _ in range(2 if kind == "doubled" else 1):
            task = asyncio.create_task(self._send(str(url), news, wait))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _mishap(self) -> Mishap | None:
        if not self.mishaps:
            return None
        mishap = self.mishaps[0]
        mishap.times -= 1
        if mishap.times <= 0:
            self.mishaps.remove(mishap)
        return mishap

    async def _send(self, url: str, news: dict[str, Any], wait: float) -> None:
        await asyncio.sleep(wait)
        for attempt in range(TRIES):
            with contextlib.suppress(*_TRANSPORT):
                async with (
                    asyncio.timeout(ANSWER_SECONDS),
                    self._client().post(url, json={"value": [news]}) as answer,
                ):
                    if answer.ok:
                        return
            await asyncio.sleep(0.5 * 2**attempt)


def ordered(told: Any) -> Mishap:
    """Read what `POST /notifications/mishaps` asks for. Raises ValueError."""
    match told:
        case {"kind": str() as kind, **rest} if kind in MISHAPS and _known(rest):
            return Mishap(kind, int(rest.get("times", 1)), float(rest.get("seconds", 5.0)))
        case _:
            raise ValueError(f"expected a kind of {list(MISHAPS)}, times, seconds")


def _known(rest: Iterable[str]) -> bool:
    return set(rest) <= {"times", "seconds"}
