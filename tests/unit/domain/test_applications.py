"""Applications: every pair of moves, what they are called, and the languages one may lead in."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from bot.domain import applications
from bot.domain.applications import (
    MOVES,
    OPEN,
    SELECTING,
    WITHDRAWABLE,
    Application,
    ApplicationStatus,
)
from bot.domain.errors import MovedOn
from bot.domain.people import Side
from tests.unit.domain.test_moves import NOW

S = ApplicationStatus


def application(status: ApplicationStatus = S.SUBMITTED, **more: Any) -> Application:
    given: dict[str, Any] = {
        "application_id": "a",
        "year": 2027,
        "number": 42,
        "applicant_id": "candidate",
        "side": Side.UNION,
        "organization": "2222",
        "region": "atlantic",
        "zone": "America/Halifax",
        "levels": {"en": "c", "fr": "b"},
        "topics": ("mental-health",),
        "experience": "Six years of local meetings.",
        "motivation": "To help my colleagues talk.",
        "manager_id": "manager",
        "reference_id": "steward",
        "created_at": NOW,
    }
    return Application(**{**given, **more}, status=status)


@pytest.mark.parametrize(
    ("now", "to"), [pytest.param(a, b, id=f"{a}-{b}") for a, b in product(MOVES, repeat=2)]
)
def test_a_move_of_the_table_is_done_and_any_other_refused(
    now: ApplicationStatus, to: ApplicationStatus
) -> None:
    thing = application(now)
    if to in MOVES[now]:
        applications.move(thing, to)
        assert (thing.status, thing.version) == (to, 2)
        return
    with pytest.raises(MovedOn) as refused:
        applications.move(thing, to)
    assert refused.value.code == "application_moved_on"
    assert refused.value.values == {"status": now.value, "wanted": to.value}
    assert (thing.status, thing.version) == (now, 1)


def test_every_state_can_be_reached() -> None:
    reached, ahead = set[ApplicationStatus](), {S.DRAFT}
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead |= MOVES[state] - reached
    assert reached == set(S) == set(MOVES)


def test_nobody_is_accepted_without_an_interview() -> None:
    before = {state for state, onward in MOVES.items() if S.ACCEPTED in onward}
    # Whoever is kept was interviewed, or is invited from there; in orientation they were.
    assert before == {S.INTERVIEW, S.KEPT, S.IN_ORIENTATION}


def test_sets_that_follow_from_the_table() -> None:
    assert WITHDRAWABLE - {S.DRAFT} == OPEN
    assert SELECTING < OPEN


def test_what_an_application_is_called() -> None:
    assert application().reference == "AP-2027-0042"
    assert application(number=123456).reference == "AP-2027-123456"
    found = applications.REFERENCE.search("about ap-2027-0042, please")
    assert found is not None
    assert found.groups() == ("2027", "0042")


@pytest.mark.parametrize(
    ("levels", "led"),
    [
        ({"en": "c", "fr": "b"}, ("en",)),
        ({"en": "e", "fr": "c"}, ("en", "fr")),
        ({"en": "none", "fr": "e"}, ("fr",)),
        ({"en": "b", "fr": "none"}, ()),
    ],
)
def test_one_leads_in_a_language_that_one_speaks_well(
    levels: dict[str, str], led: tuple[str, ...]
) -> None:
    assert application(levels=levels).languages == led
