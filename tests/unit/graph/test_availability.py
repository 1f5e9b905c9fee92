"""How Graph's answers about a calendar are read."""

from datetime import UTC, datetime, timedelta

import pytest
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.free_busy_error import FreeBusyError
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.schedule_information import ScheduleInformation
from msgraph.generated.models.schedule_item import ScheduleItem

from bot.graph.calendars import _slot, _state, _stretches
from bot.services.ports import Availability

START = datetime(2026, 12, 15, 18, tzinfo=UTC)
END = START + timedelta(hours=3)


def item(status: FreeBusyStatus | None, after: float = 0, hours: float = 1) -> ScheduleItem:
    def at(moment: datetime) -> DateTimeTimeZone:
        return DateTimeTimeZone(date_time=moment.strftime("%Y-%m-%dT%H:%M:%S"), time_zone="UTC")

    began = START + timedelta(hours=after)
    return ScheduleItem(status=status, start=at(began), end=at(began + timedelta(hours=hours)))


STATUS = FreeBusyStatus


@pytest.mark.parametrize(
    ("schedule", "state"),
    [
        (None, Availability.UNKNOWN),
        (ScheduleInformation(), Availability.UNKNOWN),
        (ScheduleInformation(error=FreeBusyError(message="no")), Availability.UNKNOWN),
        (ScheduleInformation(schedule_items=[]), Availability.FREE),
        (ScheduleInformation(schedule_items=[item(STATUS.Free)]), Availability.FREE),
        (ScheduleInformation(schedule_items=[item(STATUS.WorkingElsewhere)]), Availability.FREE),
        (ScheduleInformation(schedule_items=[item(STATUS.Tentative)]), Availability.BUSY),
        (ScheduleInformation(schedule_items=[item(STATUS.Busy)]), Availability.BUSY),
        (ScheduleInformation(schedule_items=[item(STATUS.Oof)]), Availability.BUSY),
        (ScheduleInformation(schedule_items=[item(STATUS.Unknown)]), Availability.UNKNOWN),
        (ScheduleInformation(schedule_items=[item(None)]), Availability.UNKNOWN),
        (ScheduleInformation(schedule_items=[item(STATUS.Busy, after=3)]), Availability.FREE),
        (ScheduleInformation(schedule_items=[item(STATUS.Busy, after=-1)]), Availability.FREE),
        (ScheduleInformation(schedule_items=[item(STATUS.Busy, -1, 1.1)]), Availability.BUSY),
        (
            ScheduleInformation(schedule_items=[ScheduleItem(status=STATUS.Busy)]),
            Availability.BUSY,
        ),
        (ScheduleInformation(availability_view="000000"), Availability.FREE),
        (ScheduleInformation(availability_view="000400"), Availability.FREE),
        (ScheduleInformation(availability_view="000200"), Availability.BUSY),
        (ScheduleInformation(availability_view="000?00"), Availability.UNKNOWN),
    ],
)
def test_a_schedule_has_one_meaning(
    schedule: ScheduleInformation | None, state: Availability
) -> None:
    assert _state(schedule, START, END) is state


@pytest.mark.parametrize(("minutes", "slot"), [(210, 30), (30, 30), (20, 20), (3, 5)])
def test_the_slots_asked_for(minutes: int, slot: int) -> None:
    assert _slot(START, START + timedelta(minutes=minutes)) == slot


HOUR = (START + timedelta(hours=1), START + timedelta(hours=2))


@pytest.mark.parametrize(
    ("schedule", "stretches"),
    [
        (None, None),
        (ScheduleInformation(), None),
        (ScheduleInformation(error=FreeBusyError(message="no")), None),
        (ScheduleInformation(schedule_items=[]), []),
        (ScheduleInformation(schedule_items=[item(STATUS.Free, 1)]), []),
        (ScheduleInformation(schedule_items=[item(STATUS.Tentative, 1)]), [HOUR]),
        (ScheduleInformation(schedule_items=[item(STATUS.Unknown, 1)]), [HOUR]),
        (ScheduleInformation(schedule_items=[ScheduleItem(status=STATUS.Busy)]), [(START, END)]),
        (
            ScheduleInformation(availability_view="004200"),
            [(START + timedelta(minutes=90), START + timedelta(minutes=120))],
        ),
    ],
)
def test_what_is_not_known_to_be_free_is_taken(
    schedule: ScheduleInformation | None, stretches: list[tuple[datetime, datetime]] | None
) -> None:
    assert _stretches(schedule, START, END) == stretches
