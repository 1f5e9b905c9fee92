"""The zones that people choose from, and the names that other programs give them."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# West to east. Source: the CA rows of the tz database's zone.tab.
CANADIAN_ZONES: Final = (
    "America/Vancouver",
    "America/Fort_Nelson",
    "America/Dawson_Creek",
    "America/Creston",
    "America/Whitehorse",
    "America/Dawson",
    "America/Edmonton",
    "America/Yellowknife",
    "America/Inuvik",
    "America/Cambridge_Bay",
    "America/Regina",
    "America/Swift_Current",
    "America/Winnipeg",
    "America/Resolute",
    "America/Rankin_Inlet",
    "America/Toronto",
    "America/Montreal",
    "America/Thunder_Bay",
    "America/Atikokan",
    "America/Iqaluit",
    "America/Halifax",
    "America/Glace_Bay",
    "America/Moncton",
    "America/Goose_Bay",
    "America/Blanc-Sablon",
    "America/St_Johns",
)

# Source: Unicode CLDR windowsZones (territory CA where it has one, else 001).
_WINDOWS: Final = {
    "Pacific Standard Time": "America/Vancouver",
    "Yukon Standard Time": "America/Whitehorse",
    "US Mountain Standard Time": "America/Creston",
    "Mountain Standard Time": "America/Edmonton",
    "Canada Central Standard Time": "America/Regina",
    "Central Standard Time": "America/Winnipeg",
    "SA Pacific Standard Time": "America/Atikokan",
    "Eastern Standard Time": "America/Toronto",
    "US Eastern Standard Time": "America/Toronto",
    "SA Western Standard Time": "America/Blanc-Sablon",
    "Atlantic Standard Time": "America/Halifax",
    "Newfoundland Standard Time": "America/St_Johns",
    "UTC": "UTC",
    "GMT Standard Time": "Europe/London",
    "Romance Standard Time": "Europe/Paris",
    "W. Europe Standard Time": "Europe/Berlin",
}


def iana_zone(name: str | None) -> str | None:
    """The IANA zone that Teams means: it sends IANA names, and sometimes Windows' own.

    None when the name says nothing: the reader is asked, or the default holds.
    """
    if not name:
        return None
    known = _WINDOWS.get(name, name)
    try:
        ZoneInfo(known)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return known


def city(zone: str) -> str:
    """The place in an IANA name: America/Port_of_Spain is Port of Spain."""
    return zone.rpartition("/")[2].replace("_", " ")
