"""Orientations: planned, opened, marked, completed, cancelled by those who steer them."""

import pytest

from bot.domain.people import Side
from bot.i18n import Catalogues
from tests.conversations.office import REGIONAL, Office
from tests.conversations.review import ADMIN, COORDINATRICE, ELSEWHERE, open_region
from tests.conversations.talking import problems_of
from tests.conversations.training import (
    ANGLOPHONE,
    FRANCOPHONE,
    WESTERN,
    accept,
    applied,
    opened,
    plan,
    running,
    stands,
)


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def test_planned_and_opened(office: Office) -> None:
    """
    plan an orientation
      ▸ step 1: who it is for, filled in
    [Next]
      ▸ step 2: when
    five Mondays with a holiday among them: refused, with its name; another first day
      ▸ step 3: what is trained
    [Next]
      ▸ review: the five days
    [Plan it]
      ▸ planned; nobody was asked
    [Open: offer the seats]
      ▸ open; two seats are offered
    """
    accept(office, ANGLOPHONE)
    accept(office, FRANCOPHONE, Side.EMPLOYER)
    chat = office.chat(REGIONAL)
    first = await chat.say("plan an orientation")
    assert "Step 1 of 4" in first
    assert "[Language: English]" in first
    assert "[Seats (12 to 20): 16]" in first
    assert problems_of(chat.card) == []
    second = await chat.click("Next", capacity="12", zone="America/Toronto")
    assert "Times are in Eastern time" in second
    assert problems_of(chat.card) == []
    refused = await chat.click("Next", date="2027-05-10", rhythm="weekly")
    assert "One of the five days, Monday, May\u00a024, 2027, is a statutory holiday" in refused
    third = await chat.click("Next", date="2027-03-10", rhythm="weekly")
    assert "[Topics trained: " in third
    review = await chat.click("Next")
    assert "Day 5: Wednesday, April\u00a07, 2027, 9\u00a0am to 4\u00a0pm" in review
    assert "English, 12 seats, National Capital" in review
    planned = await chat.click("Plan it")
    assert "It is planned. Nobody is asked before you open it." in planned
    assert "Planned, not open yet" in planned
    assert office.units.memory.training == {}
    old = chat.last
    said = await chat.click("Open: offer the seats")
    assert "It is open, and 2 seats are offered." in said
    assert "Union: 0 accepted, 1 still to answer" in said
    assert "Candidate for the union, Ottawa · National Capital · to answer by" in said
    assert problems_of(chat.card) == []
    assert old.id == chat.last.id
    (cohort,) = office.units.memory.cohorts.values()
    assert (cohort.status.value, cohort.capacity) == ("open", 12)
    assert cohort.regions == ("national-capital",)


async def test_planifiee_en_francais(office: Office) -> None:
    """
    planifier une orientation … [Planifier]
      ▸ planifiée
    ouvrir l'orientation K7M-2QF
      ▸ ouverte; personne n'attend
    """
    chat = office.chat(COORDINATRICE)
    assert "Étape 1 de 4" in await chat.say("planifier une orientation")
    await chat.click("Suivant")
    assert "Sujets abordés" in await chat.say("le 10 mars")
    review = await chat.click("Suivant")
    assert "Jour 1\u00a0: mercredi 10\u00a0mars\u00a02027, de 9\u00a0h à 16\u00a0h" in review
    planned = await chat.click("Planifier")
    assert "Personne n’est sollicité avant que vous l’ouvriez." in planned
    (cohort,) = office.units.memory.cohorts.values()
    cohort.code = "K7M-2QF"
    said = await chat.say("ouvrir l'orientation K7M-2QF")
    assert "Elle est ouverte." in said
    assert "Aucune personne retenue n’attend de place en ce moment." in said
    listed = await chat.say("orientations")
    assert "1 orientation à venir" in listed
    assert "Places prises ou offertes\u00a0: 0 sur 16" in listed


async def test_the_same_form_twice_is_one_cohort(office: Office) -> None:
    await plan(office)
    await plan(office)
    assert len(office.units.memory.cohorts) == 1


async def test_attendance_day_by_day_and_the_end(office: Office) -> None:
    """
    orientation K7M-2QF on its last day
      ▸ days 1 to 5 are to be marked
    [Everybody was there: day 1] … day 4
    [Mark who was absent], day 5: one was
      ▸ missed day 5
    complete orientation, before the end
      ▸ when it ends
    [Complete the orientation] after it, without a word why
      ▸ a word is asked for
    [Next], [Complete]
      ▸ two facilitators
    """
    for who, side in (
        (ANGLOPHONE, Side.UNION),
        (FRANCOPHONE, Side.EMPLOYER),
        (WESTERN, Side.UNION),
    ):
        accept(office, who, side)
    cohort = await running(office, ANGLOPHONE, FRANCOPHONE, WESTERN, days=5)
    chat = office.chat(REGIONAL)
    card = await chat.say("orientation K7M-2QF")
    assert "Attendance is still to be marked for days 1, 2, 3, 4 and 5." in card
    for day in range(1, 5):
        said = await chat.click(f"Everybody was there: day {day}")
        assert f"Attendance of day {day} is marked." in said
    form = await chat.click("Mark who was absent")
    assert "[Day: Day 5: Tuesday, March\u00a016, 2027]" in form
    assert problems_of(chat.card) == []
    absent = f"{FRANCOPHONE.person_id},{WESTERN.person_id}"
    said = await chat.click("Mark", absent=absent)
    assert "Candidate for the employer, Regina · National Capital · missed day 5" in said
    assert "It can be completed from then on." in await chat.say("complete orientation K7M-2QF")
    office.clock.set(cohort.ends_at)
    card = await chat.say("orientation K7M-2QF")
    assert "All five days are marked." in card
    form = await chat.click("Complete the orientation")
    assert "They go back to wait for another orientation" in form
    refused = await chat.click("Next", also=FRANCOPHONE.person_id)
    assert "Write a word of why" in refused
    review = await chat.click("Next", also=FRANCOPHONE.person_id, reason="Sick that day")
    assert "2 people become facilitators" in review
    assert "1 person waits for another orientation" in review
    done = await chat.click("Complete")
    assert "It is completed, and 2 people are facilitators now." in done
    assert problems_of(chat.card) == []
    assert [applied(office, who) for who in (ANGLOPHONE, FRANCOPHONE, WESTERN)] == [
        "active",
        "active",
        "accepted",
    ]
    roster = office.units.memory.facilitators
    assert roster[FRANCOPHONE.person_id].topics == ("mental-health",)
    assert roster[FRANCOPHONE.person_id].side is Side.EMPLOYER
    assert WESTERN.person_id not in roster
    again = await chat.say("complete orientation K7M-2QF")
    assert "has moved on meanwhile" in again


async def test_complete_waits_for_every_day(office: Office) -> None:
    accept(office, ANGLOPHONE)
    cohort = await running(office, ANGLOPHONE, days=5)
    office.clock.set(cohort.ends_at)
    chat = office.chat(REGIONAL)
    said = await chat.say("complete orientation K7M-2QF")
    assert "Attendance is still to be marked for these days: 1, 2, 3, 4 and 5." in said


async def test_annulee(office: Office) -> None:
    """
    annuler l'orientation K7M-2QF
      ▸ pourquoi?
    Trop peu de monde
      ▸ annulée; la personne qui y avait une place est de nouveau acceptée
    """
    accept(office, ANGLOPHONE)
    await opened(office)
    await office.services.training.accept(ANGLOPHONE.person_id, "cohort-1")
    chat = office.chat(COORDINATRICE)
    assert "Un mot d’explication" in await chat.say("annuler l'orientation K7M-2QF")
    said = await chat.say("Trop peu de monde")
    assert "Elle est annulée. Toutes les personnes concernées sont prévenues." in said
    assert (stands(office, ANGLOPHONE), applied(office, ANGLOPHONE)) == ("left", "accepted")
    assert [r.kind for r in office.told(ANGLOPHONE, "cohort.cancelled")] == ["cohort.cancelled"]
    card = await office.chat(ANGLOPHONE).say("my orientation")
    assert "Cancelled" in card
    assert "Trop peu de monde" in card


async def test_cancelled_from_its_card(office: Office) -> None:
    await opened(office)
    chat = office.chat(REGIONAL)
    await chat.say("orientation K7M-2QF")
    old = chat.last
    assert "It is cancelled." in await chat.click(
        "Cancel the orientation now", reason="Too few people"
    )
    assert "Cancel the orientation now" not in chat.buttons
    assert old.id == chat.last.id


async def test_other_days_are_given(office: Office) -> None:
    """
    move orientation K7M-2QF
      ▸ the days, filled in with what stands
    [Next]
      ▸ review
    [Move it]
      ▸ it is on these days already: back at the days; others
    """
    accept(office, ANGLOPHONE)
    await opened(office)
    await office.services.training.accept(ANGLOPHONE.person_id, "cohort-1")
    chat = office.chat(REGIONAL)
    days = await chat.say("move orientation K7M-2QF")
    assert "[First day: 2027-03-10]" in days
    assert "[Each day from: 09:00]" in days
    await chat.click("Next")
    refused = await chat.click("Move it")
    assert "The orientation is on these days already." in refused
    review = await chat.click("Next", date="2027-04-12")
    assert "Day 5: Friday, April\u00a016, 2027" in review
    assert problems_of(chat.card) == []
    assert "It has its new dates." in await chat.click("Move it")
    assert [r.kind for r in office.told(ANGLOPHONE, "cohort.moved")] == ["cohort.moved"]


async def test_d_autres_jours_par_un_clic(office: Office) -> None:
    await opened(office)
    chat = office.chat(COORDINATRICE)
    await chat.say("orientation K7M-2QF")
    jours = await chat.click("Changer les dates")
    assert "Nouvelles dates de l’orientation" in jours
    await chat.click("Suivant", date="2027-04-12")
    cohort = office.units.memory.cohorts["cohort-1"]
    cohort.status = type(cohort.status)("running")
    assert "rien n’a donc été changé" in await chat.click("Déplacer")


async def test_another_region_does_not_see_it(office: Office) -> None:
    await opened(office)
    chat = office.chat(ELSEWHERE)
    assert "I cannot find this orientation." in await chat.say("orientation K7M-2QF")
    assert "No orientation is planned." in await chat.say("orientations")
    assert "Choose your own region" in await (await planning(chat)).click(
        "Next", regions="national-capital"
    )


async def planning(chat):
    await chat.say("plan an orientation")
    return chat


async def test_administrators_steer_every_region(office: Office) -> None:
    await opened(office)
    chat = office.chat(ADMIN)
    assert "1 orientation ahead" in await chat.say("orientations")
    assert "Open: seats are being offered" in await chat.click("Show")
    first = await chat.say("new cohort")
    assert "Step 1 of 4" in first


async def test_outlook_is_tried_again(office: Office) -> None:
    cohort = await opened(office)
    office.units.memory.cohorts[cohort.cohort_id].fault = "graph_denied"
    chat = office.chat(REGIONAL)
    card = await chat.say("orientation K7M-2QF")
    assert "Not booked: Outlook refuses" in card
    said = await chat.click("Book again")
    assert "I try again now." in said
    assert office.units.memory.cohorts[cohort.cohort_id].fault is None


async def test_what_moved_on_while_a_form_was_open(office: Office) -> None:
    """
    [Mark who was absent] … the other coordinator cancels … [Mark]
      ▸ how it stands now; nothing was marked
    """
    accept(office, ANGLOPHONE)
    await running(office, ANGLOPHONE)
    chat = office.chat(REGIONAL)
    await chat.say("attendance K7M-2QF")
    await office.services.cohorts.cancel(COORDINATRICE.person_id, "cohort-1", "Fire alarm")
    said = await chat.click("Mark")
    assert "This orientation has moved on meanwhile" in said
    assert "Fire alarm" in said
    said = await chat.say("attendance K7M-2QF")
    assert "This orientation has moved on meanwhile" in said


async def test_what_moved_on_while_it_was_completed(office: Office) -> None:
    accept(office, ANGLOPHONE)
    cohort = await running(office, ANGLOPHONE, days=5)
    office.clock.set(cohort.ends_at)
    for day in range(1, 6):
        await office.services.attendance.attend(REGIONAL.person_id, "cohort-1", day)
    chat = office.chat(REGIONAL)
    review = await chat.say("complete orientation K7M-2QF")
    assert "1 person becomes a facilitator" in review
    cohort = office.units.memory.cohorts["cohort-1"]
    cohort.status = type(cohort.status)("cancelled")
    assert "This orientation has moved on meanwhile" in await chat.click("Complete")


async def test_what_moved_on_while_it_was_cancelled(office: Office) -> None:
    await opened(office)
    chat = office.chat(REGIONAL)
    await chat.say("cancel orientation K7M-2QF")
    cohort = office.units.memory.cohorts["cohort-1"]
    cohort.status = type(cohort.status)("completed")
    assert "This orientation has moved on meanwhile" in await chat.say("Too few people")


async def test_a_form_given_up_leaves_it_as_it_was(office: Office) -> None:
    accept(office, ANGLOPHONE)
    await running(office, ANGLOPHONE)
    chat = office.chat(REGIONAL)
    await chat.say("attendance K7M-2QF")
    said = await chat.click("Yes, cancel")
    assert "Nothing was changed." in said
    assert "Everybody was there: day 1" in chat.buttons


async def test_nobody_is_excused_without_a_choice(office: Office) -> None:
    for who in (ANGLOPHONE, FRANCOPHONE):
        accept(office, who)
    cohort = await running(office, ANGLOPHONE, FRANCOPHONE, days=5)
    office.clock.set(cohort.ends_at)
    for day in range(1, 6):
        absent = [FRANCOPHONE.person_id] if day == 2 else []
        await office.services.attendance.attend(REGIONAL.person_id, "cohort-1", day, absent)
    chat = office.chat(REGIONAL)
    await chat.say("complete orientation K7M-2QF")
    review = await chat.click("Next")
    assert "Completed all the same: Nobody" in review
    await chat.click("Complete")
    assert [applied(office, who) for who in (ANGLOPHONE, FRANCOPHONE)] == ["active", "accepted"]


async def test_an_orientation_of_nobody_is_closed(office: Office) -> None:
    cohort = await running(office, days=5)
    office.clock.set(cohort.ends_at)
    chat = office.chat(REGIONAL)
    assert "Nobody had a seat" in await chat.say("complete orientation K7M-2QF")
    assert "0 people are facilitators now" in await chat.click("Complete")
