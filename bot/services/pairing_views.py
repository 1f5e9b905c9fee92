"""What a card needs to know about pairs: the best for one request, a plan for a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import Refusal
from bot.domain.pairing import Availability, Reason
from bot.domain.people import Side
from bot.domain.requests import Request
from bot.services.views import Named


@dataclass(frozen=True, slots=True)
class Half:
    """One of a pair. `standing`: they are asked or have accepted already, the other is sought."""

    person: Named
    side: Side
    load: int
    same_region: bool
    availability: Availability
    reasons: tuple[Reason, ...]
    standing: bool = False


@dataclass(frozen=True, slots=True)
class PairView:
    """Two who could lead together, what it costs (less is better), and why.

    `reasons` are about the two together, those of each half about that person.
    """

    union: Half
    employer: Half
    cost: int
    reasons: tuple[Reason, ...]

    def of(self, side: Side) -> Half:
        """The one of a side."""
        return self.union if side is Side.UNION else self.employer

    @property
    def ids(self) -> dict[Side, str]:
        """Side → person id, as `StaffingService.approve` wants them."""
        return {side: self.of(side).person.person_id for side in Side}


@dataclass(frozen=True, slots=True)
class Pairs:
    """The best pairs for a request at a time, the best first.

    `calendars_answered` is False while Outlook is away. `proposable` counts, for each side, those
    who may be proposed at all: 0 says why there is no pair.
    """

    request_id: str
    starts_at: datetime
    pairs: tuple[PairView, ...]
    calendars_answered: bool
    proposable: Mapping[Side, int]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One request of a plan with the time and the pair that the plan gives it."""

    request: Request
    starts_at: datetime
    pair: PairView


@dataclass(frozen=True, slots=True)
class Unpaired:
    """A request for which the plan has no pair. `why` is a reason in words' key.

    `no_date` (every wished date has passed or cannot be), `nobody.union`, `nobody.employer`
    (nobody of that side may be proposed), `taken` (those who could are needed elsewhere).
    """

    request: Request
    why: Reason


@dataclass(frozen=True, slots=True)
class PairingPlan:
    """The best pairs for all open requests of a region together.

    `gap` is how far from the best possible it can be at most, as a share: 0 is proven best.
    """

    region: str
    rows: tuple[PlanRow, ...]
    unpaired: tuple[Unpaired, ...]
    cost: int
    bound: float
    gap: float
    calendars_answered: bool


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A row of a plan that a coordinator accepts, as its card gives it back."""

    request_id: str
    starts_at: datetime
    union_id: str
    employer_id: str


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What came of accepting rows: requests approved, and those refused with why."""

    approved: tuple[str, ...]
    refused: tuple[tuple[str, Refusal], ...]
