from pathlib import Path

import pytest

from bot.domain.catalogue import offerings, requestable_offerings
from bot.i18n import CatalogueError, Catalogues

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write(root: Path, language: str, noun: str, entries: str) -> None:
    folder = root / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{noun}.po").write_text(HEADER + entries, encoding="utf-8")


def test_files_of_a_language_are_one(tmp_path: Path) -> None:
    write(tmp_path, "en", "a", 'msgid "a.x"\nmsgstr "X of a"\n')
    write(tmp_path, "en", "b", 'msgid "b.x"\nmsgstr "X of b"\n')
    write(tmp_path, "fr", "a", 'msgid "a.x"\nmsgstr "X d’a"\n\n#~ msgid "old"\n#~ msgstr "vieux"\n')
    loaded = Catalogues.load(tmp_path)
    english = loaded.translator("en", "America/Toronto")
    assert (english.t("a.x"), english.t("b.x")) == ("X of a", "X of b")
    assert loaded.texts("fr").singles == {"a.x": "X d’a"}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ('msgid "a.x"\nmsgstr ""\n', "en/b.po: a.x has no text"),
        ('msgid "a.y"\nmsgstr "Y"\n', "en/b.po: a.y is there twice"),
        ('#, fuzzy\nmsgid "a.x"\nmsgstr "X"\n', "en/b.po: a.x is marked fuzzy"),
        (
            'msgid "a.x"\nmsgid_plural "a.x.plural"\nmsgstr[0] "one"\nmsgstr[1] ""\n',
            "en/b.po: a.x needs a text for one and a text for many",
        ),
        (
            'msgid "a.x"\nmsgid_plural "a.x.plural"\nmsgstr[0] "one"\n',
            "en/b.po: a.x needs a text for one and a text for many",
        ),
    ],
)
def test_a_file_that_would_fail_a_reader_is_refused(
    tmp_path: Path, entries: str, said: str
) -> None:
    write(tmp_path, "en", "a", 'msgid "a.y"\nmsgstr "Y"\n')
    write(tmp_path, "en", "b", entries)
    with pytest.raises(CatalogueError, match=f"^{said}$"):
        Catalogues.load(tmp_path)


def test_a_translator_is_kept(catalogues: Catalogues) -> None:
    translator = catalogues.translator("fr", "America/Toronto")
    assert translator is catalogues.translator("fr", "America/Toronto")
    assert (translator.language, translator.zone) == ("fr", "America/Toronto")
    assert catalogues.translator("fr", "America/Halifax") is not translator


def test_formats_and_zones_are_the_same_keys(catalogues: Catalogues) -> None:
    """All nouns are compared in tests/house, places included; patterns of dates differ there."""
    english, french = (
        {key for key in catalogues.texts(language).singles if key.startswith(("format.", "zone."))}
        for language in ("en", "fr")
    )
    assert english == french


def test_every_conversation_is_described(catalogues: Catalogues) -> None:
    for language in ("en", "fr"):
        texts = catalogues.texts(language)
        for entry in requestable_offerings():
            assert texts.has(f"offering.{entry.key}.about")
            assert len(entry.objectives) == 3
            assert all(texts.has(key) for key in entry.objectives)
        for entry in offerings():
            assert texts.has(f"offering.kind.{entry.kind}")
            assert texts.has(f"offering.audience.{entry.audience or 'team'}")
