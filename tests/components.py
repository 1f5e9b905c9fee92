"""What the tests need from the machine, and one visible line for each part left out."""

import os
import shutil

import pytest

skipped: dict[str, str] = {}

LEFT_OUT = {
    "postgresql": "PostgreSQL part skipped: install postgresql, or set BOT_TEST_POSTGRES_URL.",
    "chromium": "Chromium part skipped: install chromium, or set BOT_TEST_CHROMIUM.",
    "facts": "Facts part skipped: no ../shared/facts; set BOT_FACTS_DIR.",
    "contracts": "Contract part skipped: no ../shared/contracts; set BOT_CONTRACTS_DIR.",
}

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing(component: str) -> None:
    """Skip, remembering the reason; with `CI` set a part left out is a failure."""
    skipped[component] = LEFT_OUT[component]
    if os.environ.get("CI"):
        pytest.fail(LEFT_OUT[component], pytrace=False)
    pytest.skip(LEFT_OUT[component])


def chromium_path() -> str | None:
    named = os.environ.get("BOT_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUMS)), None)
