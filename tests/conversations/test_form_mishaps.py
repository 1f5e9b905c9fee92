"""Forms that do not go straight to their end: left half way, clicked on an old card, refused."""

import json
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.errors import Conflict, MovedOn, OutsideFault, Refusal
from cards import actions
from dialogs.routes import Routes
from tests.conversations import sample_flow
from tests.conversations.sample_flow import ANSWERS, Sample, to_review, without_id
from tests.conversations.talking import MANAGER, Talk
from tests.fakes.people import FakeDrafts


@pytest.fixture
def routes(sample: tuple[Sample, Routes]) -> Routes:
    return sample[1]


class TestDrafts:
    async def test_left_and_taken_up_days_later(
        self, talk: Talk, flow: Sample, clock: ManualClock
    ) -> None:
        """
        two steps answered, then days away and the state lost
        request ▸ You left this form half way; your answers of January 11 … are saved.
        continue ▸ Step 3, with what was said
        """
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.click("Next", topic="mental")
        await chat.click("Next", team="Payroll", people="12")
        chat.state = "{}"
        clock.advance(timedelta(days=5))
        offer = await chat.say("request")
        assert "your answers of January\u00a011, 2027, at 10\u00a0am are saved" in offer
        assert "French: Payroll, 12" in offer
        assert chat.buttons == ["Continue", "Start over", "Erase it"]
        assert "Step 3 of 4" in await chat.click("Continue")
        await chat.click("Next", day="2027-03-04")
        await chat.click("Save")
        assert [without_id(a) for a in flow.finished] == [{**ANSWERS, "day": "2027-03-04"}]

    async def test_asked_for_again_while_it_is_open(self, talk: Talk) -> None:
        """
        a step that takes any words; request ▸ You left this form half way …
        continue ▸ Step 2, with what was said; request, start over ▸ Step 1
        """
        chat = await talk(MANAGER)
        await chat.say("request")
        assert "Step 1 of 4" in await chat.say("request")  # nothing said yet, nothing to ask
        await chat.say("mental health")
        assert "You left this form half way" in await chat.say("request")
        assert chat.buttons == ["Continue", "Start over", "Erase it"]
        assert "Step 2 of 4" in await chat.say("continue")
        await chat.say("request")
        assert "Step 1 of 4" in await chat.click("Start over")

    async def test_continue_typed_in_an_empty_chat(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        chat.state = "{}"
        assert "Step 2 of 4" in await chat.say("continuer")

    async def test_start_over_and_erase(self, talk: Talk, drafts: FakeDrafts) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        chat.state = "{}"
        await chat.say("request")
        assert "You left this form half way" in await chat.say("whatever")
        over = await chat.click("Start over")
        assert "Step 1 of 4" in over
        assert "mental" not in over
        await chat.say("mental health")
        chat.state = "{}"
        await chat.say("request")
        assert "Cancelled. Nothing was sent" in await chat.click("Erase it")
        assert drafts.rows == {}

    async def test_a_draft_of_another_version_is_passed_over(
        self, talk: Talk, drafts: FakeDrafts
    ) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        draft = drafts.rows[MANAGER.person_id, "sample"]
        draft.answers["version"] = 0
        chat.state = "{}"
        assert "Step 1 of 4" in await chat.say("request")


class TestOldCards:
    async def test_a_click_of_another_form_shows_where_things_are(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        old = json.loads(json.dumps(chat.card))
        await chat.click("Next", topic="mental")
        await chat.say("start over")
        chat.messages[0].card = old
        shown = await chat.click("Next", on=chat.messages[0], topic="racism")
        assert "You clicked an older card." in shown
        assert "Step 1 of 4" in shown
        assert chat.messages[-1].words == "Sample\nThis form continues further down."
        assert "Step 2 of 5" in await chat.click("Next", on=chat.messages[0], topic="racism")

    async def test_a_click_of_a_form_that_is_over(self, talk: Talk, flow: Sample) -> None:
        chat = await talk(MANAGER)
        await to_review(chat)
        old = json.loads(json.dumps(chat.card))
        await chat.click("Save")
        chat.last.card = old
        assert "This form is closed." in await chat.click("Save")
        assert len(flow.finished) == 1

    async def test_a_click_after_a_restart_finds_the_draft(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.click("Next", topic="mental")
        chat.state = "{}"
        assert "You left this form half way" in await chat.click("Next", team="x", people="3")

    async def test_a_click_of_the_form_under_another(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        form = json.loads(json.dumps(chat.card))
        await chat.say("settings")
        chat.messages[0].card = form
        assert "Step 2 of 4" in await chat.click("Next", on=chat.messages[0], topic="mental")

    @pytest.mark.parametrize("dialog", ["flow.sample.0", "waterfall", "flow.gone.1"])
    async def test_an_unknown_stack_is_given_up_with_a_word_of_why(
        self, talk: Talk, dialog: str
    ) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        state = json.loads(chat.state)
        state["dialogs"][0]["id"] = dialog
        chat.state = json.dumps(state)
        said = await chat.say("mental health")
        assert "I was updated while this form was open" in said
        assert ("Begin again" in chat.buttons) == (dialog == "flow.sample.0")
        assert "Step 1 of 4" in await chat.say("request")

    async def test_a_click_on_an_unknown_stack(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        chat.state = chat.state.replace("flow.sample.1", "flow.sample.0")
        assert "I was updated while this form was open" in await chat.click("Next", topic="mental")
        assert "Step 1 of 4" in await chat.click("Begin again")

    async def test_a_stack_of_an_older_engine(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("request")
        await chat.say("mental health")
        state = json.loads(chat.state)
        state["dialogs"][0]["state"] = {"steps": 1}
        chat.state = json.dumps(state)
        await chat.say("hello")
        assert "You left this form half way" in await chat.click("Begin again")


class TestRefusals:
    async def test_at_the_end_the_form_goes_back_to_the_step_that_asked(
        self, talk: Talk, flow: Sample
    ) -> None:
        """
        [Save] ▸ refused, at the team's name: step 2, the error there; mended ▸ the review ▸ done
        """
        chat = await talk(MANAGER)
        flow.refusals = [Refusal("too_long", field="team", limit=5)]
        await to_review(chat)
        shown = await chat.click("Save")
        assert "Step 2 of 4" in shown
        assert "at most 5 characters" in shown
        assert "Step 4 of 4" in await chat.click("Next", team="Pay")
        assert await chat.click("Save") == "Recorded\nFor Pay."

    async def test_a_refusal_of_the_whole_stands_above_the_last_step(
        self, talk: Talk, flow: Sample
    ) -> None:
        chat = await talk(MANAGER)
        flow.refusals = [Refusal("not_allowed")]
        await to_review(chat)
        assert "This is not yours to do." in await chat.click("Save")
        assert await chat.click("Save") == "Recorded\nFor Payroll."

    async def test_outlook_away_loses_nothing(self, talk: Talk, flow: Sample) -> None:
        chat = await talk(MANAGER)
        flow.refusals = [OutsideFault("graph.away"), Conflict(), Conflict()]
        await to_review(chat)
        assert await chat.click("Save") == "See below."
        assert "Nothing is lost; try again" in chat.text
        assert "Step 4 of 4" in chat.messages[0].words
        await chat.click("Save", on=chat.messages[0])
        assert "Somebody else changed this" in chat.text
        assert await chat.click("Save", on=chat.messages[0]) == "Recorded\nFor Payroll."

    async def test_a_form_whose_subject_moved_on_ends(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("approve EC-2027-0042")
        assert "I cannot find this." in await chat.click("Save")
        assert json.loads(chat.state)["dialogs"] == []
        assert "What I can do for you now" in await chat.click("What I can do for you")

    async def test_a_form_about_another_thing_takes_its_place(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("approve EC-2027-0042")
        await chat.say("approve EC-2027-0042")
        assert chat.text.splitlines()[0] == "Once EC-2027-0042"
        await chat.say("approve EC-2027-0043")
        assert chat.text.splitlines()[0] == "Once EC-2027-0043"
        assert len(json.loads(chat.state)["dialogs"]) == 1

    async def test_a_form_that_cannot_be_begun(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("hello")
        value = {"action": {"verb": actions.TRIAGE_APPROVE, "data": {"id": "gone"}}}
        assert "I cannot find this." in await chat.invoke(value)
        assert json.loads(chat.state)["dialogs"] == []

    async def test_a_form_whose_thing_moved_on_before_or_in_its_middle(
        self, talk: Talk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chat = await talk(MANAGER)
        await chat.say("hello")
        value = {"action": {"verb": actions.TRIAGE_APPROVE, "data": {"id": "moved"}}}
        assert "I cannot find this." in await chat.invoke(value)
        await chat.say("approve EC-2027-0042")
        monkeypatch.setattr(sample_flow, "MOVED", {"EC-2027-0042"})
        assert "I cannot find this." in await chat.say("help")
        assert json.loads(chat.state)["dialogs"] == []

    async def test_outlook_away_as_a_form_begins(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("hello")
        value = {"action": {"verb": actions.TRIAGE_APPROVE, "data": {"id": "away"}}}
        assert await chat.invoke(value) == "See below."
        assert "Nothing is lost; try again" in chat.text
        assert json.loads(chat.state)["dialogs"] == []

    async def test_an_old_button_shows_how_things_stand(self, talk: Talk) -> None:
        chat = await talk(MANAGER)
        await chat.say("hello")
        value = {"action": {"verb": actions.REQUEST_AGREE, "data": {"id": "r1"}}}
        assert await chat.invoke(value) == "Request\nThis is not yours to do.\nr1"
        value = {"action": {"verb": actions.REQUEST_AGREE, "data": {"id": "gone"}}}
        assert "This is not yours to do." in await chat.invoke(value)

    async def test_moved_on_in_the_middle(self, talk: Talk, flow: Sample) -> None:
        chat = await talk(MANAGER)
        flow.refusals = [MovedOn("not_allowed")]
        await to_review(chat)
        assert "This is not yours to do." in await chat.click("Save")
        assert "What I can do for you now" in await chat.say("help")
