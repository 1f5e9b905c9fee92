from collections.abc import Callable

import pytest

from bot.i18n import Catalogues, Translator


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return Catalogues.load()


@pytest.fixture(scope="session")
def speak(catalogues: Catalogues) -> Callable[..., Translator]:
    """A translator by language, for a reader in Toronto unless said otherwise."""

    def _speak(language: str, zone: str = "America/Toronto") -> Translator:
        return catalogues.translator(language, zone)

    return _speak


@pytest.fixture(scope="session")
def en(speak: Callable[..., Translator]) -> Translator:
    return speak("en")


@pytest.fixture(scope="session")
def fr(speak: Callable[..., Translator]) -> Translator:
    return speak("fr")
