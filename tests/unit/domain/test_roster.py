"""The roster: every pair of standings, and how long a wish holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from bot.domain.errors import MovedOn
from bot.domain.people import Side
from bot.domain.roster import MOVES, Facilitator, Standing, Wish, stand

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
TODAY = date(2027, 1, 11)


def facilitator(standing: Standing = Standing.ACTIVE) -> Facilitator:
    return Facilitator(
        "p", Side.UNION, ("en",), "atlantic", ("mental-health",), "2222", None, standing
    )


@pytest.mark.parametrize(("now", "to"), list(product(Standing, repeat=2)))
def test_a_move_of_the_table_is_done_and_any_other_refused(now: Standing, to: Standing):
    one = facilitator(now)
    if to in MOVES[now]:
        stand(one, to)
        assert one.standing is to
        return
    with pytest.raises(MovedOn) as refused:
        stand(one, to)
    assert refused.value.code == "standing_moved_on"
    assert refused.value.values == {"status": now.value, "wanted": to.value}
    assert one.standing is now


def test_every_standing_is_in_the_table_and_can_be_reached():
    assert set(MOVES) == set(Standing)
    assert set().union(*MOVES.values()) == set(Standing)


@pytest.mark.parametrize("standing", list(Standing))
def test_only_the_active_are_asked(standing: Standing):
    assert facilitator(standing).active is (standing is Standing.ACTIVE)


@pytest.mark.parametrize(
    ("until", "wished"),
    [
        (None, Wish.MORE),
        (TODAY, Wish.MORE),
        (TODAY + timedelta(days=1), Wish.MORE),
        (TODAY - timedelta(days=1), Wish.USUAL),
    ],
)
def test_a_wish_holds_until_its_last_day(until: date | None, wished: Wish):
    one = facilitator()
    one.wish, one.wish_until_on = Wish.MORE, until
    assert one.wishes(TODAY) is wished
