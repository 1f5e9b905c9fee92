from zoneinfo import ZoneInfo

import pytest

from bot.domain.catalogue import regions
from bot.i18n import CANADIAN_ZONES, Translator, iana_zone


@pytest.mark.parametrize(
    ("zone", "english", "french"),
    [
        ("America/Vancouver", "Pacific time (Vancouver)", "heure du Pacifique (Vancouver)"),
        ("America/Whitehorse", "Yukon time (Whitehorse)", "heure du Yukon (Whitehorse)"),
        ("America/Edmonton", "Mountain time (Edmonton)", "heure des Rocheuses (Edmonton)"),
        ("America/Regina", "Central time (Regina)", "heure du Centre (Regina)"),
        ("America/Winnipeg", "Central time (Winnipeg)", "heure du Centre (Winnipeg)"),
        ("America/Toronto", "Eastern time (Toronto)", "heure de l’Est (Toronto)"),
        ("America/Halifax", "Atlantic time (Halifax)", "heure de l’Atlantique (Halifax)"),
        ("America/St_Johns", "Newfoundland time (St. John’s)", "heure de Terre-Neuve (St. John’s)"),
        ("UTC", "Coordinated Universal Time", "temps universel coordonné"),
        ("America/Port_of_Spain", "local time (Port of Spain)", "heure locale (Port of Spain)"),
    ],
)
def test_zones_are_named_in_words(
    en: Translator, fr: Translator, zone: str, english: str, french: str
) -> None:
    assert (en.zone_name(zone), fr.zone_name(zone)) == (english, french)


def test_every_zone_to_choose_from_exists_and_has_its_own_name(
    en: Translator, fr: Translator
) -> None:
    assert [ZoneInfo(zone).key for zone in CANADIAN_ZONES] == list(CANADIAN_ZONES)
    for tr in (en, fr):
        assert all(tr.has(f"zone.{zone}") for zone in CANADIAN_ZONES)
        assert len({tr.zone_name(zone) for zone in CANADIAN_ZONES}) == len(CANADIAN_ZONES)


def test_the_regions_usual_zones_can_be_chosen() -> None:
    usual = {zone for region in regions() for zone in region.usual_zones}
    assert usual <= set(CANADIAN_ZONES)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("America/Vancouver", "America/Vancouver"),
        ("Eastern Standard Time", "America/Toronto"),
        ("Newfoundland Standard Time", "America/St_Johns"),
        ("Canada Central Standard Time", "America/Regina"),
        ("UTC", "UTC"),
        ("", None),
        (None, None),
        ("Atlantis Standard Time", None),
        ("../../etc/passwd", None),
        ("America", None),
    ],
)
def test_iana_zone(name: str | None, zone: str | None) -> None:
    assert iana_zone(name) == zone
