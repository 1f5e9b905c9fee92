"""Payloads that no card of ours holds, ids of others, old cards, and somebody who clicks anything.

Whatever comes, the answer is a sentence or a sound card; what is not theirs stays as it was, and
is not told.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.i18n import Catalogues
from cards import actions
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.requesting import fill, step_of
from tests.conversations.review import ADMIN, approved, booked, open_region
from tests.conversations.talking import (
    MANAGER,
    STEWARD,
    Chat,
    Message,
    actions_of,
    problems_of,
    shown_values,
)

SECRETS = ("Pay team", "A seat near the screen", "K7M-2QF", "meetup-join", STEWARD.name)
KEPT = ("requests", "sessions", "seats", "assignments", "grants", "facilitators", "outbox")
NASTY: tuple[Any, ...] = (
    "",
    " ",
    "no-such-id",
    "../../etc/passwd",
    "1' OR '1'='1",
    "EC-2027-0001",
    "EC-2027-99999999999999999999",
    "x" * 10_000,
    "\u202e\u0661",
    "{{id}}",
    -1,
    2**70,
    1.5,
    True,
    None,
    [],
    ["EC-2027-0001"],
    {"id": "EC-2027-0001"},
)


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


def snapshot(office: Office) -> dict[str, Any]:
    memory = office.units.memory
    return {name: copy.deepcopy(getattr(memory, name)) for name in KEPT}


def sound(chat: Chat) -> str:
    """What the person reads after an invoke: in a card without faults, or in a sentence."""
    answer = chat.answer
    if answer is None:
        return ""
    assert answer["statusCode"] in (200, 400)
    value = answer["value"]
    if answer["type"] == "application/vnd.microsoft.card.adaptive":
        assert problems_of(value) == []
        return Message("", value).words
    words = value["message"] if isinstance(value, Mapping) else value
    assert isinstance(words, str)
    assert words.strip()
    return words


async def send(chat: Chat, verb: Any, data: Any) -> str:
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    await chat.invoke({"action": action, "trigger": "manual"})
    said = [sound(chat)]
    for message in chat.messages:
        if message.card:
            assert problems_of(message.card) == []
        said.append(message.words)
    return "\n".join(said)


@pytest.mark.parametrize("verb", sorted(actions.ALL))
async def test_ids_of_others_change_nothing_and_tell_nothing(office: Office, verb: str) -> None:
    session = await booked(office)
    session.code = "K7M-2QF"
    await approved(office, "form-2")
    memory = office.units.memory
    ids = [*memory.requests, *memory.sessions, *memory.assignments, session.event_id, session.code]
    chat = office.chat(OUTSIDER)
    before = snapshot(office)
    for thing_id in ids:
        said = await send(chat, verb, {"id": thing_id})
        assert not [secret for secret in SECRETS if secret in said]
    assert snapshot(office) == before


SENSELESS: tuple[Any, ...] = ({}, None, "text", 7, [], {"id": "x", "nested": {"a": 1}})
OFTEN = (MANAGER, STEWARD, REGIONAL, ADMIN, LEAD_UNION)


@pytest.mark.parametrize("who", OFTEN)
async def test_payloads_that_no_card_holds(office: Office, who) -> None:
    """Also from those who may: nothing happens by a payload that makes no sense.

    Each verb gets every payload, shared out among the people.
    """
    await booked(office)
    chat = office.chat(who)
    before = snapshot(office)
    payloads = [*({"id": value} for value in NASTY), *SENSELESS]
    for turn, verb in enumerate(sorted(actions.ALL - {actions.FORM}), OFTEN.index(who)):
        for data in payloads[turn % len(OFTEN) :: len(OFTEN)]:
            await send(chat, verb, data)
    assert snapshot(office) == before
    await chat.say("EC-2027-0001")
    assert any("EC-2027-0001" in message.words for message in chat.messages)


@pytest.mark.parametrize("verb", ["", "request.destroy", "REQUEST.AGREE", None, 7, [], {}])
@pytest.mark.parametrize("who", [MANAGER, STEWARD])
async def test_verbs_that_do_not_exist(office: Office, who, verb: Any) -> None:
    chat = office.chat(who)
    said = await send(chat, verb, {"id": "EC-2027-0001"})
    french = who.language == "fr"
    assert ("aide" if french else "help") in said or ("cette carte" if french else "card") in said


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [],
        {},
        {"action": None},
        {"action": []},
        {"action": {"verb": "form"}},
        {"action": {"verb": "form", "data": {"form_flow": "request", "form_do": "fly"}}},
        {"action": {"verb": "form", "data": {"form_flow": "flow.request.1", "form_id": "x"}}},
        {"action": {"verb": "form", "data": {"form_flow": 7, "form_step": [], "form_do": {}}}},
        {"action": {"verb": "form", "data": dict.fromkeys(map(chr, range(97, 123)), "x" * 9000)}},
    ],
)
async def test_invokes_that_are_no_click(office: Office, value: Any) -> None:
    """In the middle of a form: its card and its place are kept."""
    chat = office.chat(MANAGER)
    await fill(chat, "group")
    drafts, card = copy.deepcopy(office.units.memory.drafts), chat.card
    await chat.invoke(value)
    if "I could not read this card." in sound(chat):
        assert chat.card == card
    assert office.units.memory.drafts == drafts
    await chat.say("12")
    assert "Step 5 of 7" in chat.text


@pytest.mark.parametrize("step", ["place", "parties", "group", "first_date", "other_dates"])
async def test_values_of_any_kind_in_a_form(office: Office, step: str) -> None:
    """Each is refused at its input, or taken as the text that it is; the form goes on."""
    chat = office.chat(MANAGER)
    await fill(chat, step)
    for value in NASTY:
        form = next(m for m in reversed(chat.messages) if "form_do" in str(m.card))
        (onward,) = [a for a in actions_of(form.card) if a.get("data", {}).get("form_do") == "next"]
        data = {**onward["data"], **dict.fromkeys(shown_values(form.card), value)}
        await send(chat, "form", data)
        await chat.say("help")  # the form stands below it
        while step_of(chat) != step:
            await chat.say("back")
    assert office.units.memory.requests == {}


SAID = (
    "request", "my requests", "sessions", "my sessions", "review", "my assignments", "settings",
    "help", "français", "english", "EC-2027-0001", "agree EC-2027-0001", "decline", "join K7M-2QF",
    "cancel", "back", "yes", "no", "continue", "12", "March 9 at 1 pm", "next", "???", "roles",
    "withdraw EC-2027-0001", "nudge EC-2027-0001", "{{", "<b>", "\u202e", "O’Neil d'Arcy", "1",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
async def test_somebody_who_clicks_and_types_anything(office: Office, seed: int) -> None:
    """Old cards and new ones, forms in any order, eight people: every answer is sound."""
    chance = random.Random(seed)
    await booked(office)
    await approved(office, "form-2")
    people = (MANAGER, STEWARD, REGIONAL, ADMIN, LEAD_UNION, LEAD_EMPLOYER, OUTSIDER)
    chats = [office.chat(who) for who in people]
    for _ in range(150):
        chat = chance.choice(chats)
        buttons = [
            (message, action)
            for message in chat.messages
            for action in actions_of(message.card or {})
            if action["type"] == "Action.Execute"
        ]
        if buttons and chance.random() < 0.7:
            message, action = chance.choice(buttons)
            data = {**action["data"], **shown_values(message.card)}
            payload = {"action": {"verb": action["verb"], "data": data}}
            await chat.invoke(payload, on=message)
            assert sound(chat)
        else:
            await chat.say(chance.choice(SAID))
        for message in chat.messages[-3:]:
            if message.card:
                assert problems_of(message.card) == []
            assert message.words.strip()
        office.clock.advance(timedelta(hours=chance.choice((0, 0, 0, 1, 30))))


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": None},
        {"text": 7},
        {"text": "\u200b\u2060"},
        {"text": " \u00a0\n\t"},
        {"value": "x", "text": None},
        {"value": [1], "text": None},
        {"value": {"verb": 7}, "text": None},
        {"value": {"verb": "request.show", "data": "x"}, "text": None},
        {"value": {"verb": "no.such", "data": {}}, "text": None},
        {"channelData": "x"},
        {"channelData": {"tenant": "x"}},
        {"channelData": {"tenant": {"id": 7}}},
        {"entities": "x"},
        {"entities": [7, {"type": 7}, {"type": "clientInfo", "timezone": 7}]},
        {"entities": [{"type": "clientInfo", "timezone": "../../etc/localtime"}]},
        {"localTimezone": "Mars/Olympus"},
        {"locale": 7},
        {"locale": "x" * 5000},
        {"locale": "fr\u202e"},
        {"attachments": "x", "membersAdded": "x", "reactionsAdded": 7},
        {"timestamp": "yesterday", "localTimestamp": 7},
        {"recipient": None},
        {"replyToId": None, "deliveryMode": "expectReplies"},
    ],
)
async def test_messages_with_fields_of_any_kind(office: Office, fields: dict[str, Any]) -> None:
    """The person is answered all the same, and the next words are understood."""
    chat = office.chat(MANAGER)
    await chat.receive({"type": "message", "text": "help", **fields})
    assert chat.text.strip()
    assert problems_of(chat.card) == []
    assert "What I can do for you now" in await chat.say("help", locale="en-CA")


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "installationUpdate", "action": 7},
        {"type": "installationUpdate"},
        {"type": "conversationUpdate", "membersAdded": [{"id": 7}, "x"]},
        {"type": "conversationUpdate", "membersRemoved": "x"},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "messageUpdate", "text": "help"},
        {"type": "messageDelete"},
        {"type": "typing"},
        {"type": "event", "name": "application/vnd.microsoft.meetingStart"},
        {"type": "event", "name": 7, "value": "x"},
        {"type": "endOfConversation"},
        {"type": "no.such.type"},
        {"type": "invoke", "name": "no/such"},
        {"type": "invoke", "name": None},
        {"type": "invoke", "name": "application/search", "value": "x"},
        {"type": "invoke", "name": "application/search", "value": {"dataset": 7}},
        {
            "type": "invoke",
            "name": "application/search",
            "value": {"dataset": "organizations", "queryText": "x" * 10_000},
        },
    ],
)
async def test_activities_of_any_kind(office: Office, fields: dict[str, Any]) -> None:
    """Nothing that Teams may send, or somebody in its place, stops the chat."""
    chat = office.chat(STEWARD)
    await chat.receive(fields)
    assert "Voici ce que je peux faire" in await chat.say("aide") or "aide" in chat.text
