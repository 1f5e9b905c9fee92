"""What every call has in common: the SDK's client, the headers, the gate, the faults, the count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from bot.graph.faults import fault_of, graph_code_of, status_of
from bot.graph.options import GraphOptions

if TYPE_CHECKING:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.graph_service_client import GraphServiceClient

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

IMMUTABLE_IDS = 'IdType="ImmutableId"'
ALL_ROLES = "include-unknown-enum-members"
IN_UTC = 'outlook.timezone="UTC"'
MAILBOX_CALLS_AT_A_TIME = 4
"""Exchange's own limit for one app and one mailbox; a fifth call at once is answered 429."""


class Link:
    """One connection, for one event loop."""

    def __init__(self, options: GraphOptions) -> None:
        """Make nothing yet: the SDK is loaded at the first call."""
        self.options = options
        self._gate = asyncio.Semaphore(MAILBOX_CALLS_AT_A_TIME)
        self._client: GraphServiceClient | None = None
        self._close: Callable[[], Awaitable[None]] | None = None
        self._opening = asyncio.Lock()

    async def client(self) -> GraphServiceClient:
        """Return the SDK's client.

        The first time it is loaded and made in a thread: on the event loop that would hold
        everybody up for seconds.
        """
        async with self._opening:
            if self._client is None:
                from bot.graph.sdk import load_and_open

                self._client, self._close = await asyncio.to_thread(load_and_open, self.options)
        return self._client

    async def call(
        self, operation: str, make: Callable[[GraphServiceClient], Awaitable[Answer]]
    ) -> Answer:
        """Make one call, never repeated here: the outbox repeats.

        `make` builds the request and returns its coroutine: a wrong argument (a naive time)
        raises there, before anything is sent.

        Raises:
            OutsideFault: or one of its kinds, for whatever went wrong.
        """
        answering = make(await self.client())
        try:
            async with asyncio.timeout(self.options.timeout.total_seconds()):
                answer = await answering
        except Exception as error:
            fault = fault_of(error)
            self.options.on_call(operation, fault.code)
            log.warning(
                "graph.call_failed",
                operation=operation,
                result=fault.code,
                status=status_of(error),
                graph_code=graph_code_of(error),
                exc_info=error if fault.code == "graph_unexpected" else None,
            )
            raise fault from error
        self.options.on_call(operation, "ok")
        return answer

    async def mailbox_call(
        self, operation: str, make: Callable[[GraphServiceClient], Awaitable[Answer]]
    ) -> Answer:
        """Make one call to the service mailbox, of which only four run at a time."""
        async with self._gate, self.options.place():
            return await self.call(operation, make)

    async def close(self) -> None:
        """Close the connections. The credential belongs to whoever made it."""
        if self._close is not None:
            await self._close()
        self._client = self._close = None


def asking(
    query: object | None = None, *, prefer: tuple[str, ...] = (), **headers: str
) -> RequestConfiguration[Any]:
    """Return the configuration of a call: its query, and the Prefer that all of them carry."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from kiota_abstractions.headers_collection import HeadersCollection

    told = HeadersCollection()
    told.add("Prefer", ", ".join((IMMUTABLE_IDS, *prefer)))
    for name, value in headers.items():
        told.add(name, value)
    return RequestConfiguration(headers=told, query_parameters=query)
