"""Checking the token that Teams sends with each activity."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from bot.clock import Clock
from bot.teams.errors import Refused
from bot.teams.keys import KeysAway, SigningKeys

_UNAUTHORIZED, _FORBIDDEN, _UNAVAILABLE = 401, 403, 503
_SKEW = timedelta(minutes=5)
_KEPT = 2048
_LONGEST_TOKEN = 16_384


@dataclass(frozen=True, slots=True)
class _Checked:
    """A token whose signature held, under one generation of keys."""

    claims: Mapping[str, Any]
    endorsements: frozenset[str]
    generation: int


class TokenCheck:
    """Verifies a bearer token against an activity.

    Teams uses one token for many activities: one whose signature held is remembered (by its
    hash) until the keys change; its times are looked at each time.
    """

    def __init__(
        self,
        keys: SigningKeys,
        *,
        audience: str,
        issuers: Collection[str],
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._audience = audience
        self._issuers = frozenset(issuers)
        self._clock = clock
        self._checked: OrderedDict[bytes, _Checked] = OrderedDict()

    async def claims(self, header: str | None, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The claims of a good token.

        Raises:
            Refused: 401 for a token that is missing or bad, 403 for a good one that is not for
                this activity, 503 where the keys are away.
        """
        checked = await self._verify(_bearer(header))
        self._in_time(checked.claims)
        if checked.endorsements and body.get("channelId") not in checked.endorsements:
            raise Refused(_FORBIDDEN, "channel_not_endorsed")
        said = checked.claims.get("serviceurl") or checked.claims.get("serviceUrl")
        if not isinstance(said, str):
            raise Refused(_UNAUTHORIZED, "token_without_service_url")
        if said.rstrip("/") != str(body.get("serviceUrl", "")).rstrip("/"):
            raise Refused(_FORBIDDEN, "service_url_not_of_token")
        return checked.claims

    async def _verify(self, token: str) -> _Checked:
        digest = hashlib.sha256(token.encode()).digest()
        known = self._checked.get(digest)
        if known is not None and known.generation == self._keys.generation:
            return known
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise Refused(_UNAUTHORIZED, "token_malformed") from error
        key_id = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(key_id, str):
            raise Refused(_UNAUTHORIZED, "token_algorithm")
        try:
            key = await self._keys.get(key_id)
        except KeysAway as error:
            raise Refused(_UNAVAILABLE, "keys_away", retry_after=10) from error
        if key is None:
            raise Refused(_UNAUTHORIZED, "token_key_unknown")
        claims = self._decode(token, key.key)
        checked = _Checked(claims, key.endorsements, self._keys.generation)
        self._checked[digest] = checked
        if len(self._checked) > _KEPT:
            self._checked.popitem(last=False)
        return checked

    def _decode(self, token: str, key: Any) -> Mapping[str, Any]:
        """Signature, issuer and audience; the times are checked against our own clock."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audience,
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidAudienceError as error:
            raise Refused(_UNAUTHORIZED, "token_audience") from error
        except jwt.PyJWTError as error:
            raise Refused(_UNAUTHORIZED, "token_invalid") from error
        if claims["iss"] not in self._issuers:
            raise Refused(_UNAUTHORIZED, "token_issuer")
        return claims

    def _in_time(self, claims: Mapping[str, Any]) -> None:
        now, skew = self._clock.now().timestamp(), _SKEW.total_seconds()
        try:
            expires, begins = float(claims["exp"]), float(claims.get("nbf") or 0)
        except (TypeError, ValueError) as error:
            raise Refused(_UNAUTHORIZED, "token_invalid") from error
        if now >= expires + skew:
            raise Refused(_UNAUTHORIZED, "token_expired")
        if now < begins - skew:
            raise Refused(_UNAUTHORIZED, "token_not_yet_valid")


def _bearer(header: str | None) -> str:
    scheme, _, token = (header or "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Refused(_UNAUTHORIZED, "token_missing")
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise Refused(_UNAUTHORIZED, "token_malformed")
    return token
