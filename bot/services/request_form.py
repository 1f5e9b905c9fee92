"""What somebody fills in for a request, and whether it can be met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import calendar, catalogue
from bot.domain.errors import Refusal
from bot.domain.people import Role, Side
from bot.domain.requests import Visibility
from bot.domain.rules import Rules
from bot.services.keeping import UnitOfWork


@dataclass(frozen=True, slots=True)
class RequestForm:
    """What somebody filled in. `preferred` is naive local time on the clock of `zone`.

    `form_id` names the form: the same one submitted twice makes one request.
    """

    form_id: str
    offering: str
    organization: str
    region: str
    team: str
    side: Side
    counterpart_id: str
    participants: int
    language: str
    zone: str
    preferred: tuple[datetime, ...]
    visibility: Visibility
    accessibility: tuple[str, ...] = ()
    accessibility_note: str = ""


def check_participants(count: int, rules: Rules) -> int:
    """Refuse a team that is too small or larger than a session holds."""
    if not rules.smallest_team <= count <= rules.capacity:
        raise Refusal(
            "participants_out_of_range",
            field="participants",
            least=rules.smallest_team,
            most=rules.capacity,
        )
    return count


def usual_minutes(offering: str) -> int:
    """How long a conversation usually takes, in minutes.

    Raises:
        Refusal: `offering_unavailable`: unknown, not available, or not in both languages.
    """
    entry = next((e for e in catalogue.offerings() if e.key == offering), None)
    if entry is None or not catalogue.requestable(entry) or entry.minutes is None:
        raise Refusal("offering_unavailable", field="offering")
    return entry.minutes


def check_places(organization: str, region: str) -> None:
    """Refuse an organization or a region that is not on the programme's lists."""
    if organization not in {entry.id for entry in catalogue.organizations()}:
        raise Refusal("organization_unknown", field="organization")
    if region not in {entry.key for entry in catalogue.regions()}:
        raise Refusal("region_unknown", field="region")


def check_date(local: datetime, zone: str, offering: str, now: datetime, rules: Rules) -> datetime:
    """Check one wished date on the team's own clock and give the instant back (aware UTC).

    Raises:
        Refusal: `date_…`.
    """
    minutes = usual_minutes(offering)
    today_on = now.astimezone(ZoneInfo(zone)).date()
    return calendar.check_start(local, zone, minutes, today_on=today_on, rules=rules)


def check_dates(
    preferred: Sequence[datetime], zone: str, offering: str, now: datetime, rules: Rules
) -> tuple[datetime, ...]:
    """Check the wished dates and give the instants back (aware UTC).

    Raises:
        Refusal: `date_…` with `field` date1 to date3, naming the input it stands at.
    """
    instants: list[datetime] = []
    for place, local in enumerate(preferred, start=1):
        try:
            instant = check_date(local, zone, offering, now, rules)
        except Refusal as refusal:
            if refusal.field is None:
                refusal.field = f"date{place}"
            raise
        if instant in instants:
            raise Refusal("date_twice", field=f"date{place}")
        instants.append(instant)
    if not instants:
        raise Refusal("date_missing", field="date1")
    return tuple(instants)


async def check_counterpart(
    uow: UnitOfWork, requester_id: str, counterpart_id: str, joint_side: Side
) -> None:
    """Refuse oneself, and anybody known to stand on the requester's own side."""
    if counterpart_id == requester_id:
        raise Refusal("counterpart_is_self", field="counterpart")
    facilitator = await uow.facilitators.get(counterpart_id)
    sides = {facilitator.side} if facilitator else set[Side]()
    sides |= {
        Side(grant.side)
        for grant in await uow.grants.of(counterpart_id)
        if grant.role is Role.COORDINATOR and grant.side
    }
    if sides == {joint_side.other}:
        raise Refusal("counterpart_same_side", field="counterpart", side=joint_side.value)
