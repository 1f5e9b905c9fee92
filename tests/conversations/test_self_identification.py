"""Self-identification in the chat: its step, the one card that shows it, and its end."""

import json

import pytest

from bot.domain.applications import ApplicationStatus
from bot.domain.people import Grant, Role
from bot.domain.self_identification import Group
from bot.vault import FernetVault, new_key
from tests.conversations.endorsing import REFERENCE, applied, to_self_identification
from tests.conversations.office import OTHER_STEWARD, OUTSIDER, REGIONAL, Office
from tests.conversations.requesting import errors_of, plain, step_of
from tests.conversations.talking import (
    ADMINISTRATOR,
    MANAGER,
    NOW,
    STEWARD,
    Chat,
    problems_of,
    shown_values,
)

WORDS = ("Black", "Racialized", "black", "racialized")


def kept_of(office: Office, *chats: Chat) -> str:
    """All that is kept of a chat in words: the form's state, drafts, history, owed rows."""
    memory = office.units.memory
    rows = (memory.drafts, memory.history, memory.outbox, memory.self_identifications)
    return "".join([*(chat.state for chat in chats), *map(repr, rows)])


async def test_chosen_by_click(office: Office) -> None:
    """
    (up to the step)  ▸ its own notice: why, who sees it, optional, how to take it back
    [Next] with 2, 3  ▸ the review says that it was answered, not what
    back              ▸ nothing is filled in; it was answered and is sealed
    """
    chat = office.chat(OUTSIDER)
    said = plain(await to_self_identification(chat))
    assert step_of(chat) == "self_identification"
    for part in (
        "looks first at applications from people of these groups: Indigenous people, Black people",
        "Who sees it: the coordinators who select in your region, and nobody else",
        "It is optional. If you pass over it, nothing changes for your application",
        "You can take it back at any time: it is then erased alone.",
    ):
        assert part in said
    assert problems_of(chat.card) == []
    review = await chat.click("Next", groups="2,3")
    assert "Self-identification: answered, sealed" in review
    assert not any(word in review for word in WORDS)
    await chat.say("back")
    assert shown_values(chat.card) == {"groups": "", "forget": "false"}
    assert "Your answer is sealed and is not shown again" in chat.text
    assert not any(word in kept_of(office, chat) for word in WORDS)


SEAL = "gAAAA"  # every seal begins so


@pytest.mark.parametrize(
    "end", ["withdraw self-identification, erase it", "withdraw AP-2027-0001, yes", "cancel, yes"]
)
async def test_no_seal_is_left_anywhere(office: Office, end: str) -> None:
    """
    (chosen, seen again, changed)  ▸ sealed in the form and in its draft
    submit                         ▸ in one place: with the application
    (taken back, or the end)       ▸ nowhere
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    await chat.click("Next", groups="2,3")
    await chat.say("back")
    await chat.say("1")
    assert SEAL in chat.state
    assert SEAL in repr(office.units.memory.drafts)
    if not end.startswith("cancel"):
        await chat.say("submit")
        assert SEAL not in chat.state
        assert repr(office.units.memory).count(SEAL) == 1
    first, second = end.split(", ")
    await chat.say(first)
    await (chat.click("Erase it") if second == "erase it" else chat.say(second))
    assert SEAL not in chat.state
    assert SEAL not in repr(office.units.memory)


@pytest.mark.parametrize("typed", ["2, 3", "3 2", "2;3.", "2\n3", "2"])
async def test_typed_as_numbers(office: Office, typed: str) -> None:
    """
    2, 3        ▸ sealed; on to the review
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    review = await chat.say(typed)
    assert "Self-identification: answered, sealed" in review
    await chat.say("submit")
    (kept,) = office.units.memory.self_identifications.values()
    opened = await office.services.self_identification.open(REGIONAL.person_id, kept.application_id)
    wanted = (Group.BLACK,) if typed == "2" else (Group.BLACK, Group.RACIALIZED)
    assert opened.groups == wanted


@pytest.mark.parametrize("typed", ["Black", "I am Black and racialized", "9", "0, 2", "2 or 3"])
async def test_words_are_not_taken_and_not_repeated(office: Office, typed: str) -> None:
    """
    Black       ▸ numbers only, so that words do not stay here; nothing is quoted or kept
    skip        ▸ passed over
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    labels = chat.text.count("Black")
    said = await chat.say(typed)
    (told,) = errors_of(chat)
    assert told == (
        "Type the numbers only, from 1 to 5, such as 2, 3; or type: skip. "
        "Words would stay in this chat."
    )
    assert said.count("Black") == labels
    assert "Black" not in kept_of(office, chat)
    assert "Self-identification: passed over" in await chat.say("skip")


async def test_in_french(office: Office) -> None:
    """
    (jusqu’à l’étape)      ▸ son propre avis
    Personne noire         ▸ les numéros seulement
    passer                 ▸ étape passée
    modifier auto-identification, 2, retirer ma réponse  ▸ répondu, puis retiré
    """
    chat = office.chat(STEWARD)
    said = plain(await to_self_identification(chat, OTHER_STEWARD))
    assert "Cette étape est facultative. Si vous la passez, cela ne change rien" in said
    await chat.say("Personne noire")
    assert plain(errors_of(chat)[0]).startswith("Tapez seulement les numéros, de 1 à 5")
    assert "étape passée" in await chat.say("passer")
    await chat.say("retour")
    assert "réponse donnée, sous scellé" in await chat.say("2")
    await chat.say("retour")
    assert "étape passée" in await chat.say("retirer ma réponse")


async def test_it_may_be_taken_back_and_changed_before_it_is_sent(office: Office) -> None:
    """
    1, back, [Next]                 ▸ kept
    back, take my answer back       ▸ passed over
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    await chat.say("1")
    await chat.say("back")
    assert "answered, sealed" in await chat.click("Next")
    await chat.say("back")
    assert "passed over" in await chat.click("Next", forget="true")
    await chat.say("submit")
    assert office.units.memory.self_identifications == {}


async def test_a_payload_that_was_made_up_is_not_kept(office: Office) -> None:
    """
    groups: "2,black"     ▸ refused; what was sent is neither shown nor kept
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    await chat.click("Next", groups="2,black")
    assert errors_of(chat) == ["Choose from the list, or choose none."]
    assert shown_values(chat.card) == {"groups": ""}
    assert json.loads(chat.state)["dialogs"][0]["state"]["typed"] == {}


async def test_the_key_of_a_draft_is_gone(office: Office) -> None:
    """
    (answered; then the key was lost)
    submit       ▸ back at the step: please answer again
    2, submit    ▸ sent, under the new key
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    await chat.say("1")
    service = office.services.self_identification
    service._vault = FernetVault([new_key()])
    await chat.say("submit")
    (told,) = errors_of(chat)
    assert told == (
        "I can no longer open what you sealed in this form, because its key has changed. "
        "Please answer again, or pass over it."
    )
    assert "Your answer is sealed" not in chat.text
    await chat.say("2")
    await chat.say("submit")
    (kept,) = office.units.memory.self_identifications.values()
    assert (await service.open(REGIONAL.person_id, kept.application_id)).groups == (Group.BLACK,)


async def test_without_a_key_the_step_is_not_there(office: Office) -> None:
    """
    (no BOT_SELF_ID_KEYS)
    … reference      ▸ the review at once
    """
    office.services.self_identification._vault = FernetVault([])
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    assert step_of(chat) == "review"
    await chat.say("submit")
    assert (
        "self-identification is not asked for here"
        in (await chat.say("self-identification")).lower()
    )


async def test_the_keys_went_while_the_form_was_kept(office: Office) -> None:
    """
    (at the step; then no BOT_SELF_ID_KEYS)
    2        ▸ it is not asked for here
    skip     ▸ the review
    """
    chat = office.chat(OUTSIDER)
    await to_self_identification(chat)
    office.services.self_identification._vault = FernetVault([])
    await chat.say("2")
    (told,) = errors_of(chat)
    assert told.startswith("Self-identification is not asked for here")
    assert "passed over" in await chat.say("skip")


async def test_a_coordinator_opens_it(office: Office) -> None:
    """
    self-identification AP-2027-0001   ▸ what opening means; nothing of what was said
    [Open it]                          ▸ in place, for this click: what was said; it is noted
    [Close]                            ▸ the application
    """
    await applied(office, OUTSIDER, Group.RACIALIZED, Group.BLACK)
    chat = office.chat(REGIONAL)
    sealed = await chat.say(f"self-identification {REFERENCE}")
    assert "is recorded each time: who, when." in sealed
    assert not any(word in sealed for word in WORDS)
    assert problems_of(chat.card) == []
    said = await chat.click("Open it")
    assert said.splitlines() == [
        f"Self-identification: {REFERENCE}",
        "Black",
        "Racialized",
        "That you opened it is recorded. Close it when you have read it.",
    ]
    assert problems_of(chat.card) == []
    assert not any(word in kept_of(office, chat) for word in WORDS)
    (reading,) = office.units.memory.readings.values()
    assert (reading.reader_id, reading.at) == (REGIONAL.person_id, NOW)
    closed = await chat.click("Close")
    assert "Employee, Regina" in closed
    assert not any(word in closed for word in WORDS)


async def test_without_a_click_it_is_not_shown(office: Office) -> None:
    """
    (an older client sends the click as a message)   ▸ the sealed card, not what was said
    """
    await applied(office, OUTSIDER, Group.BLACK)
    chat = office.chat(REGIONAL)
    value = {"verb": "self_identification.open", "data": {"id": "form1"}}
    await chat.receive({"type": "message", "value": value})
    assert "Black" not in chat.text
    assert "is recorded each time" in chat.text


@pytest.mark.parametrize("reader", [MANAGER, STEWARD, OTHER_STEWARD, ADMINISTRATOR])
async def test_nobody_else_opens_it(office: Office, reader) -> None:
    """
    self-identification AP-2027-0001   ▸ I cannot find it
    (a click with its id)              ▸ the same
    """
    await applied(office, OUTSIDER, Group.BLACK)
    key = (ADMINISTRATOR.person_id, "administrator", "", "")
    office.units.memory.grants[key] = Grant(ADMINISTRATOR.person_id, Role.ADMINISTRATOR, NOW)
    chat = office.chat(reader)
    first = await chat.say(f"self-identification {REFERENCE}")
    verb = {"verb": "self_identification.open", "data": {"id": "form1"}}
    second = await chat.invoke({"action": {"type": "Action.Execute", **verb}})
    for said in (first, second):
        assert "Black" not in said
    assert office.units.memory.readings == {}


async def test_the_candidate_says_it_later_and_takes_it_back(office: Office) -> None:
    """
    self-identification           ▸ the same step alone
    [Save] with 1                 ▸ sealed
    withdraw self-identification  ▸ asked once more; no ▸ nothing
    again, yes                    ▸ erased alone; the application stays
    [Erase it] on the old card    ▸ the form is over
    """
    await applied(office)
    chat = office.chat(OUTSIDER)
    assert "Who sees it" in await chat.say("self-identification")
    said = await chat.click("Save", groups="1")
    assert "Your answer is sealed." in said
    assert "Indigenous" not in said
    assert len(office.units.memory.self_identifications) == 1
    asked = await chat.say(f"withdraw self-identification {REFERENCE}")
    assert "will be erased, and only it" in asked
    assert problems_of(chat.card) == []
    before = chat.card
    await chat.say("no")
    assert len(office.units.memory.self_identifications) == 1
    await chat.say(f"withdraw self-identification {REFERENCE}")
    said = await chat.say("yes")
    assert "Your self-identification is erased. Your application stays as it is." in said
    assert office.units.memory.self_identifications == {}
    chat.last.card = before
    assert "Erase it" not in await chat.click("Erase it")
    assert "There is no self-identification with this application." in await chat.say(
        "withdraw my self-identification"
    )
    assert office.units.memory.applications["form1"].status is ApplicationStatus.SUBMITTED


async def test_the_step_alone_forgets_too(office: Office) -> None:
    """
    (said already) self-identification, take back  ▸ erased
    self-identification, skip                      ▸ nothing was changed
    """
    await applied(office, OUTSIDER, Group.BLACK)
    chat = office.chat(OUTSIDER)
    await chat.say("self-identification")
    assert "is erased" in await chat.say("take back")
    assert office.units.memory.self_identifications == {}
    await chat.say("self-identification")
    assert "Nothing was changed." in await chat.say("skip")


async def test_withdrawing_the_application_erases_it(office: Office) -> None:
    """
    withdraw AP-2027-0001, yes     ▸ and what was said of oneself is gone
    """
    await applied(office, OUTSIDER, Group.BLACK)
    chat = office.chat(OUTSIDER)
    await chat.say(f"withdraw {REFERENCE}")
    await chat.say("yes")
    assert office.units.memory.applications["form1"].status is ApplicationStatus.WITHDRAWN
    assert office.units.memory.self_identifications == {}
    late = await office.chat(REGIONAL).say(f"self-identification {REFERENCE}")
    assert "Black" not in late


async def test_once_selected_it_is_not_said_any_more(office: Office) -> None:
    """
    (accepted) self-identification    ▸ moved on
    """
    await applied(office)
    office.units.memory.applications["form1"].status = ApplicationStatus.ACCEPTED
    said = await office.chat(OUTSIDER).say("self-identification")
    assert "moved on" in said


async def test_there_is_none_to_open_and_it_is_not_theirs_to_take_back(office: Office) -> None:
    """
    (nothing was said) self-identification AP-2027-0001   ▸ there is none
    withdraw self-identification AP-2027-0001             ▸ not theirs
    """
    await applied(office)
    chat = office.chat(REGIONAL)
    said = await chat.say(f"self-identification {REFERENCE}")
    assert "There is no self-identification with this application." in said
    said = await chat.say(f"withdraw self-identification {REFERENCE}")
    assert "I cannot find this application." in said


async def test_the_button_of_the_candidates_card(office: Office) -> None:
    """
    my application, [Self-identification]   ▸ the step
    [Cancel]                                ▸ the application's card comes back
    """
    await applied(office)
    chat = office.chat(OUTSIDER)
    await chat.say("my application")
    assert "Who sees it" in await chat.click("Self-identification")
    back = await chat.click("Yes, cancel")
    assert back.splitlines()[0] == f"Application {REFERENCE}"
    assert office.units.memory.self_identifications == {}
