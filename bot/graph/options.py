"""What a connection to Graph needs to know."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

DEFAULT_URL = "https://graph.microsoft.com/v1.0"
DEFAULT_SCOPE = "https://graph.microsoft.com/.default"

OnCall = Callable[[str, str], None]
"""Told of each call: the operation, and "ok" or the fault's code. For the metrics."""


def unobserved(operation: str, result: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOptions:
    """Where Graph is, who we are there, and the mailbox that meetings and mail come from.

    Without a credential only a loopback `url` is used (the sandbox). `mailbox` is an address.
    `app_id` is the bot's registration, for the link that opens its chat; `teams_app_id` is the
    app's id in the tenant's catalogue, without which nothing can be installed.
    `timeout` is for one call, the fetching of a token included. `place` is held during a call to
    the mailbox: where there are several processes, it keeps to four at a time over all of them.
    """

    url: str = DEFAULT_URL
    scope: str = DEFAULT_SCOPE
    mailbox: str = ""
    credential: AsyncTokenCredential | None = None
    timeout: timedelta = timedelta(seconds=30)
    place: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    app_id: str = ""
    teams_app_id: str = ""
    on_call: OnCall = unobserved

    @property
    def base_url(self) -> str:
        """Return the url with its version and no slash at the end."""
        url = self.url.rstrip("/")
        return url if urlsplit(url).path else f"{url}/v1.0"

    @property
    def host(self) -> str:
        """Return the host name alone."""
        return urlsplit(self.url).hostname or ""

    @property
    def usable(self) -> bool:
        """Say whether there is anything to call, and a way to say who we are."""
        return bool(self.url and self.mailbox) and (
            self.credential is not None or is_loopback(self.host)
        )


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
