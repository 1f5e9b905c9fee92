"""The README says every setting, with its default, and names the two commands."""

import re
from datetime import time
from pathlib import Path

import pytest

from bot.settings import Settings

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| `(BOT_[A-Z_]+)` \| (.*?) \| (.*) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str]]:
    return {name: (default, what) for name, default, what in ROW.findall(README.read_text("utf-8"))}


def test_every_setting_is_in_the_table_in_its_order_and_no_other() -> None:
    assert list(documented()) == [f"BOT_{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_a_setting_is_described_as_the_program_describes_it(name: str) -> None:
    assert documented()[f"BOT_{name.upper()}"][1] == Settings.model_fields[name].description


@pytest.mark.parametrize("name", [n for n in Settings.model_fields if n != "service_url_hosts"])
def test_a_default_is_the_programs_own(name: str) -> None:
    said = documented()[f"BOT_{name.upper()}"][0].strip("`")
    default = Settings.model_fields[name].default
    match default:
        case None | ():
            assert said == "—"
        case tuple():
            assert said == ",".join(default)
        case time():
            assert said == f"{default:%H:%M}"
        case float():
            assert float(said) == default
        case _:
            assert said == str(default)


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_the_two_commands_are_named(command: str) -> None:
    assert command in README.read_text("utf-8")
