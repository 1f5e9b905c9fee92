"""A facilitator's cards: every state told honestly, the longest ones within bounds."""

from datetime import timedelta

import pytest

from bot.domain.people import Side
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.i18n import Catalogues, Translator
from bot.services.views import AssignmentView
from cards import kit
from cards.assignment import build_assignment, build_my_assignments, state_of
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.reviews import (
    BOOKED,
    LONG,
    STARTS,
    a_lead,
    a_session,
    assignment_seen,
)

_A, _S = AssignmentStatus, SessionStatus


@pytest.fixture(params=["en", "fr"])
def tr(request: pytest.FixtureRequest) -> Translator:
    return Catalogues.load().translator(request.param, "America/Toronto")


@pytest.fixture
def en() -> Translator:
    return Catalogues.load().translator("en", "America/Toronto")


def verbs(card: kit.Card) -> list[str]:
    return [action["verb"] for action in actions_of(card) if action["type"] == "Action.Execute"]


@pytest.mark.parametrize(
    ("status", "session", "expected"),
    [
        (_A.OFFERED, _S.PLANNED, "offered"),
        (_A.ACCEPTED, _S.PLANNED, "accepted"),
        (_A.ACCEPTED, _S.BOOKING, "accepted"),
        (_A.ACCEPTED, _S.BOOKED, "booked"),
        (_A.ACCEPTED, _S.HELD, "held"),
        (_A.ACCEPTED, _S.CLOSED, "held"),
        (_A.DECLINED, _S.PLANNED, "declined"),
        (_A.EXPIRED, _S.BOOKED, "expired"),
        (_A.WITHDRAWN, _S.PLANNED, "withdrawn"),
        (_A.WITHDRAWN, _S.CANCELLED, "cancelled"),
    ],
)
def test_every_state_is_told(
    tr: Translator, status: AssignmentStatus, session: SessionStatus, expected: str
) -> None:
    view = assignment_seen(status, a_session(status=session, cancel_reason="A storm"))
    card = build_assignment(view, tr)
    assert problems_of(card) == []
    assert state_of(view) == expected
    assert tr.t(f"assignment.state.{expected}") in text_of(card)
    assert ("A storm" in text_of(card)) is (expected == "cancelled")


@pytest.mark.parametrize("session", [_S.PLANNED, _S.BOOKED, _S.CANCELLED])
def test_whoever_withdrew_reads_that_and_not_their_reason(
    tr: Translator, session: SessionStatus
) -> None:
    view = assignment_seen(_A.WITHDRAWN, a_session(status=session, cancel_reason="A storm"))
    view.assignment.reason = "Surgery"
    card = build_assignment(view, tr)
    assert state_of(view) == "stepped_back"
    assert tr.t("assignment.next.stepped_back") in text_of(card)
    assert verbs(card) == ["assignment.list"]


def test_withdrawing_asks_once_more_and_why(tr: Translator) -> None:
    view = assignment_seen(_A.ACCEPTED, a_session(status=_S.BOOKED), may=frozenset({"withdraw"}))
    card = build_assignment(view, tr)
    assert problems_of(card) == []
    (ask,) = [a for a in actions_of(card) if a["type"] == "Action.ShowCard"]
    reason = ask["card"]["body"][-1]
    assert (reason["id"], reason["isRequired"]) == ("reason", True)
    (sure,) = ask["card"]["actions"]
    assert (sure["verb"], sure["style"]) == ("assignment.withdraw", "destructive")


def test_an_offer_that_cannot_be_answered_any_more(tr: Translator) -> None:
    view = assignment_seen(_A.OFFERED, may=frozenset())
    card = build_assignment(view, tr)
    assert tr.t("assignment.state.lapsed") in text_of(card)
    assert verbs(card) == ["assignment.list"]


def test_the_answer_carries_the_time_that_was_seen(en: Translator) -> None:
    card = build_assignment(assignment_seen(session=a_session(version=3)), en)
    accept = next(a for a in actions_of(card) if a.get("verb") == "assignment.accept")
    assert accept["data"] == {"id": "a-1", "seen": 3}
    assert accept["style"] == "positive"


def test_the_meeting_is_there_once_booked(en: Translator) -> None:
    for status, there in ((_A.ACCEPTED, True), (_A.DECLINED, False), (_A.WITHDRAWN, False)):
        card = build_assignment(assignment_seen(status, a_session(**BOOKED)), en)
        urls = [a["url"] for a in actions_of(card) if a["type"] == "Action.OpenUrl"]
        assert urls == ([BOOKED["join_url"]] if there else [])


@pytest.mark.parametrize("status", [_A.OFFERED, _A.ACCEPTED])
def test_with_whom(tr: Translator, status: AssignmentStatus) -> None:
    partner = a_lead(Side.EMPLOYER, status, name="Facilitator, Regina")
    text = text_of(build_assignment(assignment_seen(partner=partner), tr))
    assert tr.t(f"assignment.partner.{status.value}", name="Facilitator, Regina") in text


def test_with_nobody_yet(tr: Translator) -> None:
    assert tr.t("assignment.partner.nobody") in text_of(build_assignment(assignment_seen(), tr))


def test_nobody_is_awaited_for_a_cancelled_session(tr: Translator) -> None:
    view = assignment_seen(_A.WITHDRAWN, a_session(status=_S.CANCELLED))
    assert tr.t("assignment.partner.nobody") not in text_of(build_assignment(view, tr))


def test_an_imported_session_has_no_team(tr: Translator) -> None:
    view = assignment_seen(
        _A.ACCEPTED,
        a_session(request_id=None, place="Winnipeg", **BOOKED),
        team=None,
        participants=None,
        accessibility=(),
        reference=None,
    )
    card = build_assignment(view, tr)
    assert problems_of(card) == []
    assert "Winnipeg" in text_of(card)
    assert tr.t("assignment.fact.team") + ":" not in text_of(card)


def longest() -> AssignmentView:
    partner = a_lead(Side.EMPLOYER, _A.OFFERED, name="N" * 120)
    return assignment_seen(
        partner=partner,
        team=LONG,
        accessibility=("captions", "lsq", "asl", "documents"),
        accessibility_note=LONG * 3,
    )


def test_the_longest_are_within_bounds(tr: Translator) -> None:
    for card in (
        build_assignment(longest(), tr, said="W" * 300),
        build_my_assignments([longest()] * 40, 10, tr),
    ):
        assert problems_of(card) == []
        assert kit.size(card) < kit.LARGEST


def test_the_list_is_honest_and_paged(tr: Translator) -> None:
    views = [
        assignment_seen(session=a_session(starts_at=STARTS + timedelta(days=number)))
        for number in range(11)
    ]
    assert verbs(build_my_assignments(views, 0, tr)).count("assignment.show") == 10
    assert verbs(build_my_assignments(views, 10, tr)).count("assignment.show") == 1
    for strange in (-1, 11, 10**9):
        assert verbs(build_my_assignments(views, strange, tr)).count("assignment.show") == 10


def test_the_empty_list(tr: Translator) -> None:
    card = build_my_assignments([], 0, tr)
    assert tr.t("assignment.list.empty") in text_of(card)
    assert problems_of(card) == []
