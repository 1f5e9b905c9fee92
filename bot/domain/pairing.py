"""Pairing: what speaks for two co-facilitators, in points. The rule is told in docs/pairing.md.

A cost is a whole number of points, less is better; a session led within the load's months costs
`Weights.load` points, and every other weight can be read as so many sessions. Pure: the same
input gives the same output, in any order of the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.people import Side
from bot.domain.roster import Wish

DAYS_A_MONTH = 30.44


class Availability(StrEnum):
    """What a calendar says of somebody for a stretch of time."""

    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Weights:
    """What each thing costs, in points, each a setting.

    `months` is over how many a load is counted, `experienced_from` how many sessions led make
    somebody experienced. `more` is taken off, everything else is added. `busy` outweighs all
    the others together, so that the busy come last; `unpaired` is what a request without a pair
    costs in a plan, so much that no request is left out to spare anything else.
    """

    load: int = 100
    region: int = 150
    more: int = 100
    fewer: int = 250
    both_new: int = 600
    both_experienced: int = 50
    again: int = 200
    unknown: int = 300
    busy: int = 100_000
    later_date: int = 50
    experienced_from: int = 3
    months: int = 18

    @property
    def unpaired(self) -> int:
        """More than any pair could save elsewhere: the settings allow no weight above 2,000."""
        return 1_000_000


@dataclass(frozen=True, slots=True)
class Need:
    """What has to be led: one request at one time.

    `on` is the session's day on its own clock. `choice` counts the team's wished dates from 0.
    `needs` of the same `request_id` are the same request at other times.
    """

    need_id: str
    request_id: str
    region: str
    starts_at: datetime
    ends_at: datetime
    on: date
    choice: int = 0

    @property
    def month(self) -> str:
        """The month in which it counts: 2027-03."""
        return self.on.isoformat()[:7]


NOBODY: Mapping[str, tuple[datetime, ...]] = MappingProxyType({})
NEVER: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Profile:
    """What pairing knows of a facilitator.

    Attributes:
        load: Sessions of the load's months: led, ahead, and asked to lead.
        average: The load of their region's facilitators on average.
        led: Sessions led ever, those ahead not included.
        served: For how many of the load's months they have been active.
        months: Month (2027-03) → sessions that they lead or are asked to lead in it.
        partners: Partner → when they led together within the load's months, oldest first.
    """

    person_id: str
    side: Side
    region: str
    organization: str = ""
    team: str | None = None
    load: int = 0
    average: float = 0.0
    led: int = 0
    served: int = 18
    wish: Wish = Wish.USUAL
    wish_until_on: date | None = None
    months: Mapping[str, int] = field(default_factory=lambda: NEVER)
    partners: Mapping[str, tuple[datetime, ...]] = field(default_factory=lambda: NOBODY)

    def wishes(self, on: date) -> Wish:
        """What they wish on a day."""
        over = self.wish_until_on is not None and self.wish_until_on < on
        return Wish.USUAL if over else self.wish


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody who qualifies for a need, and how they are placed at its time.

    `engaged`: they lead another session then, preparation included. `absent`: they said so.
    """

    profile: Profile
    availability: Availability = Availability.UNKNOWN
    engaged: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody, or a pair, stands where it does. Worded by `pairing.reason.<key>`.

    `values` are plain (numbers, words): they fit into a draft.
    """

    key: str
    values: Mapping[str, int | str] = field(default_factory=dict[str, int | str])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pair and its cost."""

    union: Placed
    employer: Placed
    cost: int


def month_full(need: Need, placed: Placed, sessions_a_month: int) -> bool:
    """Whether they lead, or are asked to lead, as much as they may in that month."""
    months = placed.profile.months
    return (months.get(need.month, 0) if months else 0) >= sessions_a_month


def proposable(need: Need, placed: Placed, sessions_a_month: int) -> bool:
    """Whether somebody is proposed at all: neither engaged nor absent, nor with a full month."""
    return not (placed.engaged or placed.absent or month_full(need, placed, sessions_a_month))


def seen(placed: Placed, known: Mapping[str, Availability] | None) -> Placed:
    """The same with what a calendar says of them, where it says anything."""
    state = (known or {}).get(placed.profile.person_id)
    return placed if state is None else replace(placed, availability=state)


def is_new(profile: Profile, weights: Weights) -> bool:
    """Whether they should lead with somebody experienced."""
    return profile.led < weights.experienced_from


Team = tuple[str, str | None]
"""An organization, and one of its teams where it is known."""


def same_team(one: Team, other: Team) -> bool:
    """Whether they are one; a team that is not known is no other's."""
    return (
        one[1] is not None
        and other[1] is not None
        and one[0] == other[0]
        and one[1].casefold() == other[1].casefold()
    )


def one_team(one: Profile, other: Profile) -> bool:
    """Whether two people work in the same team: they never lead together."""
    return same_team((one.organization, one.team), (other.organization, other.team))


def person_cost(need: Need, placed: Placed, weights: Weights) -> int:
    """What speaks against one person for a need, whoever leads with them.

    The months before somebody became active count as their region's average: who has just come
    is neither asked every week until they caught up, nor left waiting.
    """
    profile = placed.profile
    cost = weights.load * profile.load
    if profile.served < weights.months:
        missing = (weights.months - profile.served) / weights.months
        cost += round(weights.load * profile.average * missing)
    if profile.region != need.region:
        cost += weights.region
    wish = profile.wishes(need.on)
    if wish is Wish.MORE:
        cost -= weights.more
    elif wish is Wish.FEWER:
        cost += weights.fewer
    if placed.availability is Availability.BUSY:
        cost += weights.busy
    elif placed.availability is Availability.UNKNOWN:
        cost += weights.unknown
    return cost


def experience_cost(union_new: bool, employer_new: bool, weights: Weights) -> int:  # noqa: FBT001
    """New with experienced is what we want; two new ones are what we want least."""
    if union_new and employer_new:
        return weights.both_new
    return 0 if union_new or employer_new else weights.both_experienced


def again_cost(need: Need, one: Profile, other: Profile, weights: Weights) -> int:
    """What it costs that two people lead together: the further from this session, the less."""
    times = one.partners.get(other.person_id, ())
    return sum(
        round(weights.again * (weights.months - ago) / weights.months)
        for ago in (months_between(at, need.starts_at) for at in times)
        if ago < weights.months
    )


def months_between(one: datetime, other: datetime) -> int:
    """Whole months from one instant to another, whichever comes first."""
    return int(abs(other - one).days / DAYS_A_MONTH)


def pair_cost(need: Need, union: Placed, employer: Placed, weights: Weights) -> int:
    """The whole cost of two people for a need: each of them, their experience, their past."""
    return (
        weights.later_date * need.choice
        + person_cost(need, union, weights)
        + person_cost(need, employer, weights)
        + experience_cost(
            is_new(union.profile, weights), is_new(employer.profile, weights), weights
        )
        + again_cost(need, union.profile, employer.profile, weights)
    )
