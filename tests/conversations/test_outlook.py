"""Something was changed in Outlook by hand: the card asks, a click settles it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.interviews import InterviewStatus
from bot.domain.outlook import Question, QuestionStatus, Topic
from bot.domain.people import Side
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Session
from bot.i18n import Catalogues
from bot.services.ports import Reader
from cards.outlook import build_outlook
from tests.conversations import selecting, training
from tests.conversations.office import LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import COORDINATRICE, booked, open_region
from tests.conversations.talking import STEWARD, Chat, Message, problems_of, through_json
from tests.conversations.training import FRANCOPHONE

HOUR = timedelta(hours=1)
NB = "\u00a0"
CATALOGUES = Catalogues.load()
FRENCH = STEWARD


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def shown(
    office: Office, who: Reader, session: Session, topic: Topic, times: tuple[datetime, ...] = ()
) -> Chat:
    """The card that the worker put into somebody's chat."""
    return await pushed(office, who, f"session:{session.session_id}", "event-1", topic, times)


async def pushed(
    office: Office,
    who: Reader,
    subject: str,
    event_id: str,
    topic: Topic = Topic.DECLINED,
    times: tuple[datetime, ...] = (),
) -> Chat:
    """The same of anything that has a meeting."""
    own = who.person_id if topic in (Topic.DECLINED, Topic.LEAD_DECLINED) else ""
    question = office.units.memory.questions.setdefault(
        "q-1",
        Question(
            "q-1", "key", topic, subject, event_id, office.clock.now(), person_id=own, times=times
        ),
    )  # fmt: skip
    chat = office.chat(who)
    view = await office.services.outlook.view(who.person_id, question.question_id)
    card = build_outlook(view, CATALOGUES.translator(who.language, who.zone))
    chat.messages.append(Message("pushed-1", through_json(card)))
    return chat


def seated(office: Office, session: Session, who: Reader) -> None:
    now = office.clock.now()
    seat = Seat(session.session_id, who.person_id, SeatStatus.CONFIRMED, 1, now, now)
    office.units.memory.seats[session.session_id, who.person_id] = seat


async def test_a_coordinator_keeps_outlooks_time(office: Office) -> None:
    """
    ▸ moved in Outlook: planned at 9, in Outlook at 10 · [Keep Outlook's time] [Put it back]
    [Keep Outlook's time]
      ▸ in place: settled; the other coordinator's card says by whom
    """
    session = await booked(office)
    later = (session.starts_at + HOUR, session.ends_at + HOUR)
    chat = await shown(office, REGIONAL, session, Topic.MOVED, later)
    other = await shown(office, COORDINATRICE, session, Topic.MOVED, later)
    assert chat.buttons == ["Keep Outlook’s time", "Put the meeting back", "See the session"]
    said = await chat.click("Keep Outlook’s time")
    assert "Settled" in said
    assert "Outlook’s time was kept, and everybody concerned is told." in said
    assert problems_of(chat.card) == []
    assert office.units.memory.sessions[session.session_id].starts_at == later[0]
    seen = await other.click("Retenir l’heure d’Outlook")  # a moment too late
    assert "Réglé" in seen
    assert f"Décision de{NB}: Coordinator, National Capital" in seen
    assert office.units.memory.sessions[session.session_id].version == session.version + 1


async def test_un_horaire_impossible_est_refuse_puis_remis_a_sa_place(office: Office) -> None:
    """
    ▸ déplacée dans Outlook à 23 h · [Retenir l'heure d'Outlook]
      ▸ sur place : hors des heures; la question reste
    [Remettre la réunion à sa place]
      ▸ sur place : réglé
    """
    session = await booked(office)
    night = (session.starts_at + 14 * HOUR, session.ends_at + 14 * HOUR)
    chat = await shown(office, COORDINATRICE, session, Topic.MOVED, night)
    refused = await chat.click("Retenir l’heure d’Outlook")
    assert "À vous de décider" in refused
    assert problems_of(chat.card) == []
    said = await chat.click("Remettre la réunion à sa place")
    assert "La réunion revient à l’horaire prévu." in said
    kinds = [row.kind for row in office.units.memory.outbox.values()]
    assert kinds.count("meeting.move") == 1


async def test_a_deleted_meeting_is_cancelled_with_a_word_of_why(office: Office) -> None:
    """
    ▸ deleted in Outlook · [Book it again] [Cancel instead]
    [Cancel it], no reason
      ▸ in place: write a word of why
    "Postponed", [Cancel it]
      ▸ in place: cancelled
    """
    session = await booked(office)
    chat = await shown(office, REGIONAL, session, Topic.DELETED)
    refused = await chat.click("Cancel it", reason=" ")
    assert "Write a word of why" in refused
    said = await chat.click("Cancel it", reason="Postponed")
    assert "It was cancelled, and everybody concerned is told why." in said
    assert office.units.memory.sessions[session.session_id].cancel_reason == "Postponed"


async def test_une_invitation_refusee_on_garde_sa_place(office: Office) -> None:
    """
    ▸ vous avez refusé une invitation · [Garder ma place] [Renoncer à ma place]
    [Garder ma place]
      ▸ sur place : rien ne change
    [Garder ma place] sur l'ancienne carte
      ▸ la même chose
    """
    session = await booked(office)
    seated(office, session, FRENCH)
    chat = await shown(office, FRENCH, session, Topic.DECLINED)
    old = Message("pushed-2", through_json(chat.card))
    assert "Votre place est toujours à vous." in chat.text
    assert "Rien ne change" in await chat.click("Garder ma place")
    chat.messages.append(old)
    assert "Rien ne change" in await chat.click("Oui, y renoncer")
    seat = office.units.memory.seats[session.session_id, FRENCH.person_id]
    assert seat.status is SeatStatus.CONFIRMED


async def test_a_seat_is_given_up(office: Office) -> None:
    """
    ▸ you declined an invitation · [Give up my seat] ▸ [Yes, give it up]
      ▸ in place: you gave it up
    """
    session = await booked(office)
    seated(office, session, OUTSIDER)
    chat = await shown(office, OUTSIDER, session, Topic.DECLINED)
    assert "You gave up your seat." in await chat.click("Yes, give it up")
    seat = office.units.memory.seats[session.session_id, OUTSIDER.person_id]
    assert seat.status is SeatStatus.LEFT


async def test_who_leads_withdraws(office: Office) -> None:
    """
    ▸ you declined the invitation to a session that you lead
    [Withdraw from this session], "Away"
      ▸ in place: noted, the coordinators are told
    """
    session = await booked(office)
    chat = await shown(office, LEAD_UNION, session, Topic.LEAD_DECLINED)
    assert "The coordinators are told at once" in await chat.click(
        "Withdraw from this session", reason="Away"
    )
    assert len(office.told(REGIONAL, "request.lead_withdrawn")) == 1


async def test_a_candidate_declined_the_interview_and_cannot_come(office: Office) -> None:
    """
    ▸ you declined an invitation: your interview · [I am coming] [I cannot come]
    [I cannot come] ▸ [Yes, offer me other times]
      ▸ in place: noted; the coordinator is told
    """
    interview = await selecting.booked(office)
    chat = await pushed(office, OUTSIDER, f"interview:{interview.interview_id}", "event-1")
    assert "Your interview" in chat.text
    offered = ["I am coming", "I cannot come", "Yes, offer me other times", "See the interview"]
    assert chat.buttons == offered
    said = await chat.click("Yes, offer me other times")
    assert "The coordinator is told and offers other times." in said
    assert problems_of(chat.card) == []
    assert selecting.newest(office).ending == "cannot"
    assert len(office.told(REGIONAL, "interview.cannot")) == 1
    assert "Other times are asked for" in await chat.click("See the interview")


async def test_a_candidate_declined_the_interview_and_comes(office: Office) -> None:
    """
    ▸ you declined an invitation · [I am coming]
      ▸ in place: the interview stands
    """
    interview = await selecting.booked(office)
    chat = await pushed(office, OUTSIDER, f"interview:{interview.interview_id}", "event-1")
    assert "Nothing changes: the interview stands." in await chat.click("I am coming")
    assert selecting.newest(office).status is InterviewStatus.BOOKED


async def trained(office: Office) -> Chat:
    training.accept(office, FRANCOPHONE, Side.EMPLOYER)
    cohort = await training.opened(office, language="fr")
    await office.services.training.accept(FRANCOPHONE.person_id, cohort.cohort_id)
    kept = office.units.memory.cohorts[cohort.cohort_id]
    kept.join_url, kept.event_id, kept.booking_asked = training.LINK, "series-1", True
    return await pushed(office, FRANCOPHONE, f"cohort:{cohort.cohort_id}", "series-1")


async def test_une_place_en_orientation_est_rendue(office: Office) -> None:
    """
    ▸ vous avez refusé une invitation · [Garder ma place] [Renoncer à ma place]
    [Renoncer à ma place] ▸ [Oui, renoncer à ma place]
      ▸ sur place : la place est rendue
    """
    chat = await trained(office)
    assert "elle va à la personne suivante" in chat.text
    assert chat.buttons[:2] == ["Garder ma place", "Renoncer à ma place"]
    said = await chat.click("Oui, renoncer à ma place")
    assert "Vous avez renoncé à votre place." in said
    assert problems_of(chat.card) == []
    assert training.stands(office, FRANCOPHONE) == "left"


async def test_une_place_en_orientation_est_rendue_par_ecrit(office: Office) -> None:
    """
    ▸ vous avez refusé une invitation · [Garder ma place] [Renoncer à ma place]
    « quitter orientation K7M-2QF »
      ▸ la place est rendue; la question n'a plus lieu d'être
    """
    chat = await trained(office)
    question = chat.card["refresh"]["action"]
    await chat.say("quitter orientation K7M-2QF")
    assert training.stands(office, FRANCOPHONE) == "left"
    said = await chat.invoke({"action": question, "trigger": "automatic"})
    assert "Ce n’est plus le cas" in said


@pytest.mark.parametrize(
    "data",
    [
        {"id": "q-1", "answer": "put_back"},
        {"id": "q-1", "answer": "adopt"},
        {"id": "q-1"},
        {"id": "nothing", "answer": "adopt"},
        {"id": "q-1", "answer": 7},
        {"answer": "adopt"},
    ],
)
async def test_payloads_from_anywhere(office: Office, data: dict[str, object]) -> None:
    session = await booked(office)
    later = (session.starts_at + HOUR, session.ends_at + HOUR)
    await shown(office, REGIONAL, session, Topic.MOVED, later)
    chat = office.chat(OUTSIDER)
    action = {"type": "Action.Execute", "verb": "outlook.answer", "data": data}
    await chat.invoke({"action": action})
    assert office.units.memory.questions["q-1"].status is QuestionStatus.OPEN
    assert office.units.memory.sessions[session.session_id].starts_at == session.starts_at
    assert [r for r in office.units.memory.outbox.values() if r.kind == "meeting.move"] == []


async def test_the_card_asks_how_things_stand(office: Office) -> None:
    session = await booked(office)
    seated(office, session, OUTSIDER)
    chat = await shown(office, OUTSIDER, session, Topic.DECLINED)
    await office.services.seats.leave(OUTSIDER.person_id, session.session_id)
    refresh = chat.card["refresh"]["action"]
    said = await chat.invoke({"action": refresh, "trigger": "automatic"})
    assert "No longer the case" in said
    assert chat.buttons == ["See the session"]
