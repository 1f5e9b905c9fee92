"""Weeks go by: reminders in each reader's own day, once; people who leave, block and come back."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.integration.program.deeds import MANAGER, Wish, request
from tests.integration.program.machinery import ROOT
from tests.integration.program.stage import Stage, who
from tests.integration.program.terminal import SESSIONS, saved, session_line

pytestmark = pytest.mark.asyncio(loop_scope="module")

COORDINATOR = "coordinator-union-atlantic"
LEADS = ("facilitator-union-st-johns", "facilitator-employer-charlottetown")
READERS = ("employee-vancouver", "employee-st-johns", "employee-regina")
TOPIC = "understanding-the-collective-agreement"
# 8:30 in St. John's is 4 in the morning in Vancouver; the clocks change on March 14.
ZONE = ZoneInfo("America/St_Johns")
FIRST, SECOND = datetime(2027, 3, 22, 8, 30, tzinfo=ZONE), datetime(2027, 4, 6, 8, 30, tzinfo=ZONE)
MOVED = datetime(2027, 4, 13, 9, 0, tzinfo=ZONE)


class Told(NamedTuple):
    """One reminder that went out: to whom, which, how, and when by the reader's own clock."""

    key: str
    which: str
    via: str
    at: datetime


def told(stage: Stage, session_id: str) -> list[Told]:
    """The reminders of seats in a session that have been sent."""
    keys = {who(key).id: key for key in READERS}
    return [
        Told(
            keys[person_id],
            json.loads(args)["which"],
            via,
            datetime.fromisoformat(done_at)
            .replace(tzinfo=UTC)
            .astimezone(who(keys[person_id]).zone_info),
        )
        for person_id, args, via, done_at in stage.rows(
            "SELECT recipient_id, args, via, done_at FROM outbox"
            " WHERE kind = 'reminder.seat' AND state = 'sent' AND subject = ?",
            f"session:{session_id}",
        )
    ]


def ahead(stage: Stage) -> list[datetime]:
    """When the reminders still to come are due, soonest first."""
    rows = stage.rows(
        "SELECT due_at FROM outbox WHERE kind LIKE 'reminder.%' AND state = 'pending'"
        " ORDER BY due_at"
    )
    return [datetime.fromisoformat(due_at).replace(tzinfo=UTC) for (due_at,) in rows]


async def until_reminded(stage: Stage, *, before: datetime) -> None:
    """Jump from one reminder to the next, as far as that."""
    while (dues := ahead(stage)) and dues[0] < before:
        stage.clock.set(max(dues[0] + timedelta(seconds=1), stage.clock.now()))
        await stage.settled()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sessions(house: Stage) -> tuple[str, str]:
    """Two sessions, taken in by the command line while the program runs; three people join both."""
    lines = [
        session_line(
            offering="understanding-the-collective-agreement",
            starts_on=f"{starts_at:%Y-%m-%d}",
            starts_at=f"{starts_at:%H:%M}",
            zone=str(ZONE),
            region="atlantic",
            organization="2306",
            union_facilitator=who(LEADS[0]).id,
            employer_facilitator=who(LEADS[1]).id,
        )
        for starts_at in (FIRST, SECOND)
    ]
    await house.install(*LEADS, *READERS)
    file = saved(house.folder / "sessions.csv", SESSIONS, *lines)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sessions", "import", file),
        env=house.environment(LANG="C.UTF-8", LC_ALL="C.UTF-8"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert (process.returncode, out.decode()) == (0, "Sessions: 2 added, 0 there already.\n"), err
    query = "SELECT session_id FROM sessions WHERE status = 'booked' ORDER BY starts_at"

    def both() -> list[tuple[str]] | None:
        found = house.rows(query)
        return found if len(found) == 2 else None

    (first,), (second,) = await house.until(both, "never booked")
    for key in READERS:
        await house.say(key, "sessions")
        for session_id in (first, second):
            await house.invoke(key, house.last(key).id, "session.join", {"id": session_id})
    await house.settled()
    return first, second


async def test_each_is_reminded_once_by_day_and_never_again(
    stage: Stage, sessions: tuple[str, str]
) -> None:
    """
    a week, a day, an hour before: by card and by mail, in each reader's own waking hours
    the program is killed as the first mails go out: those mails are not sent again
    """
    first, _ = sessions
    await kill_as_mails_go_out(stage)
    await until_reminded(stage, before=FIRST + timedelta(hours=1))
    sent = told(stage, first)
    expected = Counter({"7d": 1, "1d": 1, "1h": 1})
    for key in READERS:
        assert Counter(each.which for each in sent if each[:3:2] == (key, "chat")) == expected
        assert len(stage.mail(key)) == 3
        (notification,) = stage.notifications(key)
        assert notification.activity_type == "sessionSoon"
    assert all(each.which == "1h" or 8 <= each.at.hour < 18 for each in sent)
    # 4 in the morning in Vancouver: told the evening before.
    evening = [each.at for each in sent if each[:3] == (READERS[0], "7d", "chat")]
    assert [f"{at:%m-%d %H:%M}" for at in evening] == ["03-14 17:45"]
    perhaps = "SELECT via FROM outbox WHERE last_error = 'perhaps_sent'"
    assert stage.rows(perhaps) == [("mail",)] * 2
    assert [len(stage.mail(key)) for key in LEADS] == [3, 3]  # two weeks, two days, an hour


async def kill_as_mails_go_out(stage: Stage) -> None:
    """Outlook took the mails to both leads, and the program never heard of it."""
    stage.graph_valve.hold("POST", "/sendMail", after=True)
    stage.clock.set(ahead(stage)[0] + timedelta(seconds=1))
    await stage.until(lambda: len(stage.graph_valve.held) == 2, "no mails go out")
    cards = "SELECT 1 FROM outbox WHERE via = 'chat' AND state IN ('leased', 'sending')"
    await stage.until(lambda: not stage.rows(cards), "a card is still going out")
    await stage.kill_and_open()
    stage.jump(minutes=3)  # the lease of the dead is over
    await stage.start()
    await stage.settled()


async def test_moved_left_and_cancelled(stage: Stage, sessions: tuple[str, str]) -> None:
    """
    moved a week              ▸ everybody is told once, and reminded of the new time alone
    one leaves                ▸ is not reminded any more
    cancelled the day before  ▸ those who are left are told once; nobody is reminded again
    """
    _, second = sessions
    left, *staying = READERS
    moved, cancelled = ("session.moved", "session.cancelled")
    await stage.install(COORDINATOR)
    await stage.say(COORDINATOR, "sessions")
    card = stage.last(COORDINATOR)
    await stage.invoke(COORDINATOR, card.id, "session.reschedule", {"id": second})
    await stage.fill(COORDINATOR, {"date": f"{MOVED:%Y-%m-%d}", "time": f"{MOVED:%H:%M}"}, {})
    await stage.invoke(left, stage.last(left).id, "session.leave", {"id": second})
    await until_reminded(stage, before=MOVED - timedelta(hours=2))
    sent = told(stage, second)
    assert {each.at.astimezone(ZONE).date() for each in sent} <= {
        (MOVED - timedelta(days=days)).date() for days in (8, 7, 2, 1)
    }
    for key in staying:
        whiches = [each.which for each in sent if each[:3:2] == (key, "chat")]
        assert whiches == ["7d", "1d"]
    assert not [each for each in sent if each.key == left]

    await stage.say(COORDINATOR, "sessions")
    card = stage.last(COORDINATOR)
    await stage.invoke(COORDINATOR, card.id, "session.cancel", {"id": second})
    await stage.fill(COORDINATOR, {"reason": "A storm is coming."})
    await stage.settled()
    stage.clock.set(MOVED + timedelta(hours=1))
    await stage.settled()
    assert told(stage, second) == sent
    for key, kinds in ((left, [moved]), (staying[0], [moved, cancelled])):
        query = (
            "SELECT kind FROM outbox WHERE recipient_id = ? AND subject = ? AND via = 'chat'"
            " AND kind IN ('session.moved', 'session.cancelled') AND state = 'sent' ORDER BY seq"
        )
        rows = stage.rows(query, who(key).id, f"session:{second}")
        assert [kind for (kind,) in rows] == kinds


UNREACHABLE = "SELECT person_id FROM people WHERE unreachable_at IS NOT NULL"


@pytest.mark.parametrize(
    ("key", "how"), [("union-quebec", "uninstalled"), ("union-halifax", "blocked")]
)
async def test_somebody_who_does_not_want_the_bot(stage: Stage, key: str, how: str) -> None:
    """
    they remove the app, or block it     ▸ what they are asked comes by mail, in both languages
    they take it back and say something  ▸ the next words come to the chat again
    """
    person, language = who(key), who(key).language
    await stage.install(key)
    if how == "uninstalled":
        await stage.page(key, "uninstall", {})
        await stage.until(lambda: (person.id,) in stage.rows(UNREACHABLE), "not noticed")
    else:
        await stage.page(key, "block", {"blocked": True})
    before = len(stage.said_to(key))
    wish = Wish(day="2027-06-15", counterpart=key, team="Équipe <b>d’essai</b> & “Co”")
    reference = await request(stage, wish)
    mail = (await stage.until(lambda: stage.mail(key), "no mail came"))[-1]
    assert mail.html.count(reference) == 2
    assert mail.html.count("Équipe &lt;b&gt;d’essai&lt;/b&gt; &amp; “Co”") == 4
    assert mail.html.index(f'lang="{language}"') < mail.html.rindex("lang=")
    assert (person.id,) in stage.rows(UNREACHABLE)
    await stage.settled()
    assert (len(stage.mail(key)), len(stage.said_to(key))) == (1, before)

    if how == "uninstalled":
        await stage.install(key)
    else:
        await stage.page(key, "block", {"blocked": False})
        await stage.say(key, "help")
    await stage.until(lambda: (person.id,) not in stage.rows(UNREACHABLE), "still unreachable")
    await stage.passes(days=1)
    await stage.say(MANAGER, f"nudge {reference}")
    card = await stage.sees(key, reference)
    await stage.click(key, "request.agree", on=card)
    assert len(stage.mail(key)) == 1
