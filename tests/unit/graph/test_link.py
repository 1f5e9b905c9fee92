"""What every call has in common: the count, the gate, the time allowed, what is refused first."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import OutsideFault
from bot.graph.client import connect
from bot.graph.link import MAILBOX_CALLS_AT_A_TIME, Link
from bot.graph.options import GraphOptions
from bot.services.ports import MeetingDraft

NAIVE = datetime(2026, 12, 15, 18)  # noqa: DTZ001  (what is refused)


class Counted:
    """An on_call that remembers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def __call__(self, operation: str, result: str) -> None:
        self.calls.append((operation, result))


def options(heard: Counted, **changes: Any) -> GraphOptions:
    # Nobody listens on port 1.
    known = {"url": "http://127.0.0.1:1", "mailbox": "m@x.example", "on_call": heard}
    return GraphOptions(**known | changes)


@pytest.fixture
async def heard() -> Counted:
    return Counted()


async def test_each_call_is_counted_with_its_result(heard: Counted) -> None:
    link = Link(options(heard))

    async def well(_: Any) -> int:
        return 1

    async def badly(_: Any) -> int:
        raise OutsideFault("graph_unavailable")

    assert await link.call("read_event", well) == 1
    with pytest.raises(OutsideFault, match="graph_unavailable"):
        await link.call("read_event", badly)
    assert heard.calls == [("read_event", "ok"), ("read_event", "graph_unavailable")]
    await link.close()


async def test_four_calls_to_the_mailbox_run_at_a_time(heard: Counted) -> None:
    link = Link(options(heard))
    running, most, go = 0, 0, asyncio.Event()

    async def slow(_: Any) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == MAILBOX_CALLS_AT_A_TIME:
            go.set()
        await go.wait()
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(link.mailbox_call("send_mail", slow) for _ in range(11)))
    assert most == 4
    assert len(heard.calls) == 11
    await link.close()


async def test_a_call_has_its_time_and_no_more(heard: Counted) -> None:
    link = Link(options(heard, timeout=timedelta(milliseconds=5)))

    async def never(_: Any) -> None:
        await asyncio.Event().wait()

    with pytest.raises(OutsideFault, match="graph_unanswered"):
        await link.call("send_mail", never)
    assert heard.calls == [("send_mail", "graph_unanswered")]
    await link.close()


async def test_where_nobody_listens_nothing_was_done(heard: Counted) -> None:
    graph = connect(options(heard))
    with pytest.raises(OutsideFault, match="graph_unreachable"):
        await graph.mail.send(to="a@x.example", subject="", html="")
    assert heard.calls == [("send_mail", "graph_unreachable")]
    await graph.close()


async def test_a_naive_time_is_refused_before_anything_is_sent(heard: Counted) -> None:
    graph = connect(options(heard))
    with pytest.raises(ValueError, match="naive"):
        await graph.meetings.move(
            "e", MeetingDraft("t", "", "", NAIVE, NAIVE, "UTC", [], hide_attendees=True)
        )
    assert heard.calls == []
    await graph.close()


async def test_warming_twice_is_as_good_as_once(heard: Counted) -> None:
    graph = connect(options(heard))
    await asyncio.gather(graph.warm(), graph.warm())
    await graph.close()
    await graph.close()
    assert heard.calls == []
