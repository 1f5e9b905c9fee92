"""What we last wrote into Outlook, the watch on its mailbox, and questions, whatever keeps them."""

from dataclasses import replace
from typing import Any

from bot.domain.messages import RowState
from bot.domain.outlook import Question, QuestionStatus, Topic, Watch, WrittenEvent
from tests.integration.storage.samples import DAY, HOUR, NOW, a_row


def written(event_id: str = "event-1", **values: Any) -> WrittenEvent:
    given: dict[str, Any] = {
        "subject": "session:1",
        "times": (NOW, NOW + HOUR),
        "sent": ("a!", "b?"),
        "held": ("a", "b"),
        "written_at": NOW,
        "ends_at": NOW + HOUR,
    }
    return WrittenEvent(event_id, **(given | values))


def question(question_id: str = "question-1", **values: Any) -> Question:
    given: dict[str, Any] = {
        "key": f"key-{question_id}",
        "topic": Topic.MOVED,
        "subject": "session:1",
        "event_id": "event-1",
        "asked_at": NOW,
        "times": (NOW, NOW + HOUR),
    }
    return Question(question_id, **(given | values))


async def test_an_event_is_kept_as_it_was_last_written(store):
    for event in (written(), written(sent=("c?",), written_at=NOW + HOUR)):
        async with store.units() as uow:
            await uow.outlook.write(event)
            await uow.commit()
    async with store.units() as uow:
        assert await uow.outlook.written("event-1") == event
        await uow.outlook.unwrite("event-1")
        assert await uow.outlook.written("event-1") is None
        await uow.commit()


async def test_events_that_are_ours_and_those_still_ahead(store):
    over = written("event-2", ends_at=NOW - HOUR)
    unknown = written("event-3", ends_at=None)
    async with store.units() as uow:
        for event in (written(), over, unknown):
            await uow.outlook.write(event)
        await uow.commit()
    async with store.units(reading=True) as uow:
        asked = ["event-1", "event-2", "event-9", *(f"other-{n}" for n in range(600))]
        assert await uow.outlook.known(asked) == {"event-1", "event-2"}
        assert list(await uow.outlook.ahead(NOW)) == ["event-1"]


async def test_there_is_one_watch(store):
    watch = Watch("calendar", NOW, NOW + HOUR)
    async with store.units() as uow:
        assert await uow.outlook.add_watch(watch) is True
        await uow.commit()
    async with store.units() as uow:
        assert await uow.outlook.add_watch(replace(watch, client_state="another")) is False
        kept = await uow.outlook.locked_watch("calendar")
        assert kept == watch
        kept.client_state, kept.expires_at, kept.delta_link = "state", NOW + DAY, "link"
        await uow.commit()
    async with store.units(reading=True) as uow:
        changed = {"client_state": "state", "expires_at": NOW + DAY, "delta_link": "link"}
        assert await uow.outlook.watch("calendar") == replace(watch, **changed)


async def test_the_same_question_is_asked_once(store):
    async with store.units() as uow:
        assert await uow.outlook.ask(question("question-1", key="k")) is True
        assert await uow.outlook.ask(question("question-2", key="k")) is False
        assert await uow.outlook.ask(question("question-3", asked_at=NOW + HOUR)) is True
        await uow.commit()
    async with store.units() as uow:
        first = await uow.outlook.asked("k")
        assert first == question("question-1", key="k")
        assert [q.question_id for q in await uow.outlook.open_questions("session:1")] == [
            "question-1", "question-3",
        ]  # fmt: skip
        answered = await uow.outlook.locked_question("question-1")
        answered.status, answered.answer = QuestionStatus.ANSWERED, "keep"
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert [q.question_id for q in await uow.outlook.open_questions("session:1")] == [
            "question-3"
        ]
        assert (await uow.outlook.question("question-1")).answer == "keep"


async def test_whether_something_is_still_to_be_done(store):
    under_way = {"lease_until": NOW + HOUR, "lease_token": "t"}
    await store.add(
        a_row("r1", kind="meeting.move", subject="session:1"),
        a_row("r2", kind="meeting.move", subject="session:2", state=RowState.SENT),
        a_row("r3", kind="meeting.people", subject="session:3", state=RowState.LEASED, **under_way),
        a_row("r4", kind="meeting.people", subject="session:4", state=RowState.DEAD),
        a_row("r5", kind="session.moved", subject="session:5"),
    )
    async with store.units(reading=True) as uow:
        told = [await uow.outbox.unfinished(f"session:{n}", "meeting.") for n in range(1, 6)]
    assert told == [True, False, True, False, False]
