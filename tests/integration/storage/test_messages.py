"""The outbox as the services see it, live cards and time lines, whatever keeps them."""

from dataclasses import replace

from bot.domain.messages import RowState, Via
from tests.integration.storage.samples import DAY, HOUR, NOW, a_card, a_row, an_entry


async def test_every_field_of_a_row_comes_back(store):
    row = a_row(
        via=Via.MEETING,
        recipient_id="person-1",
        args={"session_id": "s1", "names": ["é", "œ"], "deep": {"n": 1.5, "no": None, "yes": True}},
        repeatable=False,
        expires_at=NOW + DAY,
        state=RowState.DEAD,
        attempts=4,
        receipt="activity-1",
        last_error="throttled",
        done_at=NOW,
    )
    async with store.units() as uow:
        assert await uow.outbox.add(row) is True
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.outbox.get("row-1") == row
        assert await uow.outbox.get("row-2") is None


async def test_the_same_thing_is_owed_once(store):
    async with store.units() as uow:
        assert await uow.outbox.add(a_row("row-1", dedupe_key="k")) is True
        assert await uow.outbox.add(a_row("row-2", dedupe_key="k")) is False
        await uow.commit()
    async with store.units() as uow:
        assert await uow.outbox.add(a_row("row-3", dedupe_key="k")) is False
        assert await uow.outbox.get("row-2") is None
        await uow.commit()


async def test_dropping_takes_pending_rows_of_the_subject_and_kind(store):
    await store.add(
        a_row("r1", kind="reminder.seat", recipient_id="person-1", due_at=NOW + DAY),
        a_row("r2", kind="reminder.seat", recipient_id="person-2"),
        a_row("r3", kind="reminder.lead", recipient_id="person-1"),
        a_row("r4", kind="reminder.seat", recipient_id="person-1", subject="request:2"),
        a_row("r5", kind="reminder_seat", recipient_id="person-1"),
        a_row("r6", kind="reminder.seat", recipient_id="person-1", state=RowState.SENT),
    )
    async with store.units() as uow:
        await uow.outbox.get("r1")
        assert (
            await uow.outbox.drop("request:1", kinds="reminder.seat", recipient_id="person-1") == 1
        )
        assert await uow.outbox.get("r1") is None
        assert await uow.outbox.drop("request:1", kinds="reminder.") == 2
        assert await uow.outbox.drop("request:1", kinds="reminder%") == 0
        again = a_row("r7", dedupe_key="key-r1", kind="reminder.seat")
        assert await uow.outbox.add(again) is True  # dropped, so it may be owed anew
        assert await uow.outbox.add(a_row("r8", dedupe_key="key-r6")) is False  # sent already
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = [await uow.outbox.get(f"r{n}") for n in range(1, 9)]
        assert [row and row.row_id for row in kept] == [
            None, None, None, "r4", "r5", "r6", "r7", None,
        ]  # fmt: skip


async def test_dead_rows_are_seen_and_revived(store):
    dead = {"state": RowState.DEAD, "attempts": 9, "last_error": "rejected"}
    await store.add(
        a_row("r1", done_at=NOW + HOUR, **dead),
        a_row("r2", done_at=NOW, subject="session:1", **dead),
        a_row("r3", done_at=NOW, kind="meeting.book", **dead),
        a_row("r4"),
    )
    later = {"due_at": NOW + HOUR, "attempts": 4, "last_error": "graph_denied"}
    await store.add(
        a_row("r5", kind="meeting.move", **later), a_row("r6", subject="session:1", **later),
        a_row("r7", kind="meeting.people", due_at=NOW + HOUR),
    )  # fmt: skip
    async with store.units() as uow:
        assert await uow.outbox.failing("graph_denied") == 2
        rows = await uow.outbox.dead()
        assert [row.row_id for row in rows] == ["r2", "r3", "r1"]
        assert [row.row_id for row in await uow.outbox.dead("request:")] == ["r3", "r1"]
        assert await uow.outbox.revive("request:1", "meeting.") == 2
        assert rows[1].state is RowState.PENDING  # what the unit has given is up to date
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert len(await uow.outbox.dead()) == 2
        expected = a_row("r3", kind="meeting.book", last_error="rejected")
        assert await uow.outbox.get("r3") == expected
    assert [row.row_id for row in await store.queue.claim(NOW, 9, NOW + HOUR, "t", set(Via))] == [
        "r3",
        "r4",
        "r5",
    ]


async def test_the_newest_card_of_each_person_is_kept(store):
    async with store.units() as uow:
        await uow.live_cards.put(a_card("person-2"))
        await uow.live_cards.put(a_card("person-1", activity_id="old"))
        await uow.live_cards.put(a_card("person-1", subject="request:2"))
        await uow.commit()
    newest = a_card("person-1", activity_id="new", shown_at=NOW + HOUR)
    async with store.units() as uow:
        await uow.live_cards.of("request:1")
        await uow.live_cards.put(newest)
        assert await uow.live_cards.of("request:1") == [newest, a_card("person-2")]
        await uow.commit()
    async with store.units() as uow:
        card = (await uow.live_cards.of("request:1"))[0]
        assert card == newest
        card.activity_id = "newer still"
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = await uow.live_cards.of("request:1")
        assert kept[0] == replace(newest, activity_id="newer still")
        assert await uow.live_cards.of("request:3") == []


async def test_a_card_that_shows_something_else_is_let_go_of_the_rest(store):
    first, second = a_card(activity_id="a"), a_card(subject="request:2", activity_id="a")
    other = a_card("person-2", activity_id="b")
    async with store.units() as uow:
        for card in (first, second, other):
            await uow.live_cards.put(card)
        assert await uow.live_cards.of("request:1") == [first, other]
        await uow.live_cards.let_go("a", but="request:2")
        assert await uow.live_cards.showing("a") == [second]
        assert await uow.live_cards.of("request:1") == [other]
        await uow.live_cards.let_go("a")
        assert await uow.live_cards.showing("a") == []
        assert await uow.live_cards.showing("b") == [other]
        await uow.commit()


async def test_a_time_line_keeps_its_order_within_one_instant(store):
    await store.add(
        an_entry("e9", what="first", actor_id="person-1", note="« d'accord »"),
        an_entry("e1", what="second"),
        an_entry("e5", what="third"),
        an_entry("e0", at=NOW - HOUR, what="before"),
        an_entry("e2", subject="request:2"),
    )
    async with store.units(reading=True) as uow:
        entries = await uow.history.of("request:1")
        assert [entry.what for entry in entries] == ["before", "first", "second", "third"]
        assert entries[1] == an_entry("e9", what="first", actor_id="person-1", note="« d'accord »")
