"""Both languages say the same things, with the same places; no key is missing or left over."""

import ast
import re
from functools import cache
from string import Formatter
from zoneinfo import available_timezones

import polib
import pytest

from bot.i18n.catalogues import LANGUAGES, LOCALES

ROOMS = ("bot", "cards", "dialogs", "storage")
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-zA-Z0-9_-]+)+")


@cache
def entries(language):
    found = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            found[entry.msgid] = (path.stem, entry)
    return found


def places(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def worded(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_both_languages_have_the_same_keys_in_the_same_files():
    english, french = (
        {key: file for key, (file, _) in entries(each).items()} for each in LANGUAGES
    )
    assert english == french


def test_plural_keys_are_the_same():
    english, french = (
        {key for key, (_, entry) in entries(each).items() if entry.msgid_plural}
        for each in LANGUAGES
    )
    assert english == french


def test_both_languages_fill_the_same_places():
    different = {}
    for key, (_, english) in entries("en").items():
        french = entries("fr")[key][1]
        if key.startswith(("command.", "format.time.")):
            continue  # each variant has its own place; the hours are 12 and 24
        here = [set().union(*map(places, worded(each))) - {"n"} for each in (english, french)]
        if here[0] != here[1]:
            different[key] = here
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_marked_fuzzy(language):
    bad = [
        key
        for key, (_, entry) in entries(language).items()
        if entry.fuzzy or not all(worded(entry)) or any(t != t.strip(" \n") for t in worded(entry))
    ]
    assert bad == []


def test_french_is_set_as_french():
    """A no-break space before a colon and inside guillemets; the curved apostrophe."""
    wrong = re.compile(r"\w'\w|[^\u00a0\d]:(?=\s|$)|«(?!\u00a0)|(?<!\u00a0)»|\s[;!?](?=\s|$)")
    bad = {
        key: text
        for key, (_, entry) in entries("fr").items()
        for text in worded(entry)
        if wrong.search(text)
    }
    assert bad == {}


@cache
def trees(root):
    paths = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    return [(path, ast.parse(path.read_text("utf-8"))) for path in paths]


def asked(tree):
    """Keys that the code asks for by name: `t("…")`, `n("…")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            first = node.args[0]
            if node.func.attr in {"t", "n"} and isinstance(first, ast.Constant):
                yield first.value


def refused(tree):
    """Codes of refusals raised by name."""
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", "")
        if isinstance(node, ast.Call) and name == "Refusal" and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant):
                yield code.value


def test_no_key_is_missing(project_root):
    missing = set()
    for path, tree in trees(project_root):
        keys = [*asked(tree), *(f"error.{code}" for code in refused(tree))]
        missing |= {f"{path.name}: {key}" for key in keys if key not in entries("en")}
    assert sorted(missing) == []


def pattern(node):
    """What a text of the code may be: its places stand for anything, `(.+?)`."""
    if isinstance(node, ast.Constant):
        return re.escape(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern(part) or "(.+?)" for part in node.values)
    return ""


def said(tree):
    """Patterns of the texts that could be a key. `text_key` sets a flow's name before its own."""
    inner = {id(part) for node in ast.walk(tree) for part in getattr(node, "values", [])}
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "attr", "")
        if name == "text_key" and pattern(node.args[0]):
            yield r"(.+?)\." + pattern(node.args[0])
        elif id(node) not in inner and "\\." in pattern(node):
            key = pattern(node)
            yield key + "(.+)" if key.endswith("\\.") else key


def words(root):
    """Every word that a place of a key may hold: in the code's texts, or in the facts' files."""
    texts = [
        node.value
        for _, tree in trees(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    facts = [path.read_text("utf-8") for path in (root / "bot" / "domain" / "data").iterdir()]
    return set(re.findall(r"[\w-]+", " ".join(texts + facts)))


def test_no_key_is_left_over(project_root):
    patterns = [re.compile(each) for _, tree in trees(project_root) for each in said(tree)]
    whole = {each.pattern.replace("\\", "") for each in patterns if not each.groups}
    loose = {each for each in patterns if each.groups}
    known = words(project_root) | available_timezones()

    def is_known(place):
        parts = re.split(r"[./_]", place)
        return place in known or all(part in known or part.isdigit() for part in parts)

    def used(key):
        matches = filter(None, (each.fullmatch(key) for each in loose))
        return key in whole or any(all(map(is_known, match.groups())) for match in matches)

    assert [key for key in entries("en") if key and not used(key)] == []
