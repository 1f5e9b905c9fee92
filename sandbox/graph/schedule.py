"""getSchedule: who is free and who is busy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.graph import shapes
from sandbox.graph.busy import Block, blocks
from sandbox.graph.errors import bad_request
from sandbox.graph.events import want_immutable_ids
from sandbox.graph.models import Event, Invitation, instant
from sandbox.graph.world import WORLD, World, body_of

VIEW = ("free", "tentative", "busy", "oof", "workingElsewhere")
LONGEST = timedelta(days=62)
WORKING_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


async def get_schedule(request: web.Request) -> web.Response:
    """`POST /users/{id}/calendar/getSchedule`."""
    want_immutable_ids(request)
    world = request.app[WORLD]
    world.owner(request)
    said = await body_of(request)
    for name in ("schedules", "startTime", "endTime"):
        if not said.get(name):
            raise bad_request(f"'{name}' is missing.", "ErrorInvalidParameter")
    start, end = instant(said["startTime"]), instant(said["endTime"])
    slot = timedelta(minutes=said.get("availabilityViewInterval", 30))
    if not timedelta(0) < end - start <= LONGEST or slot > end - start:
        raise bad_request("The time window is empty, too long, or shorter than the interval.")
    zone = shapes.zone_wanted(request)
    value = [_of(world, mail, start, end, slot, zone) for mail in said["schedules"]]
    return web.json_response({"@odata.context": "$metadata#schedule", "value": value})


def _of(
    world: World, mail: str, start: datetime, end: datetime, slot: timedelta, zone: str
) -> dict[str, Any]:
    person = world.people.by_mail(mail)
    if person is None and mail.lower() != world.mailbox:
        message = f"Mailbox '{mail}' was not found."
        error = {"message": message, "responseCode": "ErrorMailRecipientNotFound"}
        return {"scheduleId": mail, "availabilityView": "", "error": error}
    taken = sorted(taken_times(world, mail, start, end), key=lambda block: block.starts_at)
    hours = {
        "daysOfWeek": WORKING_DAYS,
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {
            "@odata.type": "#microsoft.graph.customTimeZone",
            "name": person.zone if person else "UTC",
        },
    }
    return {
        "scheduleId": mail,
        "availabilityView": _view(taken, start, end, slot),
        "scheduleItems": [
            {
                "status": block.status,
                "start": shapes.wall(block.starts_at, zone),
                "end": shapes.wall(block.ends_at, zone),
            }
            for block in taken
        ],
        "workingHours": hours,
    }


def taken_times(world: World, mail: str, start: datetime, end: datetime) -> Iterator[Block]:
    """Return everything that takes a mailbox's time: blocks, own events, accepted invitations."""
    person = world.people.by_mail(mail)
    if person is not None:
        yield from blocks(person, start, end)
    own = [event for event in world.store.of(Event, mail.lower()) if not event.cancelled]
    seen = [
        copy
        for copy in world.store.of(Invitation, mail.lower())
        if not copy.cancelled and copy.response != "declined"
    ]
    for item in (*own, *seen):
        said = item.said if isinstance(item, Event) else item.seen
        for day in item.days:
            if day.starts_at < end and start < day.ends_at:
                yield Block(said.get("subject", ""), "busy", day.starts_at, day.ends_at)


def _view(taken: list[Block], start: datetime, end: datetime, slot: timedelta) -> str:
    told = ""
    while start < end:
        here = [
            VIEW.index(block.status)
            for block in taken
            if block.starts_at < start + slot and start < block.ends_at
        ]
        told += str(max(here, default=0))
        start += slot
    return told
