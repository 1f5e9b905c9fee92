"""Selection: the list, the card, decisions and proposals, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.people import Side
from bot.domain.self_identification import Group
from bot.i18n import Catalogues
from tests.conversations.office import OUTSIDER, REGIONAL, Office
from tests.conversations.review import ADMIN, COORDINATRICE, ELSEWHERE, meet, open_region
from tests.conversations.selecting import held, referenced, stands
from tests.conversations.talking import MANAGER, STEWARD, person, problems_of

ORDER = (
    "Your own side comes first. Then the program’s order: candidates of the groups that it looks "
    "at first, then by date."
)
SECOND = person(31, "Employee, Halifax", "en", zone="America/Halifax")
THIRD = person(32, "Employé, Gatineau", "fr")


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def three(office: Office) -> None:
    """Two of the union's side, the later one prioritized; one of the employer's."""
    for who in (SECOND, THIRD):
        meet(office, who)
    await referenced(office)
    office.clock.advance(timedelta(days=1))
    await referenced(office, SECOND, Group.BLACK, form_id="form2")
    office.clock.advance(timedelta(days=1))
    await referenced(
        office,
        THIRD,
        form_id="form3",
        side=Side.EMPLOYER,
        agent=None,
        reference_id=STEWARD.person_id,
    )


async def test_the_list_is_in_the_programmes_order_and_says_so(office: Office) -> None:
    """
    applications
      ▸ 3 applications · own side first, then the programme's order
      ▸ who is prioritized comes before who came first; the list does not say why
    [Open AP-2027-0002]
      ▸ in place: the application, with what can be decided
    """
    await three(office)
    chat = office.chat(REGIONAL)
    listed = await chat.say("applications")
    assert listed.splitlines()[:3] == [
        "Applications to review",
        "3 applications",
        ORDER,
    ]
    order = [line.split(" · ")[0] for line in listed.splitlines() if line.startswith("AP-")]
    assert order == ["AP-2027-0002", "AP-2027-0001", "AP-2027-0003"]
    assert "Black" not in listed
    assert problems_of(chat.card) == []
    card = await chat.click("Open AP-2027-0002")
    assert card.splitlines()[:3] == [
        "Application AP-2027-0002",
        "Employee, Halifax",
        "With the coordinators",
    ]
    assert "Black" not in card
    assert len(chat.messages) == 1


async def test_la_liste_commence_par_sa_propre_partie(office: Office) -> None:
    await three(office)
    chat = office.chat(COORDINATRICE)
    listed = await chat.say("candidatures")
    order = [line.split(" · ")[0] for line in listed.splitlines() if line.startswith("AP-")]
    assert order == ["AP-2027-0003", "AP-2027-0002", "AP-2027-0001"]
    assert "3 candidatures" in listed
    assert problems_of(chat.card) == []
    union = await chat.click("Partie syndicale seulement")
    assert "AP-2027-0003" not in union
    assert "AP-2027-0003" in await chat.click("Les deux parties")


async def test_ten_at_a_time(office: Office) -> None:
    for number in range(1, 13):
        who = person(100 + number, f"Candidate {number:02d}")
        meet(office, who)
        await referenced(office, who, form_id=f"form-{number}")
    chat = office.chat(REGIONAL)
    first = await chat.say("applications to review")
    assert "Candidate 10" in first
    assert "Candidate 11" not in first
    assert problems_of(chat.card) == []
    assert "Candidate 12" in await chat.click("Show more")
    assert "Candidate 01" in await chat.click("Back to the first")


async def test_an_empty_list_says_why(office: Office) -> None:
    said = await office.chat(ELSEWHERE).say("applications")
    assert "No application waits for the coordinators of your region at the moment." in said
    said = await office.chat(ADMIN).say("applications")
    assert "None waits where a side has no coordinator." in said


async def test_the_list_is_for_coordinators(office: Office) -> None:
    said = await office.chat(MANAGER).say("applications")
    assert "you are not one of them" in said


async def test_a_candidate_who_types_it_means_their_own(office: Office) -> None:
    await referenced(office)
    said = await office.chat(OUTSIDER).say("applications")
    assert said.splitlines()[0] == "Application AP-2027-0001"
    bad = {"action": {"type": "Action.Execute", "verb": "selection.list", "data": {"which": "x"}}}
    chat = office.chat(REGIONAL)
    await chat.say("help")
    assert "could not read this card" in await chat.invoke(bad, on=chat.last)


async def test_the_card_has_answers_support_and_history(office: Office) -> None:
    await referenced(office)
    chat = office.chat(REGIONAL)
    card = await chat.say("show AP-2027-0001")
    for words in (
        "Employee, Regina",
        "Six years of local meetings.",
        "To help my colleagues talk.",
        "It has the support that it needs. Invite the candidate to an interview",
        "Manager, Ottawa was asked on Monday, January\u00a011, 2027, at 10\u00a0am",
        "Employee, Regina applied",
    ):
        assert words in card
    expected = ["Invite to an interview", "Keep for later", "Decline"]
    assert [title for title in chat.buttons if title in expected] == expected
    assert problems_of(chat.card) == []


async def test_a_reference_alone_and_review_show_it(office: Office) -> None:
    await referenced(office)
    chat = office.chat(COORDINATRICE)
    assert (await chat.say("AP-2027-0001")).splitlines()[0] == "Candidature AP-2027-0001"
    assert "est une proposition" in await chat.say("examiner AP-2027-0001")


async def test_others_do_not_see_it(office: Office) -> None:
    await referenced(office)
    for who in (ELSEWHERE, ADMIN):
        for words in ("show AP-2027-0001", "review AP-2027-0001", "accept AP-2027-0001"):
            assert "It may not exist" in await office.chat(who).say(words)
    chat = office.chat(OUTSIDER)
    assert "It has the support that it needs. Invite" not in await chat.say("review AP-2027-0001")
    assert "Keep for later" not in chat.buttons


async def test_the_self_identification_on_a_card_of_its_own(office: Office) -> None:
    """
    show AP-2027-0001
      ▸ there is something to open; it is not said what
    [See the self-identification] [Open it]
      ▸ in place: what the candidate said, noted
    [Close]
      ▸ the application again, without it
    """
    await referenced(office, OUTSIDER, Group.BLACK)
    chat = office.chat(REGIONAL)
    card = await chat.say("show AP-2027-0001")
    assert "each opening is recorded" in card
    titles = [title for title in chat.buttons if "self-identification" in title.lower()]
    sealed = await chat.click(titles[0])
    assert "Black" not in sealed
    opened = await chat.click(chat.buttons[0])
    assert "Black" in opened
    assert len(office.units.memory.readings) == 1
    closed = await chat.click(chat.buttons[0])
    assert closed.splitlines()[0] == "Application AP-2027-0001"
    assert "Black" not in closed
    assert len(chat.messages) == 1


async def test_accepted_after_the_interview(office: Office) -> None:
    """
    accept AP-2027-0001
      ▸ accepted · the candidate is told by card and by mail
    """
    await held(office)
    chat = office.chat(REGIONAL)
    card = await chat.say("accept AP-2027-0001")
    assert "Accepted. The candidate is told by card and by mail." in card
    assert stands(office) == "accepted"
    ways = [
        row.via.value
        for row in office.units.memory.outbox.values()
        if row.kind == "application.accepted"
    ]
    assert sorted(ways) == ["chat", "mail"]


async def test_nobody_is_accepted_without_an_interview(office: Office) -> None:
    await referenced(office)
    said = await office.chat(REGIONAL).say("accept AP-2027-0001")
    assert "This application has moved on" in said or "interview" in said
    assert stands(office) == "referenced"


async def test_kept_for_later_by_a_click(office: Office) -> None:
    await referenced(office)
    chat = office.chat(REGIONAL)
    await chat.say("show AP-2027-0001")
    card = await chat.click("Keep for later")
    assert "Kept for later. The candidate is told by card and by mail." in card
    assert "Keep for later" not in chat.buttons
    again = await office.chat(REGIONAL).say("keep AP-2027-0001")
    assert "Kept for later" in again
    assert len(office.told(OUTSIDER, "application.kept")) == 1


async def test_declined_with_kind_words_in_the_candidates_language(office: Office) -> None:
    """
    the card of a candidate who reads French, before a coordinator who reads English
      ▸ what the candidate reads is filled in, in French
    [Decline and tell the candidate]
      ▸ declined · with these words
    """
    meet(office, THIRD)
    await referenced(office, THIRD)
    chat = office.chat(REGIONAL)
    card = await chat.say("show AP-2027-0001")
    assert "Decline and tell the candidate" in chat.buttons
    declined = await chat.click("Decline and tell the candidate")
    assert "Merci de l’intérêt que vous portez" in declined
    assert "This is what the candidate reads:" in declined
    assert "It has the support" in card
    reason = next(iter(office.units.memory.applications.values())).reason
    assert reason.startswith("Merci de l’intérêt")
    assert "AP-2027-0001" in reason


async def test_un_refus_tape_montre_les_mots_avant_de_les_envoyer(office: Office) -> None:
    """
    refuser AP-2027-0001
      ▸ les mots, dans la langue de la personne (anglais)
    des mots de la coordonnatrice
      ▸ une proposition : la personne est de l'autre partie
    """
    await referenced(office)
    chat = office.chat(COORDINATRICE)
    form = await chat.say("refuser AP-2027-0001")
    assert form.splitlines()[0] == "Refuser la candidature AP-2027-0001"
    assert "Thank you for your interest" in form
    said = await chat.say("Thank you, and good luck.")
    assert "Votre proposition est transmise à la coordination de la partie syndicale." in said
    assert stands(office) == "referenced"
    assert len(office.told(REGIONAL, "application.proposed")) == 1


async def test_a_decline_with_its_words_behind_the_reference(office: Office) -> None:
    await referenced(office)
    said = await office.chat(REGIONAL).say("decline AP-2027-0001 Thank you, not this year.")
    assert "Declined." in said
    assert "Thank you, not this year." in said


async def test_a_decline_given_up_changes_nothing(office: Office) -> None:
    await referenced(office)
    chat = office.chat(REGIONAL)
    await chat.say("decline AP-2027-0001")
    await chat.say("cancel")
    said = await chat.say("yes")
    assert "Nothing was changed." in said
    assert stands(office) == "referenced"


async def test_proposed_by_the_other_side_and_confirmed(office: Office) -> None:
    """
    coordonnatrice (employeur) : [Proposer de retenir]
      ▸ une proposition; la personne candidate n'en sait rien
    coordinator (union): sees the proposal on the card she has before her [Confirm: accept]
      ▸ accepted
    """
    await held(office)
    theirs = office.chat(REGIONAL)
    await theirs.say("show AP-2027-0001")
    mine = office.chat(COORDINATRICE)
    await mine.say("voir AP-2027-0001")
    proposed = await mine.click("Proposer de retenir")
    assert "n’en sait rien" in proposed
    assert stands(office) == "interview"
    assert len(office.told(OUTSIDER, "application.")) == 0
    refreshes = [
        row.recipient_id
        for row in office.units.memory.outbox.values()
        if row.via.value == "refresh" and row.subject.startswith("application:")
    ]
    assert REGIONAL.person_id in refreshes
    card = await theirs.say("review AP-2027-0001")
    assert "Coordonnatrice, Gatineau proposes to accept this candidate." in card
    accepted = await theirs.click("Confirm: accept")
    assert "Accepted. The candidate is told by card and by mail." in accepted
    assert stands(office) == "accepted"
    late = await mine.say("écarter AP-2027-0001")
    assert "Retenue" in late


async def test_a_proposal_set_aside_by_typed_words(office: Office) -> None:
    await referenced(office)
    await office.chat(COORDINATRICE).say("conserver AP-2027-0001")
    chat = office.chat(REGIONAL)
    said = await chat.say("set aside AP-2027-0001")
    assert "The proposal is set aside." in said
    assert len(office.told(COORDINATRICE, "application.set_aside")) == 1
    nothing = await chat.say("confirm AP-2027-0001")
    assert "There is no proposal on this application any more" in nothing


async def test_a_proposal_that_changed_is_read_again_before_it_is_confirmed(office: Office) -> None:
    await referenced(office)
    mine, theirs = office.chat(COORDINATRICE), office.chat(REGIONAL)
    await mine.say("conserver AP-2027-0001")
    await theirs.say("review AP-2027-0001")
    await mine.say("refuser AP-2027-0001 Merci.")
    said = await theirs.click("Confirm: keep for later")
    assert "The proposal has changed in the meantime, so nothing was decided." in said
    assert (stands(office), "Confirm: decline" in theirs.buttons) == ("referenced", True)


async def test_a_proposed_decline_is_confirmed_with_other_words(office: Office) -> None:
    await referenced(office)
    await office.chat(COORDINATRICE).say("refuser AP-2027-0001 No.")
    chat = office.chat(REGIONAL)
    await chat.say("show AP-2027-0001")
    buttons = [title for title in chat.buttons if title == "Decline and tell the candidate"]
    assert len(buttons) == 2
    payload = {
        "action": {
            "type": "Action.Execute",
            "verb": "selection.confirm",
            "data": {"id": "form1", "text": "Thank you, and good luck."},
        }
    }
    said = await chat.invoke(payload, on=chat.last)
    assert "Thank you, and good luck." in said
    assert stands(office) == "declined"


async def test_an_administrator_confirms_where_the_post_is_empty(office: Office) -> None:
    await referenced(office)
    await office.chat(COORDINATRICE).say("conserver AP-2027-0001")
    grants = office.units.memory.grants
    del grants[REGIONAL.person_id, "coordinator", "national-capital", "union"]
    chat = office.chat(ADMIN)
    listed = await chat.say("applications")
    assert "What waits where nobody coordinates the candidate’s side, by date." in listed
    assert "Nobody coordinates the union’s side in the region." in listed
    assert "Proposed: keep for later" in listed
    card = await chat.click("Open AP-2027-0001")
    assert "Invite to an interview" not in chat.buttons
    assert "proposes to keep this application for later" in card
    assert "nobody coordinates the union’s side in the region" in card
    assert "Kept for later." in await chat.click("Confirm: keep for later")
    assert stands(office) == "kept"


async def test_two_coordinators_click_at_once(office: Office) -> None:
    """
    both have the card; one keeps it, the other declines a moment later
      ▸ how it stands now, and that nothing was changed
    """
    await referenced(office)
    first, second = office.chat(REGIONAL), office.chat(COORDINATRICE)
    await first.say("show AP-2027-0001")
    await second.say("voir AP-2027-0001")
    await first.click("Keep for later")
    late = await second.click("Proposer de conserver")
    assert "Conservée pour plus tard" in late
    assert "rien n’a donc été changé" in late
    assert next(iter(office.units.memory.applications.values())).proposal is None


@pytest.mark.parametrize("verb", ["selection.accept", "selection.keep", "selection.decline"])
async def test_a_forged_click_of_a_stranger_does_nothing(office: Office, verb: str) -> None:
    await held(office)
    for who in (OUTSIDER, MANAGER, ELSEWHERE, ADMIN):
        chat = office.chat(who)
        await chat.say("help")
        data = {"id": "form1", "text": "No."}
        said = await chat.invoke(
            {"action": {"type": "Action.Execute", "verb": verb, "data": data}}, on=chat.last
        )
        assert "It may not exist" in said
    assert stands(office) == "interview"
