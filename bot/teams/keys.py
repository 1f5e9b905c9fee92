"""The keys that Teams signs its tokens with: kept for a day, and fetched anew for a new one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson
import structlog

log = structlog.get_logger(__name__)

_KEPT_SECONDS = 24 * 3600.0
_OFTENEST_SECONDS = 30.0
_FETCH_SECONDS = 5.0
_OK = 200


class KeysAway(Exception):  # answered with 503
    """The keys could not be fetched, and there are none to go on with."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, and the channels that may use it (none listed: any)."""

    key: Any
    endorsements: frozenset[str]


class SigningKeys:
    """An async cache of the keys of one OpenID configuration.

    An unknown key id fetches them once more, at most every half minute, so that a rotated key is
    known at once and made-up ids cost nothing. A failed refresh leaves the old keys in use.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        metadata_url: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._monotonic = monotonic
        self._keys: dict[str, SigningKey] = {}
        self._fetched: float | None = None
        self._asked_anew: float | None = None
        self._one_at_a_time = asyncio.Lock()
        self.generation = 0

    async def get(self, key_id: str) -> SigningKey | None:
        """The key of an id; None where nobody knows it.

        Raises:
            KeysAway: There are no keys to look in.
        """
        key = self._keys.get(key_id)
        if key is not None and not self._stale():
            return key
        async with self._one_at_a_time:
            if key_id in self._keys and not self._stale():
                return self._keys[key_id]
            if self._stale() or self._may_ask_anew():
                await self._refresh()
        return self._keys.get(key_id)

    def _stale(self) -> bool:
        return self._fetched is None or self._monotonic() - self._fetched > _KEPT_SECONDS

    def _may_ask_anew(self) -> bool:
        now = self._monotonic()
        if self._asked_anew is not None and now - self._asked_anew < _OFTENEST_SECONDS:
            return False
        self._asked_anew = now
        return True

    async def _refresh(self) -> None:
        try:
            metadata = await self._fetch(self._metadata_url)
            document = await self._fetch(str(metadata["jwks_uri"]))
            self._keys = _parse(document)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            log.warning("signing_keys_not_fetched", kind=type(error).__name__)
            if not self._keys:
                raise KeysAway from error
            if self._stale():  # the old keys go on; asked again in half a minute, not each time
                self._fetched = self._monotonic() - _KEPT_SECONDS + _OFTENEST_SECONDS
            return
        self._fetched = self._monotonic()
        self.generation += 1
        log.info("signing_keys_fetched", count=len(self._keys))

    async def _fetch(self, url: str) -> Mapping[str, Any]:
        limit = aiohttp.ClientTimeout(total=_FETCH_SECONDS)
        async with self._session.get(url, timeout=limit) as response:
            if response.status != _OK:
                raise ValueError(response.status)
            document: object = orjson.loads(await response.read())
        if not isinstance(document, dict):
            raise TypeError(url)
        return document


def _parse(document: Mapping[str, Any]) -> dict[str, SigningKey]:
    """RSA signature keys by id; one that cannot be read does not spoil the others."""
    keys: dict[str, SigningKey] = {}
    for entry in document["keys"]:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or not entry.get("kid"):
            continue
        if entry.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(entry, algorithm="RS256")
        except jwt.PyJWTError:
            continue
        listed = entry.get("endorsements") or ()
        keys[entry["kid"]] = SigningKey(key, frozenset(str(one) for one in listed))
    if not keys:
        raise ValueError("no keys")  # caught and counted above
    return keys
