"""A year of the programme, invented from a seed: facilitators, their past, requests, calendars."""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain import catalogue
from bot.domain.calendar import working_day
from bot.domain.pairing import Availability, Need, Placed, Profile
from bot.domain.people import Side
from bot.domain.roster import Wish

SEED = 20260905
START = datetime(2027, 1, 4, tzinfo=UTC)
REGIONS = {
    "national-capital": 0.30,
    "quebec": 0.20,
    "ontario-nunavut": 0.18,
    "prairies-nwt": 0.12,
    "atlantic": 0.11,
    "bc-yukon": 0.09,
}
FRENCH = {"quebec": 0.97, "national-capital": 0.65, "atlantic": 0.4}
HOURS_UTC = (14, 15, 18)
BUSY, UNREADABLE, ABSENT = 0.35, 0.05, 0.04


@dataclass(frozen=True, slots=True)
class Trained:
    """What a facilitator may lead."""

    topics: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: what it needs, and the dates that its team wishes."""

    request_id: str
    region: str
    topic: str
    language: str
    organization: str
    team: str
    dates: tuple[datetime, ...]
    minutes: int


@dataclass
class Year:
    """Everybody, and what is asked for, in the order in which it comes."""

    profiles: dict[str, Profile]
    trained: dict[str, Trained]
    requests: list[Asked]
    seed: int
    led: dict[str, list[Need]] = field(default_factory=lambda: defaultdict(list))

    def needs(self, asked: Asked, dates: int = 3) -> list[Need]:
        """The request at each of its dates."""
        return [
            Need(
                need_id=f"{asked.request_id}@{choice}",
                request_id=asked.request_id,
                region=asked.region,
                starts_at=at,
                ends_at=at + timedelta(minutes=asked.minutes),
                on=at.date(),
                choice=choice,
            )
            for choice, at in enumerate(asked.dates[:dates])
        ]

    def people(self, asked: Asked, need: Need, gap: timedelta) -> tuple[Placed, ...]:
        """Those who qualify, and how they are placed then."""
        return tuple(
            self._placed(profile, need, gap)
            for profile in self.profiles.values()
            if asked.topic in (fit := self.trained[profile.person_id]).topics
            and asked.language in fit.languages
            and not (profile.organization == asked.organization and profile.team == asked.team)
        )

    def _placed(self, profile: Profile, need: Need, gap: timedelta) -> Placed:
        day = f"{self.seed} {profile.person_id} {need.on}"
        chance = _chance(f"{day} {need.starts_at.hour // 4}")
        state = Availability.FREE
        if chance < BUSY:
            state = Availability.BUSY
        elif chance < BUSY + UNREADABLE:
            state = Availability.UNKNOWN
        engaged = any(
            other.starts_at < need.ends_at + gap and need.starts_at < other.ends_at + gap
            for other in self.led.get(profile.person_id, ())
        )
        return Placed(profile, state, engaged=engaged, absent=_chance(day) < ABSENT)

    def lead(self, need: Need, union_id: str, employer_id: str) -> None:
        """Note that two lead a session."""
        for one, other in ((union_id, employer_id), (employer_id, union_id)):
            profile = self.profiles[one]
            self.led[one].append(need)
            self.profiles[one] = replace(
                profile,
                load=profile.load + 1,
                led=profile.led + 1,
                months={**profile.months, need.month: profile.months.get(need.month, 0) + 1},
                partners={
                    **profile.partners,
                    other: (*profile.partners.get(other, ()), need.starts_at),
                },
            )


def _chance(of: str) -> float:
    """A number from 0 to 1 that looks like chance, the same each time."""
    return zlib.crc32(of.encode()) / 2**32


def make_year(facilitators: int = 1500, requests: int = 1000, seed: int = SEED) -> Year:
    """Invent it. The same seed gives the same year."""
    chance = random.Random(seed)
    regions, shares = list(REGIONS), list(REGIONS.values())
    topics = {entry.key: entry.minutes or 0 for entry in catalogue.requestable_offerings()}
    profiles: dict[str, Profile] = {}
    trained: dict[str, Trained] = {}
    for number in range(facilitators):
        (region,) = chance.choices(regions, shares)
        person_id = f"f-{number:05d}"
        profiles[person_id] = _profile(person_id, number, region, chance)
        french = chance.random() < FRENCH.get(region, 0.2)
        english = region != "quebec" or chance.random() < 0.6
        spoken = {"fr"} if french else set[str]()
        known = chance.sample(sorted(topics), chance.randint(1, 4))
        trained[person_id] = Trained(
            frozenset(known), frozenset(spoken | ({"en"} if english or not french else set()))
        )
    year = Year(profiles, trained, [], seed)
    _past(year, chance)
    year.requests = [_asked(number, requests, topics, chance) for number in range(requests)]
    return year


def _profile(person_id: str, number: int, region: str, chance: random.Random) -> Profile:
    served = 18 if chance.random() < 0.7 else chance.randint(0, 17)
    (wish,) = chance.choices((Wish.USUAL, Wish.MORE, Wish.FEWER), (0.8, 0.1, 0.1))
    return Profile(
        person_id=person_id,
        side=Side.UNION if number % 2 else Side.EMPLOYER,
        region=region,
        organization=f"o-{chance.randint(1, 60)}",
        team=f"t-{chance.randint(1, 25)}",
        led=chance.randint(0, 12) if served == 18 else 0,
        served=served,
        wish=wish,
    )


def _past(year: Year, chance: random.Random) -> None:
    """The sessions of the months before, given out as people do: to whom they thought of."""
    union = [p for p in year.profiles.values() if p.side is Side.UNION]
    employer = [p for p in year.profiles.values() if p.side is Side.EMPLOYER]
    for number in range(len(year.profiles)):
        at = START - timedelta(days=chance.randint(1, 540))
        need = Need(f"past-{number}", f"past-{number}", "", at, at, at.date())
        one = _remembered(union, chance)
        near = [p for p in employer if p.region == one.region] or employer
        year.lead(need, one.person_id, _remembered(near, chance).person_id)
    year.led.clear()
    average = sum(p.load for p in year.profiles.values()) / len(year.profiles)
    for person_id, profile in year.profiles.items():
        year.profiles[person_id] = replace(profile, average=average, months={})


def _remembered(people: Sequence[Profile], chance: random.Random) -> Profile:
    """Those who come to mind first come to mind often."""
    return people[min(int(chance.expovariate(2.5) * len(people)), len(people) - 1)]


def _asked(number: int, of: int, topics: dict[str, int], chance: random.Random) -> Asked:
    """Requests come evenly over a year, for dates three to ten weeks later."""
    come = START + timedelta(days=365 * number / of)
    (region,) = chance.choices(list(REGIONS), list(REGIONS.values()))
    topic = chance.choice(sorted(topics))
    french = chance.random() < {"quebec": 0.9, "national-capital": 0.3}.get(region, 0.05)
    dates = sorted({_day(come, chance) for _ in range(chance.randint(1, 3))})
    chance.shuffle(dates)
    return Asked(
        request_id=f"r-{number:05d}",
        region=region,
        topic=topic,
        language="fr" if french else "en",
        organization=f"o-{chance.randint(1, 60)}",
        team=f"t-{chance.randint(1, 25)}",
        dates=tuple(dates),
        minutes=topics[topic],
    )


def _day(come: datetime, chance: random.Random) -> datetime:
    day = come + timedelta(days=chance.randint(21, 70))
    while not working_day(day.date()):
        day += timedelta(days=1)
    return day.replace(hour=chance.choice(HOURS_UTC), minute=0, second=0, microsecond=0)
