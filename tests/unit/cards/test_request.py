"""The cards of a request: every state, both parties, both languages, and the worst of texts."""

import pytest

from bot.domain.catalogue import offerings, organizations, requestable_offerings
from bot.domain.requests import RequestStatus
from bot.domain.sessions import SessionStatus
from bot.i18n import Catalogues, Translator
from bot.services.views import Named
from cards import kit
from cards.catalogue import details, topic_length, topic_line
from cards.request import build_request, build_requests
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards import requests, sessions

LANGUAGES = ("en", "fr")
MOVES = {
    "requester": "nudge edit change_counterpart withdraw answer",
    "counterpart": "agree decline later",
}
# What the time lines of requests and of sessions record.
WHATS = (
    "submitted", "edited", "counterpart_changed", "nudged", "agreed", "counterpart_declined",
    "expired", "withdrawn", "asked", "answered", "declined", "approved", "offered_union",
    "offered_employer", "accepted_union", "accepted_employer", "declined_union",
    "declined_employer", "expired_union", "expired_employer", "booked", "rescheduled",
    "cancelled", "held",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return Catalogues.load()


def translator(catalogues: Catalogues, language: str) -> Translator:
    return catalogues.translator(language, "America/Toronto")


def buttons(card: kit.Card) -> list[str]:
    return [action["title"] for action in actions_of(card)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("relation", ["requester", "counterpart"])
@pytest.mark.parametrize("status", [s for s in RequestStatus if s is not RequestStatus.DRAFT])
def test_every_state_says_where_it_stands(
    catalogues: Catalogues, language: str, relation: str, status: RequestStatus
) -> None:
    tr = translator(catalogues, language)
    of = requests.request(status=status, declined_by="p-counterpart", reason="Not now.")
    card = build_request(requests.view(relation, of=of), tr)
    said = text_of(card)
    assert tr.t(f"request.status.{status.value}") in said
    assert "EC-2027-0042" in said
    assert problems_of(card) == []
    assert card["refresh"]["userIds"] == [f"p-{relation}"]
    assert buttons(card)[-1] == tr.t("request.list")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [s for s in SessionStatus if s is not SessionStatus.CANCELLED])
def test_the_session_leads_once_there_is_one(
    catalogues: Catalogues, language: str, status: SessionStatus
) -> None:
    tr = translator(catalogues, language)
    booked = status in (SessionStatus.BOOKED, SessionStatus.HELD, SessionStatus.CLOSED)
    of = requests.request(status=RequestStatus.SCHEDULED if booked else RequestStatus.APPROVED)
    sight = sessions.view(of=sessions.session(status=status), shares_code=True)
    card = build_request(requests.view(of=of, session=sight, may="withdraw"), tr)
    day = tr.when_parts(sessions.STARTS_AT, sight.session.ends_at, "America/Toronto").day
    assert text_of(card).splitlines()[2] == day
    assert ("K7M-2QF" in text_of(card)) is (status is SessionStatus.BOOKED)
    assert tr.t("request.withdraw.booked") in str(card)
    assert problems_of(card) == []


def test_what_the_booking_waits_for(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "en")
    of = requests.request(status=RequestStatus.APPROVED)

    def said(**changed: object) -> str:
        sight = sessions.view(of=sessions.session(**changed))
        return text_of(build_request(requests.view(of=of, session=sight), tr))

    assert "Two co-facilitators are being asked to lead" in said(status=SessionStatus.PLANNED)
    assert "The meeting is being booked." in said(status=SessionStatus.BOOKING)
    fault = said(status=SessionStatus.BOOKING, fault="graph_unavailable")
    assert "Outlook is not answering, so the meeting is not booked yet." in fault


def test_who_declined(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "en")
    of = requests.request(status=RequestStatus.DECLINED, declined_by="p-else", reason="No *room*.")
    said = text_of(build_request(requests.view(of=of), tr))
    assert "The coordinators cannot go ahead with this request." in said
    assert "No *room*." in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("relation", ["requester", "counterpart"])
def test_only_what_may_be_done(catalogues: Catalogues, language: str, relation: str) -> None:
    tr = translator(catalogues, language)
    words = {
        "nudge": "request.do.nudge",
        "edit": "request.do.edit",
        "change_counterpart": "request.do.change_counterpart",
        "withdraw": "request.do.withdraw",
        "answer": "request.do.answer",
        "agree": "agreement.agree",
        "decline": "agreement.decline",
        "later": "agreement.later",
    }
    for move in MOVES[relation].split():
        shown = buttons(build_request(requests.view(relation, move), tr))
        assert [m for m in MOVES[relation].split() if tr.t(words[m]) in shown] == [move]


def test_a_question_stands_with_its_answer(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "fr")
    of = requests.request(status=RequestStatus.NEEDS_INFORMATION, question="Quel {{étage}}?")
    card = build_request(requests.view(of=of, may="answer withdraw"), tr)
    assert "{{" not in text_of(card)
    assert "étage" in text_of(card)
    assert buttons(card)[:2] == ["Répondre", "Envoyer la réponse"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_time_line_is_worded(catalogues: Catalogues, language: str) -> None:
    tr = translator(catalogues, language)
    entries = tuple(requests.entry(what, n) for n, what in enumerate(WHATS))
    for some in (entries[:12], entries[12:]):
        card = build_request(requests.view(timeline=some), tr)
        said = text_of(card)
        for line in some:
            assert tr.t(f"timeline.{line.what}", name="Manager, Ottawa") in said
        assert tr.t("timeline.all") in buttons(card)


def test_the_last_lines_are_in_view(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "en")
    few = tuple(requests.entry("nudged", n) for n in range(8))
    assert "Show earlier lines" not in buttons(build_request(requests.view(timeline=few), tr))
    assert build_request(requests.view(timeline=()), tr)["body"][-1] is not None


def test_the_newest_answer_is_whole(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "en")
    written = [
        requests.entry(what, n, what[0] * 1000) for n, what in enumerate(("asked", "answered"))
    ]
    said = text_of(build_request(requests.view(timeline=tuple(written)), tr))
    assert f"Manager, Ottawa asked a question: {'a' * 97}… · " in said
    assert f"Manager, Ottawa answered: {'a' * 1000} · " in said


def test_somebody_without_a_name_yet(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "en")
    nameless = requests.view(
        counterpart=Named("p-counterpart", None),
        timeline=(requests.entry("expired", actor=None), requests.entry("agreed", actor=None)),
    )
    said = text_of(build_request(nameless, tr))
    assert "For the union: a colleague" in said
    assert "a colleague agreed" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("relation", ["requester", "counterpart"])
def test_the_worst_card_is_small_enough(
    catalogues: Catalogues, language: str, relation: str
) -> None:
    tr = translator(catalogues, language)
    long_name = Named(f"p-{relation}", "Gestionnaire, " + "É" * 240)
    longest = max(organizations(), key=lambda o: len(o.name[language])).id
    of = requests.request(
        status=RequestStatus.NEEDS_INFORMATION,
        organization=longest,
        offering="understanding-the-collective-agreement",
        team="É" * 120,
        accessibility=("captions", "lsq", "asl", "documents"),
        accessibility_note="É" * 500,
        question="É" * 1000,
        reason="É" * 1000,
    )
    timeline = tuple(requests.entry("answered", n, "É" * 1000, long_name) for n in range(100))
    worst = requests.view(
        relation,
        MOVES[relation],
        of=of,
        requester=long_name,
        counterpart=long_name,
        timeline=timeline,
        session=sessions.view(shares_code=True, join_link=sessions.CHAT),
    )
    card = build_request(worst, tr, said="É" * 300)
    assert problems_of(card) == []
    assert kit.size(card) < kit.LARGEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_requests_are_small_enough(catalogues: Catalogues, language: str) -> None:
    tr = translator(catalogues, language)
    views = [requests.view(of=requests.request(team="É" * 120)) for _ in range(10)]
    card = build_requests(views, 1200, 1, tr)
    assert problems_of(card) == []
    assert buttons(card)[-3:] == [
        tr.t("common.more"),
        tr.t("common.back"),
        tr.t("help.item.request"),
    ]


def test_a_booked_one_leads_with_its_session(catalogues: Catalogues) -> None:
    tr = translator(catalogues, "fr")
    of = requests.request(status=RequestStatus.SCHEDULED)
    card = build_requests([requests.view(of=of, session=sessions.view())], 1, 0, tr)
    assert "Réservée" in text_of(card).splitlines()
    assert buttons(card) == ["Ouvrir EC-2027-0042", "Demander une conversation"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_worded(catalogues: Catalogues, language: str) -> None:
    tr = translator(catalogues, language)
    for topic in requestable_offerings():
        assert len(topic_line(topic, tr)) <= 200
        assert kit.choice(topic_line(topic, tr), topic.key)["title"] == topic_line(topic, tr)
        assert len(details(topic.key, tr)) >= 6
    for other in offerings():
        if other not in requestable_offerings():
            assert details(other.key, tr)
            assert topic_length(other, tr) == ""
