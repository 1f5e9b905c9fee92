"""A machine that fails, an Outlook that is away, a Teams that throttles: nothing lost or twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.teams.ids import chat_id
from tests.integration.program.deeds import (
    COORDINATOR,
    LEADS,
    MANAGER,
    Wish,
    agree,
    begin,
    request,
    staffed,
)
from tests.integration.program.machinery import JSON
from tests.integration.program.stage import Seen, Stage, staged, who, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROW = "SELECT state, created_at, attempts, due_at FROM outbox"
TEAM = "Killed in the middle of a click"
PARTIES = {"side": "employer", "counterpart": who("union-halifax").id}
BOOKED = words("notice.request.scheduled", title="Mental Health: Let's Talk!", day_first="").strip()
AWAY = words("triage.fault.away")
SCHEDULED = words("request.status.scheduled")


def with_words(stage: Stage, key: str, said: str) -> list[Seen]:
    return [each for each in stage.said_to(key) if said in each.words]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """As everywhere, but not patient for long with the dead, and without a mailbox at first."""
    folder = tmp_path_factory.mktemp("stage")
    async with staged(folder, filled, BOT_LEASE_SECONDS="2") as made:
        await made.start(BOT_SERVICE_MAILBOX="")
        yield made


async def test_without_a_mailbox_the_chat_works(stage: Stage) -> None:
    """The whole way to both acceptances; the booking waits until there is a mailbox."""
    await staffed(stage, Wish(team="Without a mailbox", day="2027-04-08"))
    for _ in range(3):
        await stage.settled()
        stage.jump(seconds=30)
    await stage.sees(COORDINATOR, words("triage.fault.unset"))
    assert stage.events() == []
    assert await stage.end() == 0
    await stage.start()
    stage.jump(minutes=20)
    await stage.until(stage.events, "never booked")
    await stage.until(lambda: with_words(stage, MANAGER, BOOKED), "never told")
    await stage.settled()


async def test_killed_in_the_middle_of_three_turns(stage: Stage) -> None:
    """
    a click, while it asks Outlook      ▸ Teams says that it did not work; one click goes on
    typed words, while they ask it      ▸ sent again by Teams, answered once
    an answer, decided and on its way   ▸ what was decided is kept; it is said once, later
    """
    clicking = await _click_that_hangs(stage)
    await begin(stage, Wish(requester="manager-montreal"), steps=2)
    typed = len(stage.said_to("manager-montreal"))
    await stage.page("manager-montreal", "messages", {"text": "Déléguée"})
    await stage.install("employee-ottawa")
    answered = len(stage.said_to("employee-ottawa"))
    stage.teams_valve.hold("POST", chat_id(who("employee-ottawa")))
    await stage.page("employee-ottawa", "messages", {"text": "français"})
    await stage.until(lambda: len(stage.graph_valve.held) == 2, "the turns do not ask Outlook")
    await stage.until(lambda: stage.teams_valve.held, "the answer is not on its way")
    # What was said in the last second may be said again: docs/decisions/0004-adapter.md.
    await stage.until(lambda: len(stage.answering()) == 1, "older answers are not marked")

    await stage.kill_and_open()
    assert (await clicking)["value"]["code"] == "BotUnreachable"
    stage.jump(seconds=61)  # so long an answer is left to whoever had begun it
    await stage.start()

    await _goes_on(stage)
    found = await stage.sees("manager-montreal", who("union-quebec").name, after=typed)
    await stage.sees("employee-ottawa", words("help.language.text", "fr"), after=answered)
    await stage.until(lambda: not stage.answering(), "something is still being said")
    assert [each.id for each in stage.said_to("manager-montreal")[typed:]] == [found.id]
    assert len(stage.said_to("employee-ottawa")) == answered + 1


async def _click_that_hangs(stage: Stage) -> asyncio.Task[JSON]:
    await begin(stage, Wish(team=TEAM), steps=2)
    stage.graph_valve.hold("GET", "/users")
    message, action = stage.button(MANAGER, "form", "next")
    data = {**action["data"], **PARTIES}
    return asyncio.create_task(stage.invoke(MANAGER, message.id, "form", data))


async def _goes_on(stage: Stage) -> None:
    message, _ = stage.button(MANAGER, "form", "next")
    date = {"date1": "2027-03-18", "time1": "13:00"}
    await stage.fill(MANAGER, PARTIES, {"participants": "12"}, date, {}, {})
    (record,) = with_words(stage, MANAGER, TEAM)
    assert record.id == message.id
    assert len(stage.rows("SELECT * FROM requests WHERE team = ?", TEAM)) == 1


async def test_killed_while_a_card_goes_out_and_while_outlook_books(stage: Stage) -> None:
    """The card is there once; the event is found again, and announced once."""
    wish = Wish(team="Killed after booking", day="2027-03-23")
    events, announced = len(stage.events()), len(with_words(stage, MANAGER, BOOKED))
    invited = {key: len(stage.invitations(key)) for key in LEADS}
    stage.graph_valve.hold("POST", "/events", after=True)
    await staffed(stage, wish)
    await stage.until(lambda: stage.graph_valve.held, "nothing is booked")
    await stage.install("union-quebec")
    stage.teams_valve.hold("POST", chat_id(who("union-quebec")))
    other = Wish(team="Killed while a card goes out", counterpart="union-quebec")
    asking = await request(stage, other)
    await stage.until(lambda: stage.teams_valve.held, "no card goes out")
    await stage.until(lambda: not stage.answering(), "older answers are not marked")

    await stage.kill_and_open()
    (event,) = stage.events()[events:]
    stage.jump(minutes=3)  # the lease of the dead is over
    await stage.start()

    await agree(stage, asking, other)
    await stage.until(lambda: len(with_words(stage, MANAGER, BOOKED)) > announced, "never told")
    await stage.settled()
    assert len(with_words(stage, "union-quebec", asking)) == 1
    assert [each.id for each in stage.events()[events:]] == [event.id]
    for key in LEADS:
        (invitation,) = stage.invitations(key)[invited[key] :]
        assert (invitation.kind, invitation.subject) == ("invitation", event.said["subject"])
    assert len(with_words(stage, MANAGER, BOOKED)) == announced + 1


async def test_outlook_away_for_a_while(stage: Stage) -> None:
    """Everything is kept, the cards say so, and the meeting is booked when Outlook is back."""
    wish = Wish(team="While Outlook is away", day="2027-03-25")
    events = len(stage.events())
    await stage.graph_down()
    await staffed(stage, wish)
    for _ in range(3):
        await stage.settled()
        stage.jump(seconds=30)
    await stage.sees(COORDINATOR, AWAY)
    await stage.sees(MANAGER, words("request.next.fault"))
    await stage.sees(LEADS[0], words("assignment.next.accepted.fault"))
    assert len(stage.events()) == events
    await stage.graph_up()
    stage.jump(minutes=20)
    await stage.until(lambda: len(stage.events()) == events + 1, "never booked")
    await stage.sees(MANAGER, SCHEDULED)
    await stage.settled()
    await stage.until(lambda: not with_words(stage, COORDINATOR, AWAY), "the card still warns")
    assert len(stage.events()) == events + 1


async def test_teams_asks_to_come_back_later(stage: Stage) -> None:
    """The card waits as long as Teams asks, and then goes out, once."""
    wish = Wish(team="Throttled", counterpart="union-halifax")
    await stage.install("union-halifax")
    chat = chat_id(who("union-halifax"))
    await stage.until(lambda: not stage.answering(), "the greeting is on its way")
    await stage.fault("teams", status=429, retryAfter=40, match=chat)
    before = stage.teams_valve.came("POST", chat)
    reference = await request(stage, wish)
    query = f"{ROW} WHERE kind = 'request.asked' AND recipient_id = ?"
    await waits(stage, query, who("union-halifax").id, seconds=40)
    assert stage.teams_valve.came("POST", chat) == before + 1
    stage.jump(seconds=41)
    await stage.sees("union-halifax", reference)
    assert stage.teams_valve.came("POST", chat) == before + 2


async def test_outlook_asks_to_come_back_later(stage: Stage) -> None:
    """The booking waits as long as Outlook asks; it is made once, and nobody is alarmed."""
    before, events = stage.graph_valve.came("POST", "/events"), len(stage.events())
    await stage.fault("graph", status=429, retryAfter=50, operation="createEvent")
    await staffed(stage, Wish(team="Throttled by Outlook", day="2027-04-01"))
    await waits(stage, f"{ROW} WHERE kind = 'meeting.book'", seconds=50)
    assert stage.graph_valve.came("POST", "/events") == before + 1
    stage.jump(seconds=51)
    await stage.until(lambda: len(stage.events()) == events + 1, "never booked")
    await stage.settled()
    assert stage.graph_valve.came("POST", "/events") == before + 2
    assert not with_words(stage, COORDINATOR, AWAY)


async def waits(stage: Stage, query: str, *values: str, seconds: int) -> None:
    """The newest of these rows was tried once, and is due again so much later, not before."""

    def tried() -> tuple[str, str, int, str] | None:
        found = stage.rows(f"{query} ORDER BY seq DESC LIMIT 1", *values)
        return found[0] if found and found[0][2] else None

    state, created_at, attempts, due_at = await stage.until(tried, "never tried")
    assert (state, attempts) == ("pending", 1)
    wait = datetime.fromisoformat(due_at) - datetime.fromisoformat(created_at)
    assert timedelta(seconds=seconds) <= wait <= timedelta(seconds=seconds + 30)


async def test_a_database_that_is_locked_for_a_while(stage: Stage) -> None:
    """Somebody's backup holds the file: it is said in a sentence, and then all is answered."""
    await stage.install("employee-regina")
    await stage.until(lambda: not stage.answering(), "something is still being said")
    before = len(stage.said_to("employee-regina"))
    with closing(sqlite3.connect(stage.folder / "bot.db", isolation_level=None)) as backup:
        backup.execute("BEGIN EXCLUSIVE")
        await stage.page("employee-regina", "messages", {"text": "français"})
        await stage.sees("employee-regina", words("error.away"), after=before)
        backup.execute("ROLLBACK")
    await stage.sees("employee-regina", words("help.language.text", "fr"), after=before + 1)
    assert len(stage.said_to("employee-regina")) == before + 2
