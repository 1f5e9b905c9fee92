"""Welcome, help, languages, words that mean nothing, and bad input of every kind."""

import json

import pytest
from botbuilder.core import TurnContext

from bot.services.ports import Reader
from cards import actions
from tests.conversations.talking import (
    ADMINISTRATOR,
    BOT,
    COORDINATOR,
    FACILITATOR,
    MANAGER,
    STEWARD,
    Talk,
    person,
    problems_of,
)
from tests.fakes.people import FakePeople

INSTALLED = {"type": "installationUpdate", "action": "add"}
ADDED = {"type": "conversationUpdate", "membersAdded": [BOT]}


class TestWelcome:
    async def test_once_in_the_persons_language(self, talk: Talk) -> None:
        """
        (installed, and added: Teams tells both)
          ▸ Bonjour! J’aide les équipes …  (once)
        """
        chat = await talk(STEWARD)
        await chat.receive(INSTALLED)
        await chat.receive(ADDED)
        assert len(chat.messages) == 1
        assert chat.text.splitlines()[0] == "Bonjour!"
        assert chat.buttons[0] == "Demander une conversation"
        assert problems_of(chat.card) == []

    async def test_a_newcomer_is_greeted_in_the_language_of_teams(
        self, talk: Talk, people: FakePeople
    ) -> None:
        chat = await talk(person(9, "Employé, Gatineau", "fr"))
        entity = {"type": "clientInfo", "locale": "fr-CA", "timezone": "America/Vancouver"}
        await chat.receive({**INSTALLED, "entities": [entity]})
        assert chat.text.splitlines()[0] == "Bonjour!"
        assert people.readers[chat.person.person_id].zone == "America/Vancouver"
        assert people.sightings[-1].conversation_id == f"chat-{chat.person.person_id}"

    async def test_a_team_is_greeted_without_anything_personal(self, talk: Talk) -> None:
        chat = await talk(MANAGER, "channel")
        await chat.receive(INSTALLED)
        await chat.receive(ADDED)
        assert len(chat.messages) == 1
        assert "Open a chat with me" in chat.text
        assert chat.buttons == []

    async def test_other_people_coming_into_a_team_are_not_greeted(self, talk: Talk) -> None:
        chat = await talk(MANAGER, "channel")
        someone = {"id": "29:somebody", "aadObjectId": STEWARD.person_id}
        await chat.receive({"type": "conversationUpdate", "membersAdded": [someone]})
        await chat.receive({"type": "messageReaction", "reactionsAdded": [{"type": "like"}]})
        assert chat.messages == []

    async def test_uninstalled_and_back(self, talk: Talk, people: FakePeople) -> None:
        chat = await talk(MANAGER)
        await chat.receive({"type": "installationUpdate", "action": "remove"})
        assert people.unreachable == {MANAGER.person_id}
        await chat.say("hi")
        assert people.unreachable == set()


class TestHelp:
    @pytest.mark.parametrize(
        "words", ["help", "Aide", "HI", "bonjour!", "hello", "Salut", "<at>Bot</at> help", "helpp"]
    )
    async def test_is_asked_for_in_either_language(self, talk: Talk, words: str) -> None:
        chat = await talk(MANAGER)
        assert (await chat.say(words)).splitlines()[0] == "What I can do for you now"
        assert problems_of(chat.card) == []

    @pytest.mark.parametrize(
        ("who", "button"),
        [
            (COORDINATOR, "Requests to review"),
            (FACILITATOR, "Mes affectations"),
            (ADMINISTRATOR, "Roles"),
        ],
    )
    async def test_lists_what_this_person_can_do(
        self, talk: Talk, who: Reader, button: str
    ) -> None:
        chat = await talk(who)
        await chat.say("help")
        assert button in chat.buttons
        other = await talk(MANAGER)
        await other.say("help")
        assert other.buttons == [
            "Request a conversation",
            "My requests",
            "Find a session",
            "My sessions",
            "Become a facilitator",
            "My application",
            "Settings",
            "Français",
        ]

    async def test_words_that_mean_nothing_are_quoted(self, talk: Talk) -> None:
        """
        quel temps fait-il
          ▸ Je n’ai pas compris « quel temps fait-il ». Voici ce que je peux faire …
        """
        chat = await talk(STEWARD)
        assert "Je n’ai pas compris «\u00a0quel temps fait-il\u00a0»." in await chat.say(
            "quel temps fait-il"
        )
        long = await chat.say("{{x}} <b>*y*</b> \u202e" + "z" * 10_000)
        assert "zzz…\u00a0»" in long
        assert "\u202e" not in long
        assert "{{" not in long
        assert problems_of(chat.card) == []

    @pytest.mark.parametrize("words", ["", "   ", "<at>Bot</at>"])
    async def test_no_words_at_all(self, talk: Talk, words: str) -> None:
        chat = await talk(MANAGER)
        assert (await chat.say(words)).splitlines()[0] == "What I can do for you now"

    async def test_a_forms_word_without_a_form(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        assert "No form is open." in await chat.say("cancel")
        assert "No form is open." in await chat.say("continue")

    async def test_every_kind_of_text_comes_back_harmless(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        said = await chat.say("l’été \U0001f600 # [x](http://x) \u05d0\u05d1")
        assert "\u2068l’été \U0001f600 # [x](http://x) \u05d0\u05d1\u2069" not in said
        assert "l’été \U0001f600 # [x](http://x) \u05d0\u05d1" in said


class TestLanguage:
    async def test_by_words(self, talk: Talk, people: FakePeople) -> None:
        """
        français ▸ Désormais, je vous écris en français.
        ENGLISH ▸ From now on, I write to you in English.
        """
        chat = await talk(MANAGER)
        assert "Désormais, je vous écris en français." in await chat.say("Francais")
        assert chat.card["lang"] == "fr"
        assert "From now on, I write to you in English." in await chat.say("ENGLISH")
        assert people.readers[MANAGER.person_id].language == "en"

    async def test_by_the_button_in_place(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("help")
        assert "Ce que je peux faire pour vous maintenant" in await chat.click("Français")
        assert len(chat.messages) == 1

    async def test_a_language_that_is_none(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("help")
        data = {"language": "de"}
        said = await chat.invoke({"action": {"verb": actions.LANGUAGE, "data": data}})
        assert "I could not read this card." in said


class TestGroups:
    @pytest.mark.parametrize(
        ("words", "answer"),
        [
            ("<at>Bot</at> help", "Hello! I help teams"),
            ("<at>Bot</at> my requests", "Others can read what is written here."),
            ("<at>Bot</at>", "Hello! I help teams"),
        ],
    )
    async def test_nothing_personal_is_said(self, talk: Talk, words: str, answer: str) -> None:
        chat = await talk(MANAGER, "groupChat")
        assert answer in await chat.say(words)
        assert json.loads(chat.state).get("dialogs") is None

    async def test_a_click_neither(self, talk: Talk, people: FakePeople) -> None:
        chat = await talk(MANAGER, "groupChat")
        said = await chat.invoke({"action": {"verb": actions.HELP, "data": {}}})
        assert chat.answer is not None
        assert "Others can read" in str(chat.answer["value"])
        assert said == ""
        assert people.sightings[-1].conversation_id is None


class TestBadInput:
    @pytest.mark.parametrize(
        "value",
        [
            None,
            "text",
            {},
            {"action": None},
            {"action": {"verb": 7}},
            {"action": {"verb": actions.REQUEST_SHOW, "data": {}}},
            {"action": {"verb": actions.REQUEST_SHOW, "data": {"id": 7}}},
            {"action": {"verb": actions.REQUEST_SHOW, "data": {"id": "a b"}}},
            {"action": {"verb": actions.REQUEST_SHOW, "data": {"id": "x" * 101}}},
            {"action": {"verb": actions.REQUEST_SHOW, "data": {"id": ["x"]}}},
            {"action": {"verb": actions.HELP, "data": {"More Than": "x"}}},
            {"action": {"verb": actions.HELP, "data": "text"}},
            {"action": {"verb": actions.HELP, "data": {"a": "x" * 30_000}}},
            {"action": {"verb": actions.HELP, "data": {f"k{n}": 1 for n in range(50)}}},
            {"action": {"verb": actions.FORM, "data": {}}},
            {"action": {"verb": actions.FORM, "data": {"form_flow": 7}}},
            {"action": {"verb": actions.FORM, "data": {"form_flow": "none", "form_id": "x"}}},
        ],
    )
    async def test_a_payload_that_no_card_of_ours_sends(self, talk: Talk, value: object) -> None:
        """A clear sentence, and the chat goes on."""
        chat = await talk(MANAGER)
        await chat.say("help")
        assert "I could not read this card." in await chat.invoke(value)
        assert chat.status == 200
        assert "What I can do for you now" in await chat.say("help")

    async def test_a_verb_that_does_not_exist(self, talk: Talk) -> None:
        chat = await talk(STEWARD)
        await chat.say("aide")
        await chat.invoke({"action": {"verb": "session.explode", "data": {}}})
        assert chat.answer == {
            "statusCode": 400,
            "type": "application/vnd.microsoft.error",
            "value": {
                "code": "BadRequest",
                "message": (
                    "Ce bouton n’est plus valable. Écrivez aide pour voir ce que je peux faire "
                    "pour vous."
                ),
            },
        }

    async def test_payloads_submitted_as_a_message(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.receive({"type": "message", "value": {"verb": actions.HELP}})
        assert chat.text.splitlines()[0] == "What I can do for you now"
        await chat.receive({"type": "message", "value": {"verb": "nothing", "data": {}}})
        assert "This button is not one of mine any more." in chat.text
        await chat.receive({"type": "message", "value": {"any": "thing"}})
        assert "I could not read this card." in chat.text

    async def test_an_invoke_that_is_not_ours(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.receive({"type": "invoke", "name": "task/fetch", "value": {}})
        assert (chat.status, chat.answer) == (501, None)

    async def test_a_search_of_a_list_that_is_not_ours(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        assert await chat.search("nothing", "x") == []

    async def test_somebody_without_an_identity(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        nobody = {"from": {"id": "29:guest", "name": "Guest"}}
        await chat.receive({"type": "message", "text": "hi", **nobody})
        assert "signed in with the account of their organization" in chat.text
        await chat.receive(
            {
                "type": "invoke",
                "name": "adaptiveCard/action",
                "value": {"action": {"verb": actions.HELP}},
                **nobody,
            }
        )
        assert "signed in with the account" in str(chat.answer)
        await chat.receive({**INSTALLED, **nobody})
        assert len(chat.messages) == 1

    async def test_uninstalled_by_nobody_known_or_in_a_team_changes_nothing(
        self, talk: Talk, people: FakePeople
    ) -> None:
        removed = {"type": "installationUpdate", "action": "remove"}
        chat = await talk(MANAGER, "channel")
        await chat.receive(removed)
        assert people.unreachable == set()


class TestMishaps:
    async def test_a_bug_has_a_reference(self, talk: Talk) -> None:
        """
        (something broke) ▸ Un problème est survenu de notre côté … donnez la référence 7F3K-29Q.
        a click: the card stays, the words stand beside it
        """
        chat = await talk(STEWARD)

        async def bug(context: TurnContext) -> None:
            await chat.handler.on_bug(context, "7F3K-29Q")

        await chat.receive({"type": "message", "text": "aide"}, bug)
        assert chat.text.splitlines()[0] == "Un problème est survenu"
        assert "donnez la référence 7F3K-29Q." in chat.text
        await chat.receive({"type": "invoke", "name": "adaptiveCard/action"}, bug)
        assert len(chat.messages) == 1
        assert chat.answer is not None
        assert chat.answer["type"] == "application/vnd.microsoft.activity.message"
        assert "7F3K-29Q" in chat.answer["value"]

    async def test_without_the_database(self, talk: Talk, people: FakePeople) -> None:
        chat = await talk(MANAGER)
        zone = [{"type": "clientInfo", "timezone": "Mars/Olympus"}]
        said = {"type": "message", "text": "hi", "entities": zone}
        await chat.receive(said, chat.handler.on_away)
        assert "I cannot reach my records at the moment" in chat.text
        assert people.sightings == []
