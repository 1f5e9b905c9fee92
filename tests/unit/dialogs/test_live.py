"""Cards that are kept true: what is remembered of a clicked one, and when it is let go."""

from typing import Any

from dialogs.live import live_name, place
from tests.fakes.people import FakeLiveCards

ME, CHAT, CARD = "person", "chat", "card-1"


class Desk(FakeLiveCards):
    """Notes each question, too: an answer of the desk is a trip to the database."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def turned(self, activity_id: str) -> None:
        self.asked.append(activity_id)
        await super().turned(activity_id)


async def click(desk: Desk, state: dict[str, Any], subject: str | None, **more: bool) -> None:
    await place(
        desk,
        state,
        person_id=ME,
        conversation_id=CHAT,
        activity_id=CARD,
        subject=subject,
        **more,
    )


async def test_a_card_that_turns_to_a_list_is_let_go_whoever_sent_it() -> None:
    desk = Desk()
    desk.cards[ME, "request:1"] = CARD
    await click(desk, {}, None)
    assert desk.cards == {}


async def test_a_forms_own_card_was_let_go_before() -> None:
    desk = Desk()
    await click(desk, {"cards": {"form": CARD}}, None, was_form=True)
    assert desk.asked == []


async def test_a_forms_card_that_came_to_show_something_is_let_go_again() -> None:
    desk, state = Desk(), {"cards": {"form": CARD}}
    await click(desk, state, "request:1", was_form=True)
    assert desk.cards == {(ME, "request:1"): CARD}
    assert state == {"cards": {"form": CARD, live_name(ME, "request:1"): CARD}}
    await click(desk, state, None, was_form=True)
    assert desk.cards == {}
    assert state == {"cards": {"form": CARD}}
