"""The coordinators' cards: every state told honestly, the longest ones within bounds."""

from dataclasses import replace

import pytest

from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.i18n import Catalogues, Translator
from bot.services.triage import TriagePage
from bot.services.views import Named, RequestView, TimelineEntry
from cards import kit
from cards.triage import build_triage, build_triage_list, free_sides, state_of
from tests.conversations.talking import actions_of, problems_of, text_of, walk
from tests.unit.cards.reviews import (
    AT,
    EVERY_MOVE,
    LONG,
    STARTS,
    a_lead,
    a_request,
    a_session,
    request_seen,
)

_S, _A = RequestStatus, AssignmentStatus


@pytest.fixture(params=["en", "fr"])
def tr(request: pytest.FixtureRequest) -> Translator:
    return Catalogues.load().translator(request.param, "America/Toronto")


@pytest.fixture
def en() -> Translator:
    return Catalogues.load().translator("en", "America/Toronto")


def titles(card: kit.Card) -> list[str]:
    return [action["title"] for action in actions_of(card)]


def longest() -> RequestView:
    """The longest names and texts, three dates, a long time line, many who declined."""
    name = "N" * 120
    leads = tuple(
        a_lead(side, _A.DECLINED, name=f"{number} {name}", reason=LONG * 2)
        for number in range(20)
        for side in Side
    )
    request = a_request(
        team=LONG,
        status=_S.APPROVED,
        preferred_at=(STARTS, STARTS, STARTS),
        accessibility=("captions", "lsq", "asl", "documents"),
        accessibility_note=LONG * 2,
        question=LONG * 5,
    )
    lines = tuple(TimelineEntry(AT, "answered", Named("p", name), LONG * 5) for _ in range(120))
    return request_seen(
        request, a_session(fault="graph_denied"), leads, timeline=lines, may=EVERY_MOVE
    )


@pytest.mark.parametrize("status", list(_S))
def test_every_state_of_a_request_is_told(tr: Translator, status: RequestStatus) -> None:
    card = build_triage(request_seen(a_request(status=status, reason="Why", question="How?")), tr)
    assert problems_of(card) == []
    assert tr.t(f"triage.state.{status.value}") in text_of(card)
    assert card["refresh"]["action"] == {
        "type": "Action.Execute",
        "verb": "triage.show",
        "data": {"id": "r-1"},
    }


@pytest.mark.parametrize(
    ("session", "leads", "expected"),
    [
        (SessionStatus.PLANNED, (), "incomplete"),
        (SessionStatus.PLANNED, (a_lead(Side.UNION, _A.OFFERED),), "incomplete"),
        (
            SessionStatus.PLANNED,
            (a_lead(Side.UNION, _A.ACCEPTED), a_lead(Side.EMPLOYER, _A.DECLINED)),
            "incomplete",
        ),
        (
            SessionStatus.PLANNED,
            (a_lead(Side.UNION, _A.ACCEPTED), a_lead(Side.EMPLOYER, _A.OFFERED)),
            "asked",
        ),
        (SessionStatus.STAFFED, (), "booking"),
        (SessionStatus.BOOKING, (), "booking"),
    ],
)
def test_an_approved_one_tells_where_it_hangs(
    tr: Translator, session: SessionStatus, leads: tuple, expected: str
) -> None:
    view = request_seen(a_request(status=_S.APPROVED), a_session(status=session), leads)
    assert state_of(view) == expected
    assert tr.t(f"triage.state.{expected}") in text_of(build_triage(view, tr))


@pytest.mark.parametrize("status", [_S.APPROVED, _S.SCHEDULED])
def test_a_fault_goes_before_the_rest(tr: Translator, status: RequestStatus) -> None:
    view = request_seen(a_request(status=status), a_session(fault="graph_gone"))
    assert state_of(view) == "fault"
    assert tr.t("triage.fault.gone") in text_of(build_triage(view, tr))


def test_a_fault_that_nobody_foresaw_has_words_too(tr: Translator) -> None:
    view = request_seen(a_request(status=_S.APPROVED), a_session(fault="something_new"))
    assert tr.t("triage.fault.away") in text_of(build_triage(view, tr))


@pytest.mark.parametrize("status", list(_A))
def test_every_answer_of_a_lead_is_told(tr: Translator, status: AssignmentStatus) -> None:
    lead = a_lead(Side.UNION, status, name="Facilitator", reason="Away")
    view = request_seen(a_request(status=_S.APPROVED), a_session(), (lead,))
    text = text_of(build_triage(view, tr))
    assert "Facilitator" in text
    assert "Away" in text
    nobody = tr.t("triage.lead.nobody")
    standing = status in (_A.OFFERED, _A.ACCEPTED)
    assert text.count(nobody) == (1 if standing else 2)


def test_free_sides() -> None:
    view = request_seen(
        a_request(),
        a_session(),
        (a_lead(Side.UNION, _A.OFFERED), a_lead(Side.EMPLOYER, _A.EXPIRED)),
    )
    assert free_sides(view) == (Side.EMPLOYER,)


def test_only_what_may_be_done_is_offered(en: Translator) -> None:
    expected = {
        "approve": ["Approve: date and people"],
        "ask": ["Ask a question", "Send the question"],
        "refuse": ["Decline", "Decline the request"],
        "replace": ["Choose somebody else"],
        "retry_booking": ["Try again"],
        "reschedule": ["Reschedule"],
        "cancel": ["Cancel the session", "Cancel the session"],
    }
    for move, buttons in expected.items():
        view = request_seen(a_request(), a_session(), may=frozenset({move}))
        assert titles(build_triage(view, en)) == [*buttons, "Requests to review"]


def test_one_likely_thing_to_do(en: Translator) -> None:
    view = request_seen(a_request(), a_session(), may=EVERY_MOVE)
    positive = [
        a["title"] for a in build_triage(view, en)["actions"] if a.get("style") == "positive"
    ]
    assert positive == ["Approve: date and people"]


def test_dates_on_both_clocks(en: Translator) -> None:
    text = text_of(build_triage(request_seen(a_request()), en))
    assert (
        "9\u00a0am to 12:30\u00a0pm (10\u00a0am to 1:30\u00a0pm, Atlantic time (Halifax))" in text
    )


def test_what_people_typed_is_read_as_typed(tr: Translator) -> None:
    """No markdown, no HTML, no template, no turned direction beyond its own line."""
    view = request_seen(a_request(team=LONG, status=_S.DECLINED, reason=LONG))
    card = build_triage(view, tr)
    assert "{{" not in str(card)
    assert "\u202e" not in str(card)
    for block in walk(card["body"]):
        if block.get("type") == "TextBlock":
            assert "<b>" not in block["text"]


def test_the_longest_card_is_within_bounds(tr: Translator) -> None:
    card = build_triage(longest(), tr, said="W" * 300)
    assert problems_of(card) == []
    assert kit.size(card) < kit.LARGEST


def test_the_longest_list_is_within_bounds(tr: Translator) -> None:
    view = replace(longest(), session=None)
    card = build_triage_list(TriagePage((view,) * 10, 10, 40), tr)
    assert problems_of(card) == []
    assert kit.size(card) < kit.LARGEST


def test_a_person_without_a_name_is_a_colleague(tr: Translator) -> None:
    nobody = Named("p-1", None)
    request = a_request(status=_S.NEEDS_INFORMATION, question="How many?")
    card = build_triage(request_seen(request, requester=nobody), tr)
    assert tr.t("triage.question", requester=tr.t("common.somebody")) in text_of(card)


def test_pages_lead_on_and_back(en: Translator) -> None:
    view = request_seen(a_request())
    first = build_triage_list(TriagePage((view,), 0, 11), en)
    last = build_triage_list(TriagePage((view,), 10, 11), en)
    assert titles(first)[-1] == "Show more"
    assert titles(last)[-1] == "Back to the first ones"
    assert titles(build_triage_list(TriagePage((view,), 0, 1), en)) == ["Open EC-2027-0042"]
