"""Who may not: forged, tampered and foreign payloads get a clear sentence and change nothing."""

import pytest

from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    ELSEWHERE,
    UNTRAINED,
    agreed,
    approved,
    open_region,
    stands,
)
from tests.conversations.talking import MANAGER, STEWARD, Chat

TRIAGE = (
    "triage.show",
    "triage.ask",
    "triage.decline",
    "triage.approve",
    "triage.replace",
    "triage.retry",
)


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def forge(office: Office, who, verb: str, **data: object) -> str:
    chat = office.chat(who)
    await chat.say("help")
    return await chat.invoke({"action": {"verb": verb, "data": data}})


@pytest.mark.parametrize("verb", TRIAGE)
@pytest.mark.parametrize("who", [OUTSIDER, MANAGER, STEWARD, LEAD_UNION, ELSEWHERE])
async def test_a_forged_payload_finds_nothing(office: Office, verb: str, who) -> None:
    request = await agreed(office)
    said = await forge(office, who, verb, id=request.request_id, question="Why?", reason="Because")
    assert "I cannot find this request." in said or "Je ne trouve pas cette demande." in said
    assert stands(office, request) == "agreed"


@pytest.mark.parametrize("verb", TRIAGE)
async def test_an_id_that_is_nobody_s(office: Office, verb: str) -> None:
    said = await forge(office, REGIONAL, verb, id="no-such-request", question="Why?", reason="x")
    assert "I cannot find this request." in said


@pytest.mark.parametrize("verb", TRIAGE)
@pytest.mark.parametrize("wrong", [None, 12, True, "", "../etc", "x" * 200, ["a"], {"a": 1}])
async def test_an_id_of_the_wrong_kind(office: Office, verb: str, wrong: object) -> None:
    said = await forge(office, REGIONAL, verb, id=wrong)
    assert "I could not read this card." in said


@pytest.mark.parametrize(
    ("verb", "field"), [("triage.ask", "question"), ("triage.decline", "reason")]
)
@pytest.mark.parametrize("written", [12, True])
async def test_words_of_the_wrong_kind(
    office: Office, verb: str, field: str, written: object
) -> None:
    request = await agreed(office)
    said = await forge(office, REGIONAL, verb, id=request.request_id, **{field: written})
    assert "I could not read this card." in said
    assert stands(office, request) == "agreed"


@pytest.mark.parametrize(
    ("verb", "field"), [("triage.ask", "question"), ("triage.decline", "reason")]
)
async def test_ten_thousand_characters(office: Office, verb: str, field: str) -> None:
    request = await agreed(office)
    said = await forge(office, REGIONAL, verb, id=request.request_id, **{field: "x" * 10_000})
    assert "This is too long: at most 1,000 characters." in said
    assert stands(office, request) == "agreed"


@pytest.mark.parametrize("missing", ["question", "reason"])
async def test_what_is_missing_is_asked_for(office: Office, missing: str) -> None:
    request = await agreed(office)
    verb = "triage.ask" if missing == "question" else "triage.decline"
    said = await forge(office, REGIONAL, verb, id=request.request_id)
    assert ("Write your question." if missing == "question" else "Write a word of why") in said


async def form_of(office: Office) -> Chat:
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0001")
    await chat.click("Next")
    return chat


@pytest.mark.parametrize(
    "tampered",
    [
        UNTRAINED.person_id,
        LEAD_EMPLOYER.person_id,
        MANAGER.person_id,
        "00000000-0000-4000-8000-999999999999",
        "nonsense",
        f"{LEAD_UNION.person_id},{UNTRAINED.person_id}",
    ],
)
async def test_a_facilitator_who_is_not_in_the_list(office: Office, tampered: str) -> None:
    """Untrained, of the other side, of the team itself, unknown: the list is asked again."""
    await agreed(office)
    chat = await form_of(office)
    await chat.click("Next", pair="others")
    said = await chat.click("Next", union=tampered)
    assert "Choose somebody of the list." in said
    assert "Step 3 of 5" in said


@pytest.mark.parametrize(
    "tampered",
    [
        {"pair": "5"},
        {"pair": "0"},
        {"pair": "1,2"},
        {"pair": "-1"},
        {"pair": "nonsense"},
        {"pair": "1", "order": "always"},
        {"pair": "1", "order": ""},
        {"pair": LEAD_UNION.person_id},
    ],
)
async def test_a_pair_that_is_not_in_the_list(office: Office, tampered: dict[str, str]) -> None:
    """Nor an answer about the order; then a good one goes on to a good end."""
    await agreed(office)
    chat = await form_of(office)
    said = await chat.click("Next", **tampered, union=UNTRAINED.person_id)
    assert "Step 2 of 3" in said
    await chat.click("Next", pair="1", order="tell", union=UNTRAINED.person_id)
    await chat.click("Approve and send the offers", union=UNTRAINED.person_id, pair="4")
    asked = {a.person_id for a in office.units.memory.assignments.values()}
    assert asked == {LEAD_UNION.person_id, LEAD_EMPLOYER.person_id}
    assert office.units.memory.rounds == {}


@pytest.mark.parametrize("which", ["4", "0", "1,2", "nonsense"])
async def test_a_date_that_is_not_in_the_list(office: Office, which: str) -> None:
    await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("approve EC-2027-0001")
    assert "Choose a date." in await chat.click("Next", which=which)
    assert "Step 2 of 3" in await chat.click("Next", which="2")


async def test_the_role_was_taken_away_while_the_form_was_open(office: Office) -> None:
    request = await agreed(office)
    chat = await form_of(office)
    await chat.click("Next")
    office.units.memory.grants.clear()
    said = await chat.click("Approve and send the offers")
    assert "I cannot find this request." in said
    assert stands(office, request) == "agreed"


@pytest.mark.parametrize("side", ["neither", "", "union,employer"])
async def test_a_side_that_does_not_exist(office: Office, side: str) -> None:
    await approved(office)
    for who in (LEAD_UNION, LEAD_EMPLOYER):
        await office.chat(who).say("unavailable EC-2027-0001")
    chat = office.chat(REGIONAL)
    await chat.say("replace EC-2027-0001")
    assert "Choose a side." in await chat.click("Next", side=side)


@pytest.mark.parametrize("first", [-5, 99, "one", True, 10**12])
async def test_a_page_that_does_not_exist(office: Office, first: object) -> None:
    await agreed(office)
    said = await forge(office, REGIONAL, "triage.list", first=first)
    assert "EC-2027-0001" in said or "I could not read this card." in said


@pytest.mark.parametrize(
    "words",
    [
        "review EC-2027-9999",
        "approve EC-2027-9999",
        "ask EC-2027-9999 why",
        "turn down EC-2027-9999 no",
        "replace EC-2027-9999",
        "retry EC-2027-9999",
        "reschedule EC-2027-9999",
        "cancel EC-2027-9999",
        "decline EC-2027-9999",
    ],
)
async def test_a_reference_that_does_not_exist(office: Office, words: str) -> None:
    await agreed(office)
    assert "I cannot find this request." in await office.chat(REGIONAL).say(words)


async def test_a_request_that_waits_for_its_agreement_is_shown_without_decisions(
    office: Office,
) -> None:
    request = await agreed(office)
    kept = office.units.memory.requests[request.request_id]
    kept.status, kept.agreed_at = type(kept.status)("submitted"), None
    chat = office.chat(REGIONAL)
    said = await chat.say("review EC-2027-0001")
    assert "Waiting for the counterpart’s agreement" in said
    assert chat.buttons == ["Requests to review"]
