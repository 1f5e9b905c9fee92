"""Files that fill the program's database for the sandbox, loaded through its command line.

`facilitators.csv` and `sessions.csv` are what `facilitators import` and `sessions import` read;
each line of `roles.txt` is what follows `roles grant`. The same day gives the same files.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import holidays

from sandbox.people import People, Person

_PLANS = Path(__file__).parent / "data" / "sessions.toml"
_SATURDAY = 5


def write_seed(people: People, folder: Path, *, on: date) -> None:
    """Write the three files into `folder`, for sessions after the day `on`."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "facilitators.csv", _facilitators(people.everyone))
    _write_csv(folder / "sessions.csv", _sessions(people, on))
    (folder / "roles.txt").write_text(
        "".join(f"{line}\n" for line in _roles(people.everyone)), encoding="utf-8"
    )


def _facilitators(everyone: Sequence[Person]) -> Iterator[dict[str, str]]:
    for person in everyone:
        if (facts := person.facilitator) is not None:
            yield {
                "object_id": person.id,
                "name": person.name,
                "email": person.mail,
                "side": facts.side,
                "languages": ";".join(facts.languages),
                "region": facts.region,
                "topics": ";".join(facts.topics),
                "organization": str(person.organization),
            }


def _roles(everyone: Sequence[Person]) -> Iterator[str]:
    for person in everyone:
        for grant in person.roles:
            region = f" --region {grant.region}" if grant.region else ""
            side = f" --side {grant.side}" if grant.side else ""
            yield f"{grant.role} --person {person.id}{region}{side}"


def _sessions(people: People, on: date) -> Iterator[dict[str, str]]:
    with _PLANS.open("rb") as file:
        plans = tomllib.load(file)["sessions"]
    days = list(islice(_working_days(on), max(plan["day"] for plan in plans)))
    for plan in plans:
        yield {
            "offering": plan["offering"],
            "starts_on": days[plan["day"] - 1].isoformat(),
            "starts_at": plan["starts_at"],
            "zone": plan["zone"],
            "language": plan["language"],
            "region": plan["region"],
            "organization": str(plan["organization"]),
            "visibility": "open",
            "union_facilitator": people.by_key(plan["union"]).id,
            "employer_facilitator": people.by_key(plan["employer"]).id,
        }


def _working_days(after: date) -> Iterator[date]:
    """Yield the working days after a day: no weekends, no federal holidays."""
    closed = holidays.country_holidays("CA", categories=("public", "government"))
    day = after
    while True:
        day += timedelta(days=1)
        # The library leaves Easter Monday out; the collective agreements give it.
        easter_monday = closed.get(day - timedelta(days=3)) == "Good Friday"
        if day.weekday() < _SATURDAY and day not in closed and not easter_monday:
            yield day


def _write_csv(path: Path, rows: Iterable[dict[str, str]]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
