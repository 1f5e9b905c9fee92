"""What `python -m bot doctor` finds, well and ill."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.core import Core, graph_options, make_core, watch
from bot.doctor import Finding, examine
from bot.domain.errors import DENIED, Denied
from bot.domain.outlook import Watch
from bot.graph.client import Graph
from bot.graph.link import Link
from bot.i18n import Catalogues
from bot.metrics import Metrics
from bot.settings import Settings
from storage.invariants import ALL
from storage.migrate import upgrade
from tests.fakes.graph import FakeGraph
from tests.integration.storage.samples import a_row

NOW = datetime(2027, 1, 11, 15, tzinfo=UTC)
ALL_WELL = [
    Finding("database", "ok"),
    Finding("token", "off"),
    Finding("directory", "ok"),
    Finding("calendars", "ok"),
    Finding("mailbox", "ok"),
    Finding("hosts", "ok"),
    Finding("subscription", "off"),
    Finding("reconciliation", "awaited"),
    Finding("self_id", "off"),
    Finding("outbox", "ok"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "database_url": f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}",
            "service_mailbox": "conversations@sandbox.example",
            "graph_url": "http://127.0.0.1:1/v1.0",
        }
    )


@pytest.fixture
def outlook() -> FakeGraph:
    return FakeGraph()


@pytest.fixture
async def core(settings: Settings, outlook: FakeGraph) -> AsyncIterator[Core]:
    await upgrade(settings.database_url)
    link = Link(graph_options(settings, None))
    graph = Graph(outlook, outlook, outlook, outlook, outlook, outlook, outlook, link)
    made = make_core(settings, ManualClock(NOW), graph)
    yield made
    await made.engine.dispose()


async def found(settings: Settings, core: Core) -> list[Finding]:
    return [finding async for finding in examine(settings, core, None, between_looks=0)]


async def test_all_is_well_and_the_test_meeting_is_cancelled(
    settings: Settings, core: Core, outlook: FakeGraph
) -> None:
    assert await found(settings, core) == ALL_WELL
    (meeting,) = outlook.meetings.values()
    assert meeting.cancelled_with is not None


@pytest.mark.parametrize(
    ("operation", "ill"),
    [("search", "directory"), ("availability", "calendars"), ("host", "hosts")],
)
async def test_what_graph_refuses_is_named(
    settings: Settings, core: Core, outlook: FakeGraph, operation: str, ill: str
) -> None:
    outlook.fail(Denied(), operation=operation)
    failed = Finding(ill, "failed", "graph_denied")
    assert await found(settings, core) == [
        failed if finding.what == ill else finding for finding in ALL_WELL
    ]


async def test_a_mailbox_that_makes_no_meeting(
    settings: Settings, core: Core, outlook: FakeGraph
) -> None:
    outlook.fail(Denied(), operation="create")
    assert Finding("mailbox", "failed", "graph_denied") in await found(settings, core)


async def test_a_mailbox_without_teams_gives_no_link(
    settings: Settings, core: Core, outlook: FakeGraph
) -> None:
    outlook.join_reads = 1000
    seen = await found(settings, core)
    assert Finding("mailbox", "no_link") in seen
    assert "hosts" not in [finding.what for finding in seen]


HOUR = timedelta(hours=1)
NEWS = "https://bot.example/api/graph/notifications"


@pytest.mark.parametrize(
    ("watched", "told"),
    [
        (None, [("awaited", ""), ("awaited", "")]),
        (Watch("calendar", NOW, NOW), [("awaited", ""), ("awaited", "")]),
        (
            Watch("calendar", NOW, NOW, reconciled_at=NOW - HOUR, fault="graph_rejected"),
            [("failed", "graph_rejected"), ("ok", "2027-01-11 14:00 UTC")],
        ),
        (
            Watch(
                "calendar", NOW, NOW, subscription_id="s", url=NEWS, expires_at=NOW + 48 * HOUR,
                reconciled_at=NOW - 24 * HOUR,
            ),
            [("ok", "2027-01-13 15:00 UTC"), ("ok", "2027-01-10 15:00 UTC")],
        ),
        (
            Watch(
                "calendar", NOW, NOW, subscription_id="s", url=NEWS, expires_at=NOW - HOUR,
                reconciled_at=NOW - 25 * HOUR,
            ),
            [("lapsed", "2027-01-11 14:00 UTC"), ("late", "2027-01-10 14:00 UTC")],
        ),
    ],
)  # fmt: skip
async def test_whether_the_mailbox_tells_its_news(
    settings: Settings, core: Core, watched: Watch | None, told: list[tuple[str, str]]
) -> None:
    await keep(core, watched)
    reached = settings.model_copy(update={"public_url": "https://bot.example"})
    seen = [
        one for one in await found(reached, core) if one.what in ("subscription", "reconciliation")
    ]
    assert [(one.result, one.code) for one in seen] == told
    assert [one.well for one in seen] == [one not in ILL for one, _ in told]


async def keep(core: Core, watched: Watch | None) -> None:
    async with core.desk.uow() as uow:
        if watched is not None:
            await uow.outlook.add_watch(watched)
        await uow.commit()


ILL = ("failed", "lapsed", "late")


async def test_what_waits_for_a_permission(settings: Settings, core: Core) -> None:
    row = a_row("r", kind="meeting.hosts", last_error=DENIED, attempts=3)
    async with core.desk.uow() as uow:
        await uow.outbox.add(row)
        await uow.commit()
    (waits,) = [one for one in await found(settings, core) if one.what == "outbox"]
    assert (waits, waits.well) == (Finding("outbox", "denied", "1"), False)


async def test_every_finding_is_worded() -> None:
    results = {
        "database": ("ok", "old", "failed"),
        "mailbox": ("ok", "no_link", "failed", "away"),
        **dict.fromkeys(("directory", "calendars", "hosts"), ("ok", "failed", "away")),
        "subscription": ("ok", "off", "awaited", "lapsed", "failed"),
        "outbox": ("ok", "dead", "denied"),
        "reconciliation": ("ok", "awaited", "late"),
    }
    for language in ("en", "fr"):
        tr = Catalogues.load().translator(language, "America/Toronto")
        for what in ("token", *results):
            for result in results.get(what, ("ok", "failed")):
                assert tr.t(f"doctor.{what}.{result}", code="x")


async def test_the_hourly_look_at_the_records_is_in_the_figures(core: Core) -> None:
    metrics = Metrics()
    assert await watch(core, metrics).run() == 0
    shown = metrics.text().decode().splitlines()
    figures = sorted(line for line in shown if line.startswith("bot_invariants_broken{"))
    names = sorted(one.name for one in ALL)
    assert figures == [f'bot_invariants_broken{{invariant="{name}"}} 0.0' for name in names]
