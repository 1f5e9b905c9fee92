"""The outbox as its worker sees it, whatever keeps the rows."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.messages import RowState, Via
from storage.types import NaiveInstantError
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.integration.storage.samples import DAY, HOUR, NOW, a_card, a_row

ALL = frozenset(Via)
LEASE = NOW + HOUR


async def claim(store, token="t1", now=NOW, limit=9, vias=ALL):
    rows = await store.queue.claim(now, limit, now + HOUR, token, vias)
    return [row.row_id for row in rows]


async def row(store, row_id="row-1"):
    async with store.units(reading=True) as uow:
        return await uow.outbox.get(row_id)


async def test_due_rows_are_claimed_soonest_first(store):
    await store.add(
        a_row("r3"),
        a_row("r1", recipient_id="another"),
        a_row("r4", due_at=NOW - HOUR),
        a_row("r2", due_at=NOW + HOUR / 60),
        a_row("r5", state=RowState.SENT),
    )
    assert await claim(store, limit=2) == ["r4", "r3"]
    assert await claim(store, "t2") == ["r1"]
    assert await claim(store, "t3") == []
    leased = await row(store, "r4")
    assert leased == a_row(
        "r4", due_at=NOW - HOUR, state=RowState.LEASED, lease_until=LEASE, lease_token="t1"
    )


async def test_a_claim_gives_rows_as_they_are_now(store):
    await store.add(a_row(args={"which": "7d"}))
    rows = await store.queue.claim(NOW, 9, LEASE, "t1", ALL)
    assert rows == [await row(store)]


async def test_a_worker_claims_what_it_can_carry(store):
    await store.add(*(a_row(via.value, via=via) for via in Via))
    assert await claim(store, vias={Via.MAIL, Via.MEETING}) == ["mail", "meeting"]
    assert await claim(store, vias=set()) == []


@pytest.mark.parametrize(
    ("another", "given"),
    [
        ({}, []),
        ({"recipient_id": "person-1"}, ["later"]),
        ({"subject": "request:2"}, ["later"]),
    ],
    ids=["same line", "another person", "another subject"],
)
async def test_while_one_of_a_line_is_out_no_other_of_it_is_given(store, another, given):
    await store.add(a_row("first"))
    assert await claim(store) == ["first"]
    await store.add(a_row("later", **another))
    assert await claim(store, "t2") == given
    await store.queue.sending("first", "t1")
    assert await claim(store, "t3") == []
    await store.queue.sent("first", "t1", NOW, None)
    assert await claim(store, "t4") == ([] if given else ["later"])


async def test_what_a_lease_holds_can_be_given_back_and_taken_by_another(store):
    await store.add(a_row())
    await claim(store, "slow")
    assert await claim(store, "quick", now=LEASE + DAY) == []
    assert await store.queue.hand_back(["slow", "nobody's"]) == 1
    assert await store.queue.hand_back(["slow"]) == 0
    assert await claim(store, "quick") == ["row-1"]
    assert await store.queue.sending("row-1", "slow") is False
    await store.queue.sent("row-1", "slow", LEASE, "nothing")
    await store.queue.retry("row-1", "slow", LEASE, "nothing")
    await store.queue.bury("row-1", "slow", LEASE, "nothing")
    taken = a_row(state=RowState.LEASED, lease_until=LEASE, lease_token="quick")
    assert await row(store) == taken
    assert await store.queue.sending("row-1", "quick") is True
    assert await store.queue.sending("row-1", "quick") is False
    assert await row(store) == replace(taken, state=RowState.SENDING)
    assert await store.queue.hand_back(["quick"]) == 0


async def test_leases_are_seen_and_renewed(store):
    await store.add(*(a_row(name, recipient_id=name) for name in ("r1", "r2", "r3")))
    await claim(store, "t1", limit=2)
    await claim(store, "t2")
    assert await store.queue.leases() == {"t1": LEASE, "t2": LEASE}
    await store.queue.sending("r1", "t1")
    await store.queue.renew(["t1"], LEASE + HOUR)
    assert await store.queue.leases() == {"t1": LEASE + HOUR, "t2": LEASE}
    assert [(await row(store, name)).lease_until for name in ("r1", "r2", "r3")] == [
        LEASE + HOUR,
        LEASE + HOUR,
        LEASE,
    ]
    await store.queue.hand_back(["t2"])
    assert await store.queue.leases() == {"t1": LEASE + HOUR}


@pytest.mark.parametrize("sending", [False, True], ids=["leased", "sending"])
@pytest.mark.parametrize(
    ("outcome", "arguments", "expected"),
    [
        ("sent", (NOW, "activity-9"), {"state": "sent", "done_at": NOW, "receipt": "activity-9"}),
        ("skip", (NOW, "left"), {"state": "skipped", "done_at": NOW, "last_error": "left"}),
        ("retry", (NOW + DAY, "429"), {"due_at": NOW + DAY, "attempts": 1, "last_error": "429"}),
        ("postpone", (NOW + DAY,), {"due_at": NOW + DAY}),
        (
            "bury",
            (NOW, "403"),
            {"state": "dead", "done_at": NOW, "attempts": 1, "last_error": "403"},
        ),
    ],
)
async def test_the_holder_says_what_became_of_it(store, outcome, arguments, expected, sending):
    await store.add(a_row())
    await claim(store)
    if sending:
        assert await store.queue.sending("row-1", "t1") is True
    await getattr(store.queue, outcome)("row-1", "t1", *arguments)
    assert await row(store) == a_row(**({"state": "pending"} | expected))
    assert await store.queue.sending("row-1", "t1") is False


async def test_a_row_left_in_sending_is_found_and_settled(store):
    await store.add(a_row("r1"), a_row("r2"), a_row("r3"))
    await claim(store)
    for row_id in ("r1", "r2"):
        assert await store.queue.sending(row_id, "t1") is True
    assert await store.queue.stale(["t2"]) == []
    first, second = await store.queue.stale(["t1", "t2"])
    await store.queue.settle(first, "pending", LEASE, "interrupted")
    await store.queue.settle(second, "skipped", LEASE, "interrupted")
    assert await row(store, "r1") == a_row("r1", due_at=LEASE, attempts=1, last_error="interrupted")
    assert await row(store, "r2") == a_row(
        "r2", state=RowState.SKIPPED, done_at=LEASE, attempts=1, last_error="interrupted"
    )
    assert await store.queue.stale(["t1"]) == []


async def test_a_worker_that_comes_back_in_time_is_believed(store):
    await store.add(a_row())
    await claim(store)
    await store.queue.sending("row-1", "t1")
    (left,) = await store.queue.stale(["t1"])
    await store.queue.sent("row-1", "t1", LEASE, "activity-1")
    await store.queue.settle(left, "pending", LEASE, "interrupted")
    assert (await row(store)).state is RowState.SENT


async def test_the_figures(store):
    assert await store.queue.counts() == dict.fromkeys(RowState, 0)
    assert await store.queue.oldest_due(NOW) is None
    assert await store.queue.next_reminder(NOW) is None
    await store.add(
        a_row("r1", due_at=NOW - DAY, state=RowState.SENT, done_at=NOW),
        a_row("r2", due_at=NOW - HOUR),
        a_row("r3"),
        a_row("r4", due_at=NOW + HOUR),
        a_row("r5", due_at=NOW + 3 * HOUR, kind="reminder.seat"),
        a_row("r6", due_at=NOW + 2 * HOUR, kind="reminder.lead"),
        a_row("r7", due_at=NOW, kind="reminder.lead"),
    )
    assert await store.queue.counts() == dict.fromkeys(RowState, 0) | {"sent": 1, "pending": 6}
    await claim(store, limit=2, now=NOW - HOUR)
    unfinished = {"pending": 5, "leased": 1, "sending": 0, "dead": 0}
    assert await store.queue.unfinished() == unfinished
    await store.queue.retry("r2", "t1", NOW - HOUR, "why")
    assert await store.queue.oldest_due(NOW) == NOW - HOUR
    assert await store.queue.oldest_due(NOW - DAY) is None
    assert await store.queue.next_reminder(NOW) == NOW + 2 * HOUR


async def test_old_finished_rows_are_forgotten(store):
    old, new = NOW - DAY, NOW
    await store.add(
        a_row("r1", state=RowState.SENT, done_at=old),
        a_row("r2", state=RowState.SKIPPED, done_at=old),
        a_row("r3", state=RowState.SENT, done_at=new),
        a_row("r4", state=RowState.DEAD, done_at=old),
        a_row("r5", due_at=old),
    )
    assert await store.queue.forget(new) == 2
    assert await store.queue.counts() == dict.fromkeys(RowState, 0) | {
        "sent": 1,
        "dead": 1,
        "pending": 1,
    }


async def test_reminders_of_what_comes_first_go_first_and_nobody_waits_for_reminders(store):
    soon, later = NOW + HOUR, NOW + DAY
    await store.add(
        a_row("later", kind="reminder.seat", expires_at=later, due_at=NOW - HOUR),
        a_row("soon", kind="reminder.seat", expires_at=soon, recipient_id="another"),
        a_row("answer", recipient_id="a third"),
        a_row("offer", expires_at=later, due_at=NOW - HOUR, recipient_id="a fourth"),
    )
    assert await claim(store, limit=3) == ["offer", "answer", "soon"]
    assert await claim(store, "t2") == ["later"]


async def test_a_crowd_of_marks_is_answered_one_by_one(store):
    ids = [f"r{number}" for number in range(20)]
    await store.add(*(a_row(one, recipient_id=one) for one in ids))
    assert sorted(await claim(store, limit=20)) == sorted(ids)
    asked = [store.queue.sending(one, "t1" if one != "r7" else "t2") for one in ids]
    assert await asyncio.gather(*asked) == [one != "r7" for one in ids]
    card = a_card()
    ended = [store.queue.sent(one, "t1", LEASE, f"to {one}", card) for one in ids[8:]]
    await asyncio.gather(*ended, *(store.queue.skip(one, "t1", LEASE, "why") for one in ids[:6]))
    states = [(await row(store, one)).state.value for one in ids]
    assert states == ["skipped"] * 6 + ["sending", "leased"] + ["sent"] * 12
    assert (await row(store, "r8")).receipt == "to r8"
    async with store.units(reading=True) as uow:
        assert await uow.live_cards.of(card.subject) == [card]


async def test_one_mark_that_cannot_be_written_spoils_no_other(store):
    await store.add(a_row("good"), a_row("bad", recipient_id="another"))
    await claim(store)
    naive = NOW.replace(tzinfo=None)
    good, bad = store.queue.sent("good", "t1", NOW, None), store.queue.sent("bad", "t1", naive, "")
    answers = await asyncio.gather(good, bad, return_exceptions=True)
    if isinstance(store.queue, FakeOutboxQueue):
        return  # it keeps whatever it is given
    assert [type(answer) for answer in answers] == [type(None), NaiveInstantError]
    assert (await row(store, "good")).state is RowState.SENT
    assert (await row(store, "bad")).state is RowState.LEASED
