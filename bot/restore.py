"""`python -m bot restored`: a copy of the database catches up in silence before it goes on."""

from __future__ import annotations

from bot.clock import ManualClock
from bot.core import Core
from bot.domain.messages import Via
from bot.services.meeting_tasks import MeetingTasks
from bot.services.outbox import Courier, MeetingCarrier
from bot.services.outlook_looks import OutlookLooks
from bot.services.restoring import Restoring
from bot.services.upkeep import Upkeep
from storage.outbox_queue import SqlOutboxQueue
from storage.restoring import SqlRestored


def make_restoring(core: Core, clock: ManualClock) -> Restoring:
    """The use case, on a core whose clock is this one: it stands where the program stopped."""
    services = core.services
    tasks = {**core.bookings, "event": OutlookLooks(core.desk, core.graph.meetings, core.bookings)}
    courier = Courier(
        SqlOutboxQueue(core.engine), {Via.MEETING: MeetingCarrier(MeetingTasks(tasks))}, clock
    )
    upkeep = Upkeep(core.desk, core.assignments, core.seats, services.rounds, services.training)
    return Restoring(SqlRestored(core.engine), upkeep, courier, clock)
