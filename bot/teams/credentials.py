"""Our own tokens: one long-lived credential, and a cache that refreshes ahead of time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.domain.errors import OutsideFault, Rejected
from bot.loopback import is_loopback

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from azure.core.credentials_async import AsyncTokenCredential

log = structlog.get_logger(__name__)

_PUBLIC_LOGIN = ("login.microsoftonline.com", "login.microsoftonline.us")
_AHEAD_SECONDS = 600.0
_MARGIN_SECONDS = 30.0
_AGAIN_SECONDS = 30.0
_LOGIN_SECONDS = 5.0
_OK = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, as the settings say it."""

    app_id: str
    tenant_id: str
    managed: bool = False
    secret: str | None = field(default=None, repr=False)
    certificate_path: str | None = None
    login_url: str = "https://login.microsoftonline.com"


def build_credential(identity: Identity, session: aiohttp.ClientSession) -> AsyncTokenCredential:
    """Make the one credential of the process, for Teams and for Graph.

    azure-identity is imported here: a sandbox never pays for it. It refuses a login over http,
    so a stand-in of the login service on this machine gets a plain client of its own.
    """
    host = urlsplit(identity.login_url).hostname or ""
    if urlsplit(identity.login_url).scheme == "http" and is_loopback(host):
        return LocalLogin(identity, session)
    from azure.identity import aio  # noqa: PLC0415  # slow to load, and not for the sandbox

    if identity.managed:
        return aio.ManagedIdentityCredential(client_id=identity.app_id)
    options: dict[str, Any] = {
        "authority": identity.login_url,
        "disable_instance_discovery": host not in _PUBLIC_LOGIN,
    }
    if identity.certificate_path:
        return aio.CertificateCredential(
            identity.tenant_id, identity.app_id, identity.certificate_path, **options
        )
    return aio.ClientSecretCredential(
        identity.tenant_id, identity.app_id, identity.secret or "", **options
    )


class LocalLogin:
    """The client-credentials flow against a login service on this machine."""

    def __init__(self, identity: Identity, session: aiohttp.ClientSession) -> None:
        self._identity = identity
        self._session = session

    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """Ask for a token, as azure-identity's credentials do."""
        from azure.core.credentials import AccessToken  # noqa: PLC0415  # as above

        identity = self._identity
        url = f"{identity.login_url}/{identity.tenant_id}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": identity.app_id,
            "client_secret": identity.secret or "",
            "scope": " ".join(scopes),
        }
        limit = aiohttp.ClientTimeout(total=_LOGIN_SECONDS)
        async with self._session.post(url, data=form, timeout=limit) as response:
            if response.status != _OK:
                raise Rejected(f"login.{response.status}")
            answer: dict[str, Any] = await response.json()
        return AccessToken(answer["access_token"], int(time.time()) + int(answer["expires_in"]))

    async def close(self) -> None:
        """Nothing of its own to close: the session belongs to the process."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()


class Tokens(Protocol):
    """Where a call's Authorization header comes from."""

    async def header(self) -> str | None:
        """The header's value, or None where nobody asks for one.

        Raises:
            OutsideFault: No token could be had.
        """
        ...

    def forget(self) -> None:
        """The one that was given is not taken any more."""
        ...

    async def close(self) -> None:
        """Stop what is under way."""
        ...


class NoTokens:
    """The sandbox's: nobody is authenticated."""

    async def header(self) -> str | None:
        """None, always."""
        return None

    def forget(self) -> None:
        """There is nothing to forget."""

    async def close(self) -> None:
        """Nothing is under way."""


class CachedTokens:
    """One token for one scope, renewed ten minutes before it expires without holding a turn."""

    def __init__(
        self,
        credential: AsyncTokenCredential,
        scope: str,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._credential = credential
        self._scope = scope
        self._now = now
        self._header: str | None = None
        self._expires = 0.0
        self._try_after = 0.0
        self._renewing: asyncio.Task[None] | None = None

    async def header(self) -> str | None:
        """The bearer token, from the cache nearly always."""
        now = self._now()
        left = self._expires - now
        if self._header is not None and left > _MARGIN_SECONDS:
            if left < _AHEAD_SECONDS and now >= self._try_after:
                self._try_after = now + _AGAIN_SECONDS
                self._renew()
            return self._header
        await asyncio.shield(self._renew())
        return self._header

    def forget(self) -> None:
        """The next call takes another one: revoked, or a clock that was put back made it old."""
        self._header = None

    async def close(self) -> None:
        """Stop a renewal that is under way."""
        if self._renewing is not None and not self._renewing.done():
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    def _renew(self) -> asyncio.Task[None]:
        """One renewal at a time, whoever asks."""
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._fetch(), name="connector-token")
            self._renewing.add_done_callback(_note)
        return self._renewing

    async def _fetch(self) -> None:
        try:
            token = await self._credential.get_token(self._scope)
        except OutsideFault:
            raise
        except Exception as error:  # azure-identity's many, none of which may reach a person
            raise OutsideFault("login.unavailable") from error
        self._header = f"Bearer {token.token}"
        self._expires = float(token.expires_on)


def _note(task: asyncio.Task[None]) -> None:
    """Look at the renewal's end: one that nobody waited for is logged and tried again."""
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        log.warning("token_not_renewed", code=str(error))
