"""Coverage by room, written above pytest's closing line when coverage is measured."""

import json
from pathlib import Path

import coverage
import pytest

ROOMS = (
    "bot/domain",
    "bot/services",
    "bot/graph",
    "bot/matching",
    "bot/teams",
    "bot/scheduling",
    "bot/i18n",
    "bot",
    "dialogs",
    "cards",
    "storage",
    "sandbox",
)


def room_of(path: str) -> str:
    return next((room for room in ROOMS if path.startswith(room + "/")), path)


def by_room(report: dict) -> dict[str, tuple[int, int]]:
    """Lines and branches covered and counted, for each room."""
    sums: dict[str, tuple[int, int]] = {}
    for path, file in report["files"].items():
        numbers = file["summary"]
        covered = numbers["covered_lines"] + numbers["covered_branches"]
        total = numbers["num_statements"] + numbers["num_branches"]
        room = room_of(path.replace("\\", "/"))
        before = sums.get(room, (0, 0))
        sums[room] = (before[0] + covered, before[1] + total)
    return sums


def report(terminal: pytest.TerminalReporter, root: Path) -> None:
    """Write the table, once the data of all test processes is together."""
    if not terminal.config.pluginmanager.hasplugin("_cov"):
        return
    measured = coverage.Coverage(config_file=str(root / "pyproject.toml"))
    measured.load()
    target = root / "var" / "coverage" / "report.json"
    try:
        measured.json_report(outfile=str(target))
    except coverage.exceptions.NoDataError:
        return
    terminal.section("coverage by room (lines and branches)")
    sums = by_room(json.loads(target.read_text("utf-8")))
    for room in ROOMS:
        covered, total = sums.get(room, (0, 0))
        if total:
            terminal.write_line(f"{room:<16} {100 * covered / total:6.1f} %   of {total}")
