"""A meeting of several days: one event with a recurrence, the same hours on its zone's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import OutsideFault
from bot.graph.client import Graph
from bot.services.ports import Attendee, Availability, MeetingDraft, Repeats
from sandbox.graph.faults import Fault
from sandbox.graph.models import Invitation, Message
from sandbox.graph.pages.view import Box, meetings
from sandbox.people import SERVICE_MAILBOX, load_people
from tests.contracts.local_graph import LocalGraph
from tests.contracts.raw_client import HEADERS, event, serving

PERSON = load_people().by_key("employee-ottawa")
OTHER = load_people().by_key("employee-regina")
# Five Wednesdays, with the clocks of March in between: the second is an hour earlier in UTC.
STARTS_AT = datetime(2027, 3, 10, 14, tzinfo=UTC)
WEEKLY = MeetingDraft(
    transaction_id="series-1",
    subject="Orientation",
    body_html="<p>Welcome</p>",
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(hours=7),
    zone="America/Toronto",
    attendees=[Attendee(PERSON.mail, PERSON.name)],
    hide_attendees=True,
    repeats=Repeats(weekdays=(2,), times=5),
)
# Wednesday to Tuesday, over a weekend.
DAILY = replace(WEEKLY, transaction_id="series-2", repeats=Repeats((0, 1, 2, 3, 4), 5))


def typed(name: str, **properties: Any) -> dict[str, Any]:
    return {"@odata.type": f"#microsoft.graph.{name}", **properties}


async def test_a_series_as_it_is_sent(graph: Graph, server: LocalGraph) -> None:
    await graph.meetings.create(DAILY)
    sent = server.recorder.exchanges[-1].body
    assert sent["start"] == {"dateTime": "2027-03-10T09:00:00", "timeZone": "America/Toronto"}
    assert sent["end"] == {"dateTime": "2027-03-10T16:00:00", "timeZone": "America/Toronto"}
    assert sent["transactionId"] == "series-2"
    assert sent["recurrence"] == {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "firstDayOfWeek": "monday",
        },
        "range": {
            "type": "numbered",
            "startDate": "2027-03-10",
            "numberOfOccurrences": 5,
            "recurrenceTimeZone": "America/Toronto",
        },
    }


async def test_a_first_day_is_the_one_of_its_zone(graph: Graph, server: LocalGraph) -> None:
    """9 pm on Tuesday in Vancouver is Wednesday in UTC."""
    late = replace(
        WEEKLY,
        starts_at=datetime(2027, 3, 10, 4, tzinfo=UTC),
        ends_at=datetime(2027, 3, 10, 5, tzinfo=UTC),
        zone="America/Vancouver",
        repeats=Repeats((1,), 5),
    )
    await graph.meetings.create(late)
    sent = server.recorder.exchanges[-1].body
    assert sent["recurrence"]["range"]["startDate"] == "2027-03-09"


def shown(server: LocalGraph, mail: str) -> list[tuple[date, str]]:
    found = meetings(server.world, Box(mail, server.people.by_mail(mail)))
    return [(each.starts_at.date(), f"{each.starts_at:%H:%M}") for each in found]


async def test_each_day_is_in_the_calendar_of_whoever_is_invited(
    graph: Graph, server: LocalGraph
) -> None:
    await graph.meetings.create(WEEKLY)
    days = [(date(2027, 3, 10), "14:00")]
    # The clocks go forward on March 14: the same hours, an hour earlier in UTC.
    days += [(date(2027, 3, 10) + timedelta(weeks=n), "13:00") for n in range(1, 5)]
    assert shown(server, PERSON.mail) == days
    assert shown(server, SERVICE_MAILBOX) == days


async def test_days_in_a_row_go_over_the_weekend(graph: Graph, server: LocalGraph) -> None:
    await graph.meetings.create(DAILY)
    assert [on.day for on, _ in shown(server, PERSON.mail)] == [10, 11, 12, 15, 16]


async def test_a_holiday_is_passed_over_where_no_other_week_has_its_weekday(
    graph: Graph, server: LocalGraph
) -> None:
    """From the Thursday before Victoria Day: the series has no Monday."""
    first_on = timedelta(days=71, hours=-1)  # by summer's clock
    over = replace(
        DAILY,
        starts_at=DAILY.starts_at + first_on,
        ends_at=DAILY.ends_at + first_on,
        repeats=Repeats((1, 2, 3, 4), 5),
    )
    await graph.meetings.create(over)
    assert [on.day for on, _ in shown(server, PERSON.mail)] == [20, 21, 25, 26, 27]


async def test_every_day_takes_time(graph: Graph, server: LocalGraph) -> None:
    await graph.meetings.create(WEEKLY)
    for number in range(5):
        # 9 am in Ottawa that week.
        start = datetime(2027, 3, 10, 14 if number == 0 else 13, tzinfo=UTC)
        start += timedelta(weeks=number)
        free = await graph.calendars.availability(
            [PERSON.mail], start + timedelta(minutes=5), start + timedelta(minutes=10)
        )
        assert free == {PERSON.mail: Availability.BUSY}


async def test_people_come_and_go_for_the_whole_series(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(WEEKLY)
    await graph.meetings.set_attendees(made.event_id, [Attendee(OTHER.mail, OTHER.name)])
    sent = server.recorder.exchanges[-1]
    assert sent.body == typed(
        "event",
        attendees=[
            typed(
                "attendee",
                emailAddress={"address": OTHER.mail, "name": OTHER.name},
                type="optional",
            )
        ],
    )
    told = [(m.kind, m.owner) for m in server.world.store.of(Message)]
    assert told == [
        ("invitation", PERSON.mail),
        ("invitation", OTHER.mail),
        ("cancellation", PERSON.mail),
    ]
    assert len(shown(server, OTHER.mail)) == 5


async def test_the_same_transaction_makes_one_series(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(WEEKLY)
    assert (await graph.meetings.create(WEEKLY)).event_id == made.event_id


async def test_a_used_transaction_of_a_series_is_found_by_its_days(
    graph: Graph, server: LocalGraph
) -> None:
    """The people changed meanwhile: Graph says that the id was used, and shows days alone."""
    server.world.faults.waiting.append(Fault(status=0, after=True, operation="createEvent"))
    with pytest.raises(OutsideFault):
        await graph.meetings.create(WEEKLY)
    other = await graph.meetings.create(replace(DAILY, transaction_id="another"))
    attendees = [*WEEKLY.attendees, Attendee(OTHER.mail, OTHER.name)]
    found = await graph.meetings.create(replace(WEEKLY, attendees=attendees))
    assert found.event_id != other.event_id
    looked = [x for x in server.recorder.exchanges if x.path.endswith("/calendarView")]
    assert dict(looked[-1].query)["$select"] == (
        "id,isCancelled,onlineMeeting,transactionId,seriesMasterId"
    )
    assert [m.owner for m in server.world.store.of(Message) if m.owner == OTHER.mail] == [
        OTHER.mail
    ]


async def test_a_used_transaction_of_a_series_that_has_other_days_now(
    graph: Graph, server: LocalGraph
) -> None:
    made = await graph.meetings.create(WEEKLY)
    later = timedelta(days=70)
    moved = replace(WEEKLY, starts_at=WEEKLY.starts_at + later, ends_at=WEEKLY.ends_at + later)
    assert (await graph.meetings.create(moved)).event_id == made.event_id


async def test_a_series_moves_to_other_days(graph: Graph, server: LocalGraph) -> None:
    """One change of the same event: its people stay."""
    made = await graph.meetings.create(WEEKLY)
    later = timedelta(days=5)  # a Monday, after the change of the clocks
    hour = timedelta(hours=1)
    moved = replace(
        WEEKLY,
        starts_at=WEEKLY.starts_at + later - hour,
        ends_at=WEEKLY.ends_at + later - hour,
        repeats=Repeats((0, 1, 2, 3, 4), 5),
    )
    await graph.meetings.move(made.event_id, moved)
    sent = server.recorder.exchanges[-1].body
    assert set(sent) == {"@odata.type", "start", "end", "recurrence"}
    assert [on.day for on, _ in shown(server, PERSON.mail)] == [15, 16, 17, 18, 19]
    assert {at for _, at in shown(server, PERSON.mail)} == {"13:00"}
    assert not (await graph.meetings.read(made.event_id)).cancelled


async def test_a_cancelled_series_leaves_every_day(graph: Graph, server: LocalGraph) -> None:
    made = await graph.meetings.create(WEEKLY)
    await graph.meetings.cancel(made.event_id, "Too few people")
    assert [copy.cancelled for copy in server.world.store.of(Invitation)] == [True]
    free = await graph.calendars.availability(
        [SERVICE_MAILBOX], STARTS_AT, STARTS_AT + timedelta(hours=7)
    )
    assert free == {SERVICE_MAILBOX: Availability.FREE}


SERIES = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-12-15", "numberOfOccurrences": 5},
}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"range": {**SERIES["range"], "startDate": "2026-12-16"}}, "startDate"),
        ({"range": {**SERIES["range"], "startDate": "soon"}}, "date"),
        ({"range": {**SERIES["range"], "numberOfOccurrences": 0}}, "numberOfOccurrences"),
        ({"range": {**SERIES["range"], "recurrenceTimeZone": "Mars/Base"}}, "unknown"),
        ({"pattern": {**SERIES["pattern"], "daysOfWeek": ["someday"]}}, "daysOfWeek"),
        ({"pattern": {**SERIES["pattern"], "every": 2}}, "every"),
    ],
)
async def test_a_senseless_series_is_refused(changed: dict[str, Any], says: str) -> None:
    async with serving() as client:
        path = f"/v1.0/users/{SERVICE_MAILBOX}/events"
        status, told = await client(
            "POST", path, event(recurrence={**SERIES, **changed}), headers=HEADERS
        )
        assert status == 400
        assert says in told["error"]["message"]


async def test_days_are_shown_one_by_one_and_the_series_as_one() -> None:
    async with serving() as client:
        path = f"/v1.0/users/{SERVICE_MAILBOX}"
        _, made = await client("POST", f"{path}/events", event(recurrence=SERIES))
        assert made["type"] == "seriesMaster"
        _, days = await client(
            "GET",
            f"{path}/calendarView?startDateTime=2026-12-01T00:00:00Z"
            "&endDateTime=2027-03-01T00:00:00Z",
        )
        assert [day["start"]["dateTime"][:10] for day in days["value"]] == [
            "2026-12-15", "2026-12-22", "2026-12-29", "2027-01-05", "2027-01-12",
        ]  # fmt: skip
        assert {day["type"] for day in days["value"]} == {"occurrence"}
        assert {day["seriesMasterId"] for day in days["value"]} == {made["id"]}
        _, listed = await client("GET", f"{path}/events")
        assert [each["type"] for each in listed["value"]] == ["seriesMaster"]
