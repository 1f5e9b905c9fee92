"""Which addresses the bot may write to: a serviceUrl comes from outside, and gets our token."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from bot.loopback import is_loopback


class ServiceUrls:
    """The allow list.

    A listed host allows itself and what is below it at a dot boundary, over https. A sandbox
    allows this machine alone, http or https. Outside the sandbox this machine is allowed only
    where the list names it.
    """

    def __init__(self, hosts: Iterable[str], *, sandbox: bool = False) -> None:
        self._hosts = tuple(host.lower().strip().strip("[]").removeprefix("*.") for host in hosts)
        self._sandbox = sandbox
        self.allows = lru_cache(maxsize=1024)(self._allows)

    def _allows(self, service_url: str) -> bool:
        try:
            parts = urlsplit(service_url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            return False
        if not host or parts.username is not None or port == 0 or not service_url.isascii():
            return False
        if parts.query or parts.fragment or "\\" in service_url:
            return False
        if is_loopback(host):
            named = self._sandbox or host in self._hosts
            return named and parts.scheme in {"http", "https"}
        if self._sandbox or parts.scheme != "https":
            return False
        return any(host == known or host.endswith("." + known) for known in self._hosts)
