"""The sandbox's people and the files that fill the database."""

import csv
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from sandbox.people import MAIL_DOMAIN, load_people
from sandbox.seed import write_seed
from sandbox.teams.ids import Roster, chat_id, user_id

PEOPLE = load_people()
ZONES = {"St_Johns", "Halifax", "Toronto", "Winnipeg", "Regina", "Vancouver"}
CATALOGUE = {
    "understanding-the-collective-agreement": 240,
    "labour-management-consultation": 420,
    "mental-health": 210,
    "anti-racism": 360,
    "returning-to-the-workplace": 120,
    "grounding-ourselves": 120,
}


def of(**facts):
    return [
        person
        for person in PEOPLE.everyone
        if person.facilitator
        and all(getattr(person.facilitator, key) == value for key, value in facts.items())
    ]


def test_there_are_enough_people_each_of_their_own():
    everyone = PEOPLE.everyone
    assert len(everyone) == 41
    for attribute in ("id", "key", "name", "mail"):
        assert len({getattr(person, attribute) for person in everyone}) == len(everyone)
    for person in everyone:
        assert str(UUID(person.id)) == person.id
        assert person.mail.endswith(f"@{MAIL_DOMAIN}")
        assert re.fullmatch(r"#[0-9a-f]{6}", person.color)
        assert len(person.initials) == 2
        assert set(person.role) == {"en", "fr"}
    assert {person.zone.removeprefix("America/") for person in everyone} == ZONES
    assert {person.locale for person in everyone} == {"en-CA", "fr-CA"}


def test_white_letters_are_readable_on_every_colour():
    def channel(value):
        value /= 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    for person in PEOPLE.everyone:
        red, green, blue = (channel(int(person.color[at : at + 2], 16)) for at in (1, 3, 5))
        contrast = 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
        assert contrast >= 4.5, (person.color, contrast)


def test_somebody_has_an_apostrophe_in_the_name():
    assert PEOPLE.by_key("employee-st-johns").name == "Employee, St. John's"


def test_the_main_job_can_be_played_in_three_regions():
    for manager, union in (
        ("manager-ottawa", "union-ottawa"),
        ("manager-montreal", "union-quebec"),
        ("manager-halifax", "union-halifax"),
    ):
        one, other = PEOPLE.by_key(manager), PEOPLE.by_key(union)
        assert (other.team, other.manager_id) == (one.team, one.id)
        coordinators = [
            (grant.side, person.language)
            for person in PEOPLE.everyone
            for grant in person.roles
            if grant.role == "coordinator" and grant.region == one.region
        ]
        assert sorted(side for side, _ in coordinators) == ["employer", "union"]


def test_somebody_can_apply_wherever_somebody_works():
    """A manager, and two coordinators of the region; without those, nobody could be selected."""
    for person in PEOPLE.everyone:
        if not person.key.startswith("employee-"):
            continue
        assert person.manager_id, person.key
        posts = [
            grant.side
            for other in PEOPLE.everyone
            for grant in other.roles
            if grant.region == person.region
        ]
        assert sorted(posts) == ["employer", "union"], person.key


def test_there_are_five_pairs_to_rank_in_the_capital():
    counts = [len(of(side=side, region="national-capital")) for side in ("union", "employer")]
    assert counts == [3, 3]


def test_each_topic_has_a_pair_in_both_languages():
    for topic in CATALOGUE:
        for language in ("en", "fr"):
            for side in ("union", "employer"):
                assert [
                    person
                    for person in of(side=side)
                    if topic in person.facilitator.topics
                    and language in person.facilitator.languages
                ], (topic, language, side)
    assert len(of(side="union")) == len(of(side="employer")) == 7


def test_people_are_found_by_id_address_and_words():
    person = PEOPLE.by_key("union-quebec")
    assert PEOPLE.find(person.id.upper()) is person
    assert PEOPLE.find("Union-Quebec@sandbox.example") is person
    assert PEOPLE.find("nobody") is None
    assert PEOPLE.search("QUÉBEC déléguée") == [person]
    assert len(PEOPLE.search("", top=5, skip=39)) == 2
    assert person.job_title == "Personne déléguée syndicale"
    assert person.department == "Services à la clientèle, Montréal"


def test_the_roster_knows_everybody_by_every_id():
    roster = Roster(PEOPLE)
    for person in PEOPLE.everyone:
        assert roster.person(user_id(person)) is person
        assert roster.person(person.id) is person
        assert roster.person(f"8:orgid:{person.id}") is person
        assert roster.conversation(f"{chat_id(person)};messageid=1").person is person


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        (date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 14)),
        (date(2026, 12, 18), date(2026, 12, 21), date(2027, 1, 14)),  # Christmas between them
        (date(2027, 3, 25), date(2027, 3, 30), date(2027, 4, 20)),  # Easter just before
    ],
)
def test_the_seed_has_sessions_on_working_days_of_the_coming_four_weeks(tmp_path, on, first, last):
    write_seed(PEOPLE, tmp_path, on=on)
    sessions = rows(tmp_path / "sessions.csv")
    days = [date.fromisoformat(row["starts_on"]) for row in sessions]
    assert len(sessions) == 12
    assert all(on < day <= on + timedelta(weeks=4) and day.weekday() < 5 for day in days)
    assert (days[0], days[-1]) == (first, last)
    assert {row["offering"] for row in sessions} == set(CATALOGUE)
    assert {row["language"] for row in sessions} == {"en", "fr"}
    assert len({row["region"] for row in sessions}) == 6


def test_a_sessions_facilitators_qualify_and_it_ends_by_five(tmp_path):
    write_seed(PEOPLE, tmp_path, on=date(2026, 11, 22))
    for row in rows(tmp_path / "sessions.csv"):
        for side in ("union", "employer"):
            facts = PEOPLE.get(row[f"{side}_facilitator"]).facilitator
            assert facts.side == side
            assert row["language"] in facts.languages
            assert row["offering"] in facts.topics
        hours, minutes = map(int, row["starts_at"].split(":"))
        assert hours >= 8
        assert hours * 60 + minutes + CATALOGUE[row["offering"]] <= 17 * 60


def test_the_seed_of_a_day_is_always_the_same(tmp_path):
    for name in ("one", "two"):
        write_seed(PEOPLE, tmp_path / name, on=date(2027, 2, 1))
    for file in ("facilitators.csv", "roles.txt", "sessions.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_roles_and_facilitators_are_as_the_command_line_reads_them(tmp_path):
    write_seed(PEOPLE, tmp_path, on=date(2027, 2, 1))
    roles = (tmp_path / "roles.txt").read_text("utf-8").splitlines()
    administrator = PEOPLE.by_key("administrator").id
    coordinator = PEOPLE.by_key("coordinator-union-ncr").id
    assert f"administrator --person {administrator}" in roles
    assert (f"coordinator --person {coordinator} --region national-capital --side union") in roles
    [first, *_] = rows(tmp_path / "facilitators.csv")
    assert first == {
        "object_id": PEOPLE.by_key("facilitator-union-ottawa").id,
        "name": "Facilitator (union), Ottawa",
        "email": "facilitator-union-ottawa@sandbox.example",
        "side": "union",
        "languages": "en;fr",
        "region": "national-capital",
        "topics": ";".join(CATALOGUE),
        "organization": "2236",
    }


def rows(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
