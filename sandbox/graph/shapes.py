"""Things as Graph tells them in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.graph import ids
from sandbox.graph.errors import bad_request
from sandbox.graph.rules import zone_name
from sandbox.people import Person

USER = (
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname", "userPrincipalName", "id",
)  # fmt: skip
"""What Graph tells of a person where nobody selects."""


def stamp(moment: str) -> str:
    """Return an ISO instant as Graph writes it."""
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def wall(moment: datetime, zone: str = "UTC") -> dict[str, str]:
    """Return an instant as a dateTimeTimeZone."""
    local = moment.astimezone(ZoneInfo(zone))
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": zone}


def user(person: Person) -> dict[str, Any]:
    """Return everything that the directory knows of a person."""
    return {
        "id": person.id,
        "displayName": person.name,
        "mail": person.mail,
        "userPrincipalName": person.mail,
        "preferredLanguage": person.locale,
        "department": person.department,
        "jobTitle": person.job_title,
        "givenName": None,
        "surname": None,
        "mobilePhone": None,
        "officeLocation": None,
        "businessPhones": [],
        "accountEnabled": True,
        "userType": "Member",
    }


def service_user(mailbox: str) -> dict[str, Any]:
    """Return the programme's own mailbox, as the directory knows it."""
    name = "Joint Learning Program · Programme d’apprentissage mixte"
    empty = dict.fromkeys(("jobTitle", "preferredLanguage", "department", "givenName", "surname"))
    return {
        **empty,
        "id": ids.of(mailbox),
        "displayName": name,
        "mail": mailbox,
        "userPrincipalName": mailbox,
        "accountEnabled": True,
        "userType": "Member",
    }


def select(request: web.Request, known: dict[str, Any], usual: Iterable[str]) -> dict[str, Any]:
    """Return the properties that the caller wants. An unknown one is refused."""
    wanted = request.query.get("$select")
    names = [name.strip() for name in wanted.split(",")] if wanted else list(usual)
    for name in names:
        if name not in known:
            raise bad_request(f"Could not find a property named '{name}'.")
    chosen = {name: known[name] for name in names}
    return {**chosen, "id": known["id"]} if "id" in known else chosen


def page(request: web.Request, found: Sequence[dict[str, Any]], kind: str) -> web.Response:
    """Return a collection, as many as `$top` says from `$skip` on, with the link to the rest."""
    top, skip = number(request, "$top", 100), number(request, "$skip", 0)
    body: dict[str, Any] = {
        "@odata.context": f"{request.url.origin()}/v1.0/$metadata#{kind}",
        "value": list(found[skip : skip + top]),
    }
    if skip + top < len(found):
        body["@odata.nextLink"] = str(request.url.update_query({"$skip": skip + top}))
    return web.json_response(body)


def number(request: web.Request, name: str, usual: int) -> int:
    """Return a whole number of the query."""
    told = request.query.get(name, str(usual))
    if not told.isdigit():
        raise bad_request(f"'{name}' must be a number.")
    return min(int(told), 999)


def zone_wanted(request: web.Request) -> str:
    """Return the zone that the caller prefers to read times in."""
    for prefer in prefers(request):
        if prefer.startswith("outlook.timezone="):
            wanted = prefer.partition("=")[2].strip('"')
            if (zone := zone_name(wanted)) is None:
                raise bad_request(f"The time zone '{wanted}' of the Prefer header is unknown.")
            return zone
    return "UTC"


def prefers(request: web.Request) -> list[str]:
    """Return the entries of the Prefer headers."""
    told = ",".join(request.headers.getall("Prefer", []))
    return [each.strip() for each in told.split(",") if each.strip()]
