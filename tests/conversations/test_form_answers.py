"""Forms filled in, on a small flow: by clicks, in words, up to a record kept true."""

import json

import pytest

from bot.domain.errors import Conflict
from cards import actions
from dialogs.routes import Routes
from tests.conversations.sample_flow import ANSWERS, Sample, to_review, without_id
from tests.conversations.talking import MANAGER, STEWARD, Talk, problems_of
from tests.fakes.people import FakeDrafts, FakeLiveCards


@pytest.fixture
def routes(sample: tuple[Sample, Routes]) -> Routes:
    return sample[1]


class TestByClicks:
    async def test_one_card_moves_in_place_to_the_record(
        self, talk: Talk, flow: Sample, drafts: FakeDrafts
    ) -> None:
        """
        request
          ▸ Sample · Step 1 of 4
        [Next] three times, each in place
          ▸ Step 4 of 4, what was said so far in one line each
        [Save]
          ▸ in place: Recorded. For Payroll.
        """
        chat = await talk(MANAGER)
        first = await chat.say("request")
        assert first.splitlines()[:2] == ["Sample", "Step 1 of 4"]
        assert chat.buttons == ["Next", "Cancel", "Yes, cancel"]
        await chat.click("Next", topic="mental")
        assert chat.buttons[1:4] == ["Next", "Back", "Cancel"]
        await chat.click("Next", team="Payroll", people="12")
        review = await chat.click("Next", day="2027-03-04")
        assert review.splitlines()[1:5] == [
            "Step 4 of 4",
            "English: mental  Change",
            "French: Payroll, 12  Change",
            "Close: March\u00a04, 2027  Change",
        ]
        assert problems_of(chat.card) == []
        assert await chat.click("Save") == "Recorded\nFor Payroll."
        assert len(chat.messages) == 1
        assert [without_id(a) for a in flow.finished] == [{**ANSWERS, "day": "2027-03-04"}]
        assert drafts.rows == {}
        assert json.loads(chat.state)["dialogs"] == []

    async def test_errors_stand_at_their_inputs_and_keep_what_was_typed(
        self, talk: Talk, flow: Sample
    ) -> None:
        """
        [Next] with a team of 40
          ▸ the team still there, the error under the number; mended, the form goes on
        """
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.click("Next", topic="mental")
        wrong = await chat.click("Next", team="Payroll", people="40", captions="true")
        assert wrong.splitlines()[-5:-1] == [
            "[Team: Payroll]",
            "[People: 40]",
            "From 2 to 15.",
            "[Captions: true]",
        ]
        assert "Step 3 of 4" in await chat.click("Next", people="12")
        assert "Payroll, 12" in chat.text

    async def test_every_kind_of_wrong_value(self, talk: Talk, flow: Sample) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        assert "Choose a topic." in await chat.click("Next", topic="")
        assert "Choose a topic." in await chat.click("Next", topic="forged")
        await chat.click("Next", topic="mental")
        assert "at most 60 characters" in await chat.click("Next", team="x" * 61, people="12")
        assert "Name the team." in await chat.click("Next", team="  ", people="12")
        assert "From 2 to 15." in await chat.click("Next", team="Payroll", people="twelve")
        two = await chat.click("Next", team="bad", people="13")
        assert two.count("at most 3 characters") == 2
        assert "From 2 to 15." in await chat.click("Next", team="Payroll", people=12.5)
        await chat.click("Next", team="Payroll", people=12.0, captions=False)
        assert "Choose a day." in await chat.click("Next", day="2027-02-30")
        past = await chat.click("Next", day="2020-01-06")
        assert "Monday, January\u00a06, 2020, has already passed" in past
        assert "[Day: 2020-01-06]" in past
        await chat.click("Next", day="2027-03-04")
        await chat.click("Save")
        assert len(flow.finished) == 1

    async def test_back_and_change(self, talk: Talk, flow: Sample) -> None:
        """
        on the review: change the team, [Next] ▸ the review again
        on the review: [Back] twice, [Next] ▸ one step on, the answers still there
        change the topic ▸ the day, which depended on it, is asked again
        """
        chat = await talk(MANAGER)
        await to_review(chat)
        assert "[Team: Payroll]" in await chat.click("Change: French")
        assert "Step 4 of 4" in await chat.click("Next", team="Audit")
        await chat.click("Back")
        assert "[Team: Audit]" in await chat.click("Back")
        assert "[Day: 2027-03-04]" in await chat.click("Next")
        await chat.click("Change: English")
        assert "[Why: ]" in await chat.click("Next", topic="racism")
        assert "[Day: ]" in await chat.click("Next", why="")
        await chat.click("Next", day="2027-03-05")
        await chat.click("Save")
        assert [without_id(a) for a in flow.finished] == [
            {**ANSWERS, "topic": "racism", "team": "Audit", "day": "2027-03-05", "why": ""}
        ]

    async def test_cancel_asks_once_more_in_the_same_card(
        self, talk: Talk, flow: Sample, drafts: FakeDrafts
    ) -> None:
        chat = await talk(MANAGER)
        await to_review(chat)
        assert "Cancelled. Nothing was sent" in await chat.click("Yes, cancel")
        assert flow.finished == []
        assert drafts.rows == {}

    async def test_a_second_click_of_next_does_nothing(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        stale = json.loads(json.dumps(chat.card))
        await chat.click("Next", topic="mental")
        chat.last.card = stale
        assert "Step 2 of 4" in await chat.click("Next", topic="racism")
        assert "English: mental" in chat.text

    async def test_the_same_form_is_known_by_its_id(self, talk: Talk, flow: Sample) -> None:
        chat = await talk(MANAGER)
        flow.refusals = [Conflict()]
        await to_review(chat)
        await chat.click("Save")
        await to_review(chat)
        await chat.click("Save")
        ids = [answers["form_id"] for answers in flow.finished]
        assert len(set(ids)) == 2


class TestTyped:
    async def test_a_whole_form_by_words(self, talk: Talk, flow: Sample) -> None:
        """
        request ▸ Step 1;  mental helth ▸ Step 2;  Payroll ▸ asks on;  12 ▸ Step 3
        March 4 2027 ▸ Step 4;  submit ▸ Recorded
        """
        chat = await talk(MANAGER)
        await chat.say("request")
        assert "Step 2 of 4" in await chat.say("mental helth")
        asks_on = await chat.say("Payroll")
        assert "[Team: Payroll]" in asks_on
        assert "Step 2 of 4" in asks_on
        assert "Step 3 of 4" in await chat.say("we are 12")
        assert "Step 4 of 4" in await chat.say("March 4 2027")
        assert await chat.say("submit") == "Recorded\nFor Payroll."
        assert [without_id(a) for a in flow.finished] == [{**ANSWERS, "day": "2027-03-04"}]
        older = [message.words for message in chat.messages[:-1]]
        assert set(older) == {"Sample\nThis form continues further down."}

    async def test_a_choice_by_its_place(self, talk: Talk) -> None:
        chat = await talk(STEWARD)
        await chat.say("demande")
        assert "anglais\u00a0: racism" in await chat.say("2")

    async def test_words_that_fit_nowhere(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        answer = await chat.say("x" * 10_000)
        assert "I could not read “" + "x" * 99 + "…” as an answer here." in answer
        assert "Step 2 of 5" in await chat.say("racism")

    async def test_a_doubtful_date_is_refused_at_its_input(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        await chat.say("Payroll")
        await chat.say("12")
        assert "could be" in await chat.say("4/3/2027")
        assert "Step 4 of 4" in await chat.say("2027-03-04")

    async def test_the_forms_own_words_in_both_languages(
        self, talk: Talk, drafts: FakeDrafts
    ) -> None:
        """
        retour ▸ the step before;  modifier english ▸ that step
        cancel ▸ asks;  no ▸ the step again;  annuler, oui ▸ cancelled
        """
        chat = await talk(MANAGER)
        await to_review(chat)
        assert "[Day: 2027-03-04]" in await chat.say("Retour")
        assert "Topic" in await chat.say("change english")
        assert "erase what you have entered?" in await chat.say("cancel")
        assert "erase what you have entered?" in await chat.say("hmm")
        assert "Topic" in await chat.say("no")
        await chat.say("annuler")
        assert "Cancelled. Nothing was sent" in await chat.say("oui")
        assert drafts.rows == {}

    async def test_yes_and_no_answer_what_the_step_asks(self, talk: Talk, flow: Sample) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        await chat.say("Payroll")
        await chat.say("12")
        await chat.say("back")
        assert "Step 2 of 4" in chat.text
        await chat.say("no")  # the first input that the word fits is the team's name
        assert "French: no, 12" in chat.text

    async def test_help_does_not_lose_the_place(self, talk: Talk) -> None:
        """
        in step 2: aide
          ▸ what I can do for you now
          ▸ step 2 again, below
        """
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        assert "Step 2 of 4" in await chat.say("Aide")
        assert chat.messages[-2].words.splitlines()[0] == "What I can do for you now"

    async def test_another_command_in_the_middle(self, talk: Talk) -> None:
        """
        in step 1: show EC-2027-0042 ▸ that request, then step 1 again
        settings ▸ its form; saved ▸ step 1 again
        """
        chat = await talk(MANAGER)
        await chat.say("request")
        assert "Step 1 of 4" in await chat.say("show EC-2027-0042")
        assert chat.messages[-2].words == "Request\nEC-2027-0042"
        assert "Step 1 of 2" in await chat.say("settings")
        await chat.click("Next")
        assert "Your settings are saved." in await chat.click("Save")
        assert "Step 1 of 4" in chat.text

    async def test_a_command_word_is_an_answer_where_any_word_is(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        assert "[Team: calendar]" in await chat.say("calendar")

    async def test_a_change_of_language_in_the_middle(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        assert "Étape 2 de 4" in await chat.say("français")


class TestCardsKeptTrue:
    async def test_a_subjects_newest_card_is_known(
        self, talk: Talk, live_cards: FakeLiveCards
    ) -> None:
        """
        show EC-2027-0042 ▸ its card, known by its id
        (clicked on to help) ▸ that card shows no request any more
        """
        chat = await talk(MANAGER)
        me = MANAGER.person_id
        await chat.say("show EC-2027-0042")
        first = chat.last
        assert live_cards.cards == {(me, "request:EC-2027-0042"): first.id}
        await chat.say("show EC-2027-0043")
        value = {"action": {"verb": actions.REQUEST_SHOW, "data": {"id": "r1"}}}
        await chat.invoke(value, on=first)
        assert live_cards.cards == {
            (me, "request:EC-2027-0043"): chat.last.id,
            (me, "request:r1"): first.id,
        }
        await chat.invoke({"action": {"verb": actions.HELP, "data": {}}}, on=first)
        assert live_cards.cards == {(me, "request:EC-2027-0043"): chat.last.id}

    async def test_a_forms_record_is(self, talk: Talk, live_cards: FakeLiveCards) -> None:
        chat = await talk(MANAGER)
        await to_review(chat)
        await chat.click("Save")
        assert live_cards.cards == {(MANAGER.person_id, "request:new"): chat.last.id}

    async def test_no_more_than_forty_are_remembered(
        self, talk: Talk, live_cards: FakeLiveCards
    ) -> None:
        chat = await talk(MANAGER)
        for number in range(41):
            await chat.say("help")
            value = {"action": {"verb": actions.REQUEST_SHOW, "data": {"id": f"r{number}"}}}
            await chat.invoke(value)
        assert len(json.loads(chat.state)["cards"]) == 40
        assert len(live_cards.cards) == 41
