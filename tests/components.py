"""What the tests need from the machine, and one visible line for each part left out."""

import os
import shutil

import pytest

LEFT_OUT = {
    "postgresql": "PostgreSQL part skipped: install postgresql, or set BOT_TEST_POSTGRES_URL.",
    "chromium": "Chromium part skipped: install chromium, or set BOT_TEST_CHROMIUM.",
    "kubectl": "Kubernetes part skipped: install kubectl (Debian: kubernetes-client).",
    "facts": "Facts part skipped: no ../shared/facts; set BOT_FACTS_DIR.",
    "contracts": "Contract part skipped: no ../shared/contracts; set BOT_CONTRACTS_DIR.",
}

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def missing(component: str) -> None:
    """Skip, with the reason; with `CI` set a part left out is a failure."""
    if os.environ.get("CI"):
        pytest.fail(LEFT_OUT[component], pytrace=False)
    pytest.skip(LEFT_OUT[component])


def chromium_path() -> str | None:
    named = os.environ.get("BOT_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def report(terminal: pytest.TerminalReporter) -> None:
    """One line for each part left out, whichever of the test processes left it out."""
    reasons = [str(each.longrepr) for each in terminal.stats.get("skipped", [])]
    for line in LEFT_OUT.values():
        if any(line in reason for reason in reasons):
            terminal.write_line(line, yellow=True, bold=True)
