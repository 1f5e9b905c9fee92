"""What a setting may be: texts without blanks around them, lists, addresses, keys."""

from __future__ import annotations

import base64
import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_settings import NoDecode

from bot.domain.self_identification import Group
from bot.loopback import is_loopback

_KEY_BYTES = 32
TEAMS_HOSTS = (
    "smba.trafficmanager.net",
    "teams.microsoft.com",
    "teams.microsoft.us",
    "botframework.com",
    "botframework.us",
    "botframework.azure.us",
)


def _listed(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _stripped(value: object) -> object:
    return (value.strip() or None) if isinstance(value, str) else value


def _driver(value: object) -> object:
    """Name the asyncio driver of a database address that names none, or refuse it."""
    if not isinstance(value, str):
        return value
    scheme, separator, rest = value.strip().partition("://")
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
    }
    scheme = drivers.get(scheme, scheme)
    if not separator or scheme not in drivers.values():
        message = "must start with sqlite+aiosqlite:// or postgresql+asyncpg://"
        raise ValueError(message)
    try:
        _ = urlsplit(f"{scheme}://{rest}").port
    except ValueError:
        message = "must have a number for its port"
        raise ValueError(message) from None
    return f"{scheme}://{rest}"


def _url(value: object) -> object:
    """Accept https, and http on this machine for a stand-in of the service."""
    if not isinstance(value, str):
        return value
    parts = urlsplit(value.strip())
    loopback_http = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or loopback_http):
        message = "must be an https:// address (http:// only on this machine)"
        raise ValueError(message)
    return value.strip().rstrip("/")


def _intervals(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"[1-9]\d{0,3}[dh]", part) for part in value):
        message = "must be days or hours before the session, such as 7d,1d,1h"
        raise ValueError(message)
    return value


def _groups(value: tuple[str, ...]) -> tuple[str, ...]:
    if not set(value) <= {group.value for group in Group} - {Group.PREFER_NOT_TO_SAY.value}:
        message = "must be of indigenous, black, racialized, other_equity_group"
        raise ValueError(message)
    return value


def _vault_keys(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for key in value:
        try:
            well = len(base64.urlsafe_b64decode(key.get_secret_value().encode())) == _KEY_BYTES
        except ValueError:
            well = False
        if not well:
            message = "must be keys made with `python -m bot self-id key`, newest first"
            raise ValueError(message)
    return value


Name = Annotated[str | None, BeforeValidator(_stripped)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Intervals = Annotated[Names, AfterValidator(_intervals)]
Groups = Annotated[Names, AfterValidator(_groups)]
VaultKeys = Annotated[
    tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_vault_keys)
]
Url = Annotated[str, BeforeValidator(_url)]
DatabaseUrl = Annotated[str, BeforeValidator(_driver)]


def lines_of(error: ValidationError) -> str:
    """Word a validation error with the names of the environment and without any value."""
    lines: list[str] = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        message = problem["msg"].removeprefix("Value error, ")
        place = problem["loc"]
        lines.append(f"BOT_{str(place[0]).upper()}: {message}" if place else message)
    return "\n".join(lines)
