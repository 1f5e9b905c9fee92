"""Why somebody, or a pair, stands where the ranking puts them: keys and values, no words."""

from __future__ import annotations

from bot.domain.pairing import (
    Need,
    Placed,
    Profile,
    Reason,
    Weights,
    is_new,
    months_between,
)
from bot.domain.roster import Wish


def person_reasons(need: Need, placed: Placed, weights: Weights) -> tuple[Reason, ...]:
    """What speaks for and against one person, in the order in which it is read."""
    profile = placed.profile
    found = [
        Reason(
            "load",
            {"n": profile.load, "months": weights.months, "average": round(profile.average)},
        )
    ]
    if profile.served < weights.months:
        found.append(Reason("active_for", {"n": profile.served}))
    if is_new(profile, weights):
        found.append(Reason("led", {"n": profile.led}))
    found.append(Reason(f"availability.{placed.availability.value}"))
    if profile.region == need.region:
        found.append(Reason("region.same"))
    else:
        found.append(Reason("region.other", {"region": profile.region}))
    wish = profile.wishes(need.on)
    if wish is not Wish.USUAL:
        found.append(Reason(f"wish.{wish.value}"))
    return tuple(found)


def barriers(need: Need, placed: Placed, sessions_a_month: int) -> tuple[Reason, ...]:
    """Why nobody may ask somebody who qualifies; nothing where they may."""
    found: list[Reason] = []
    if placed.absent:
        found.append(Reason("absent"))
    standing = placed.profile.months.get(need.month, 0)
    if standing >= sessions_a_month:
        found.append(Reason("month_full", {"n": standing}))
    return tuple(found)


def pair_reasons(
    need: Need, union: Profile, employer: Profile, weights: Weights
) -> tuple[Reason, ...]:
    """What speaks for and against the two together."""
    return (_together(need, union, employer, weights), _experience(union, employer, weights))


def _together(need: Need, union: Profile, employer: Profile, weights: Weights) -> Reason:
    ago = [months_between(at, need.starts_at) for at in union.partners.get(employer.person_id, ())]
    lately = [months for months in ago if months < weights.months]
    if not lately:
        return Reason("together.never", {"months": weights.months})
    return Reason("together.times", {"n": len(lately), "ago": min(lately)})


def _experience(union: Profile, employer: Profile, weights: Weights) -> Reason:
    match (is_new(union, weights), is_new(employer, weights)):
        case (True, True):
            return Reason("experience.both_new")
        case (False, False):
            return Reason("experience.both_experienced")
        case _:
            return Reason("experience.mixed")
