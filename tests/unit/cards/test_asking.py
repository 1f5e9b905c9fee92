"""The coordinators' card while somebody is missing: states, who could come next, the buttons."""

import pytest

from bot.domain.pairing import Reason
from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.rounds import RoundStatus
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.i18n import Catalogues, Translator
from bot.services.views import AskingView, Lead, Named, NextUp
from cards.triage import build_triage, state_of
from tests.conversations.talking import actions_of, problems_of, text_of
from tests.unit.cards.reviews import LONG, a_lead, a_request, a_session, request_seen

_A = AssignmentStatus
STARTED_BY = Named("c-1", "Coordinator, Halifax")
REASONS = (
    Reason("load", {"n": 3, "months": 18, "average": 5}),
    Reason("region.same"),
)
SCHEDULED = a_request(status=RequestStatus.SCHEDULED)
BOOKED = a_session(status=SessionStatus.BOOKED)


@pytest.fixture(params=["en", "fr"])
def tr(request: pytest.FixtureRequest) -> Translator:
    return Catalogues.load().translator(request.param, "America/Halifax")


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        ((), "vacant"),
        ((a_lead(Side.UNION, _A.ACCEPTED),), "vacant"),
        ((a_lead(Side.UNION, _A.WITHDRAWN), a_lead(Side.EMPLOYER, _A.ACCEPTED)), "vacant"),
        ((a_lead(Side.UNION, _A.OFFERED), a_lead(Side.EMPLOYER, _A.ACCEPTED)), "vacant_asked"),
        ((a_lead(Side.UNION, _A.ACCEPTED), a_lead(Side.EMPLOYER, _A.ACCEPTED)), "scheduled"),
    ],
)
def test_a_booked_one_says_whether_somebody_is_missing(
    tr: Translator, leads: tuple[Lead, ...], expected: str
) -> None:
    view = request_seen(SCHEDULED, BOOKED, leads)
    assert state_of(view) == expected
    assert tr.t(f"triage.state.{expected}") in text_of(build_triage(view, tr))


def test_whoever_withdrew_is_told_from_an_offer_taken_back(tr: Translator) -> None:
    left = a_lead(Side.UNION, _A.WITHDRAWN, "Facilitator", "Surgery")
    text = text_of(build_triage(request_seen(SCHEDULED, BOOKED, (left,)), tr))
    assert tr.t("triage.lead.stepped_back", name="Facilitator") in text
    assert "Surgery" in text
    back = a_lead(Side.UNION, _A.WITHDRAWN, "Facilitator")
    text = text_of(build_triage(request_seen(SCHEDULED, BOOKED, (back,)), tr))
    assert tr.t("triage.lead.withdrawn", name="Facilitator") in text


@pytest.mark.parametrize("status", list(RoundStatus))
def test_every_state_of_the_asking_is_told(tr: Translator, status: RoundStatus) -> None:
    running = status is RoundStatus.RUNNING
    may = {"stop_round", "replace"} if running else {"ask_in_order", "replace"}
    view = request_seen(
        a_request(status=RequestStatus.APPROVED),
        a_session(),
        (a_lead(Side.UNION, _A.OFFERED),),
        asking=AskingView(status, STARTED_BY),
        next_up=(NextUp(Side.UNION, Named("p", "Next one"), REASONS),),
        may=frozenset(may),
    )
    card = build_triage(view, tr)
    assert problems_of(card) == []
    text = text_of(card)
    if status is not RoundStatus.SETTLED:
        assert tr.t(f"triage.asking.{status.value}", name="Coordinator, Halifax") in text
    assert "Next one" in text
    nobody = tr.t("triage.asking.next.nobody", side=tr.t("common.of_side.employer"))
    assert (nobody in text) is running
    verbs = [action.get("verb") for action in actions_of(card)]
    assert ("round.stop" in verbs, "round.start" in verbs) == (running, not running)
    (replace,) = [a for a in actions_of(card) if a.get("verb") == "triage.replace"]
    assert (replace.get("style") == "positive") is not running


def test_nothing_of_it_once_there_is_nothing_to_do(tr: Translator) -> None:
    view = request_seen(
        SCHEDULED,
        BOOKED,
        (a_lead(Side.UNION, _A.ACCEPTED), a_lead(Side.EMPLOYER, _A.ACCEPTED)),
        asking=AskingView(RoundStatus.STOPPED, STARTED_BY),
    )
    assert tr.t("triage.asking.stopped") not in text_of(build_triage(view, tr))


def test_the_longest_names_and_reasons_fit(tr: Translator) -> None:
    leads = tuple(
        a_lead(side, status, LONG, "very long " * 60)
        for side in Side
        for status in (_A.DECLINED, _A.EXPIRED, _A.WITHDRAWN, _A.OFFERED)
    )
    view = request_seen(
        a_request(status=RequestStatus.APPROVED, team=LONG),
        a_session(),
        leads,
        asking=AskingView(RoundStatus.RUNNING, Named("c", LONG)),
        next_up=tuple(NextUp(side, Named("p", LONG), REASONS * 3) for side in Side),
        may=frozenset({"stop_round", "replace", "cancel", "reschedule"}),
    )
    assert problems_of(build_triage(view, tr)) == []
