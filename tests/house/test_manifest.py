"""The Teams app is valid, complete in both languages, and its commands are words we understand."""

import json
import re
import struct
import zipfile
import zlib
from pathlib import Path

import jsonschema
import pytest

from bot.domain.text import fold
from bot.i18n import Catalogues
from dialogs.words import command_heads
from manifest import build, icons

# What Teams shows or refuses, beyond the schema.
TITLE, DESCRIPTION = 32, 128
PLACE = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def manifest():
    return build.filled(build.SAMPLE)


@pytest.fixture(scope="module")
def french():
    return json.loads((build.HERE / "fr.json").read_text("utf-8"))


def texts(manifest):
    """Every text that Teams shows, under its localization key."""
    yield from ((f"name.{part}", text) for part, text in manifest["name"].items())
    yield from ((f"description.{part}", text) for part, text in manifest["description"].items())
    for number, listed in enumerate(manifest["bots"][0]["commandLists"]):
        for index, command in enumerate(listed["commands"]):
            for part, text in command.items():
                yield f"bots[0].commandLists[{number}].commands[{index}].{part}", text
    for index, activity in enumerate(manifest["activities"]["activityTypes"]):
        for part in ("description", "templateText"):
            yield f"activities.activityTypes[{index}].{part}", activity[part]


def test_it_is_valid(manifest, contracts_dir):
    schema = json.loads((contracts_dir / "teams-manifest-v1.30.schema.json").read_text("utf-8"))
    checker = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in checker.iter_errors(manifest)] == []


def test_it_serves_all_three_scopes(manifest):
    assert manifest["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
    served = [scope for each in manifest["bots"][0]["commandLists"] for scope in each["scopes"]]
    assert sorted(served) == ["groupChat", "personal", "team"]


def test_french_has_every_text_and_nothing_else(manifest, french):
    assert sorted(french) == sorted(["$schema", *dict(texts(manifest))])


def test_both_languages_keep_the_same_places_and_lengths(manifest, french):
    limits = {"name.short": 30, "name.full": 100, "description.short": 80, "description.full": 4000}
    for key, english in texts(manifest):
        assert sorted(PLACE.findall(french[key])) == sorted(PLACE.findall(english)), key
        limit = limits.get(key, TITLE if key.endswith(".title") else DESCRIPTION)
        assert max(len(english), len(french[key])) <= limit, key


def test_every_command_is_one_that_the_bot_understands(manifest, french):
    understood = {words for kind, words in command_heads(Catalogues.load()) if kind == ""}
    titles = {text for key, text in texts(manifest) if key.endswith(".title")}
    titles |= {text for key, text in french.items() if key.endswith(".title")}
    assert sorted(title for title in titles if fold(title) not in understood) == []


def test_the_activity_is_the_one_that_is_sent(manifest, project_root):
    sent = set()
    for path in (project_root / "bot").rglob("*.py"):
        sent |= set(re.findall(r'activity_type="(\w+)"', path.read_text("utf-8")))
    assert sent == {each["type"] for each in manifest["activities"]["activityTypes"]}


def pixels(data):
    """Width, height and the unpacked rows of a PNG without row filters, as ours are."""
    width, height = struct.unpack(">II", data[16:24])
    length = struct.unpack(">I", data[33:37])[0]
    return width, height, zlib.decompress(data[41 : 41 + length])


@pytest.mark.parametrize(
    ("name", "drawn", "size"), [("color.png", icons.color, 192), ("outline.png", icons.outline, 32)]
)
def test_the_icons_are_as_drawn(name, drawn, size):
    kept = pixels((build.HERE / name).read_bytes())
    assert kept[:2] == (size, size)
    assert kept == pixels(icons.png(drawn()))


def test_the_outline_is_white_on_nothing():
    rows = icons.outline()
    assert {pixel[:3] for row in rows for pixel in row} == {(255, 255, 255)}
    assert {0, 255} <= {pixel[3] for row in rows for pixel in row}


def test_the_zip_holds_what_teams_wants_and_nothing_else(tmp_path):
    target: Path = tmp_path / "made" / "app.zip"
    build.build({**build.SAMPLE, "HOST": "chat.example.org"}, target)
    with zipfile.ZipFile(target) as package:
        names = sorted(package.namelist())
        manifest = json.loads(package.read("manifest.json"))
    assert names == ["color.png", "fr.json", "manifest.json", "outline.png"]
    assert manifest["validDomains"] == ["chat.example.org"]


def test_a_place_without_a_value_is_an_error():
    with pytest.raises(KeyError, match="HOST"):
        build.filled({name: text for name, text in build.SAMPLE.items() if name != "HOST"})
