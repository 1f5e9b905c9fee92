"""What the tests of the whole program share."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from tests.integration.program.terminal import Run, Said


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """An environment without settings and a folder without `.env`; the logs as they were."""
    for name in [*os.environ]:
        if name.startswith(("BOT_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield monkeypatch
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def run(bare: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Type a command; settings and language are given by name."""

    def type_in(*words: str, **settings: str) -> Said:
        for name, value in settings.items():
            bare.setenv(name, value)
        try:
            code = main(words)
        except SystemExit as wrong_call:
            code = int(wrong_call.code or 0)
        return Said(code, *capsys.readouterr())

    return type_in


@pytest.fixture
def ready(run: Run, bare: pytest.MonkeyPatch, sqlite_ready: str) -> Run:
    """The same, on a database that is up to date."""
    bare.setenv("BOT_DATABASE_URL", sqlite_ready)
    return run
