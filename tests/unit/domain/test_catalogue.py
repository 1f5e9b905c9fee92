from dataclasses import replace

import pytest

from bot.domain import catalogue
from bot.domain.catalogue import (
    find_by_title,
    find_organization,
    offering,
    requestable,
    search_organizations,
)

REQUESTABLE = [
    "understanding-the-collective-agreement",
    "labour-management-consultation",
    "mental-health",
    "anti-racism",
    "returning-to-the-workplace",
    "grounding-ourselves",
]


def test_counts() -> None:
    assert len(catalogue.offerings()) == 15
    assert [region.key for region in catalogue.regions()] == [
        "atlantic",
        "quebec",
        "national-capital",
        "ontario-nunavut",
        "prairies-nwt",
        "bc-yukon",
    ]
    assert len(catalogue.organizations()) == 79
    assert len(catalogue.bargaining_agents()) == 16


def test_keys_are_unique() -> None:
    for keys in (
        [entry.key for entry in catalogue.offerings()],
        [entry.id for entry in catalogue.organizations()],
        [entry.key for entry in catalogue.bargaining_agents()],
    ):
        assert len(keys) == len(set(keys))


def test_requestable_offerings() -> None:
    assert [entry.key for entry in catalogue.requestable_offerings()] == REQUESTABLE


def test_an_offering_with_a_gap_cannot_be_requested() -> None:
    whole = offering("mental-health")
    assert requestable(whole)
    assert not requestable(replace(whole, title={"en": "Mental Health: Let's Talk!"}))
    assert not requestable(replace(whole, minutes=None))
    assert not requestable(replace(whole, status="under-review"))
    assert not requestable(replace(whole, kind="workshop"))


def test_duty_to_accommodate_is_announced_and_not_yet_requestable() -> None:
    entry = offering("duty-to-accommodate")
    assert entry.title == {"en": "Duty to Accommodate: Let's Talk!"}
    assert entry.minutes is None
    assert entry.objectives == ()
    assert not requestable(entry)


def test_a_conversation() -> None:
    entry = offering("anti-racism")
    assert entry.title == {
        "en": "Anti-Racism: Let's Talk!",
        "fr": "L’antiracisme\u00a0: parlons-en!",
    }
    assert (entry.minutes, entry.shortest, entry.longest) == (360, 360, 360)
    assert entry.preparation_minutes == 90
    assert entry.objectives == (
        "offering.anti-racism.objectives.1",
        "offering.anti-racism.objectives.2",
        "offering.anti-racism.objectives.3",
    )


def test_a_workshop() -> None:
    entry = offering("mental-health-workshop")
    assert (entry.kind, entry.days, entry.minutes) == ("workshop", (1, 2), None)


def test_a_title_with_a_comma_is_whole() -> None:
    title = offering("ohs-committee-training").title
    assert title == {"en": "Creating a Healthy, Safe and Inclusive Culture"}


# The public calendar, 25 to 28 February 2025: every title and host that it shows.
@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Mental Health in the Workplace", "mental-health-workshop"),
        ("Understanding the Collective Agreement", "collective-agreement-workshop"),
        ("Mental Health: Let's Talk!", "mental-health"),
        ("Preventing Harassment and Violence in the Workplace", "harassment-and-violence-workshop"),
        ("Grounding Ourselves in Uncertain Times", "grounding-ourselves"),
        (
            "Understanding the Collective Agreement: Let's Talk!",
            "understanding-the-collective-agreement",
        ),
        ("sante mentale: parlons-en", "mental-health"),
        ("L'ANTIRACISME : PARLONS-EN!", "anti-racism"),
    ],
)
def test_find_by_title(title: str, key: str) -> None:
    assert find_by_title(title) is offering(key)


def test_find_by_title_knows_no_other() -> None:
    assert find_by_title("Yoga at noon") is None


@pytest.mark.parametrize(
    ("name", "organization_id"),
    [
        ("Immigration and Refugee Board of Canada", "2261"),
        ("Canadian Food Inspection Agency", "2306"),
        ("Employment and Social Development Canada", "2229"),
        ("Canada Border Services Agency", "2300"),
        ("Department of National Defence", "2233"),
        ("Department of Justice", "2232"),
        ("Veterans Affairs Canada", "2239"),
        ("anciens combattants canada", "2239"),
        ("EDSC", "2229"),
    ],
)
def test_find_organization(name: str, organization_id: str) -> None:
    assert find_organization(name) is catalogue.organization(organization_id)


def test_find_organization_does_not_choose_between_two() -> None:
    assert find_organization("ASC") is None  # Accessibility Standards; Agence spatiale
    assert find_organization("Ministry of Magic") is None


@pytest.mark.parametrize(
    ("typed", "language", "names"),
    [
        ("esdc", "fr", ["Emploi et Développement social Canada"]),
        ("DEFENSE NAT", "fr", ["Défense nationale"]),
        ("defence", "fr", ["Défense nationale"]),
        ("asc", "en", ["Accessibility Standards Canada", "Canadian Space Agency"]),
        ("asc", "fr", ["Agence spatiale canadienne", "Normes d’accessibilité Canada"]),
        (
            "transport",
            "en",
            [
                "Transport Canada",
                "Transportation Safety Board of Canada",
                "Canadian Transportation Agency",
            ],
        ),
        ("canada veterans", "en", ["Veterans Affairs Canada"]),
        ("zzz", "en", []),
    ],
)
def test_search_organizations(typed: str, language: str, names: list[str]) -> None:
    found = search_organizations(typed, language)
    assert [entry.name[language] for entry in found] == names


def test_search_with_nothing_typed_starts_the_list() -> None:
    found = search_organizations(" ", "en", limit=2)
    assert [entry.name["en"] for entry in found] == [
        "Accessibility Standards Canada",
        "Administrative Tribunals Support Service of Canada",
    ]


def test_unknown_keys() -> None:
    for look_up in (
        catalogue.offering,
        catalogue.region,
        catalogue.organization,
        catalogue.bargaining_agent,
    ):
        with pytest.raises(KeyError):
            look_up("none")
    assert catalogue.region("bc-yukon").name["fr"] == "Colombie-Britannique et Yukon"
    assert catalogue.bargaining_agent("PSAC").abbreviation["fr"] == "AFPC"
