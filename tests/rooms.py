"""Coverage by room with `--rooms`, written above pytest's closing line."""

import json
import shutil
from pathlib import Path

import coverage
import pytest

FOLDER = Path("var/coverage")
MEASURED = pytest.StashKey[coverage.Coverage]()
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


def start(config: pytest.Config) -> None:
    """Measure this process with `--rooms`; where xdist shares the tests out, the workers alone."""
    shares = config.getoption("numprocesses", default=None) and not _is_worker(config)
    if not config.getoption("rooms"):
        return
    if not _is_worker(config):
        shutil.rmtree(config.rootpath / FOLDER, ignore_errors=True)
        (config.rootpath / FOLDER).mkdir(parents=True)
    if not shares:
        measured = coverage.Coverage(
            data_file=str(config.rootpath / FOLDER / "data"), data_suffix=True
        )
        measured.start()
        config.stash[MEASURED] = measured


def finish(config: pytest.Config) -> None:
    """Leave what this process measured where the report finds it."""
    measured = config.stash.get(MEASURED, None)
    if measured is not None:
        measured.stop()
        measured.save()


def report(terminal: pytest.TerminalReporter) -> None:
    """Write the table of all processes together, put together in memory."""
    root = terminal.config.rootpath
    files = sorted((root / FOLDER).glob("data.*"))
    if not (terminal.config.getoption("rooms") and files):
        return
    together = coverage.Coverage(data_file=None)
    for file in files:
        part = coverage.CoverageData(basename=str(file))
        part.read()
        together.get_data().update(part)
    target = root / FOLDER / "report.json"
    together.json_report(outfile=str(target))
    terminal.section("coverage by room (lines and branches)")
    sums = by_room(json.loads(target.read_text("utf-8")))
    for room in ROOMS:
        covered, total = sums.get(room, (0, 0))
        if total:
            terminal.write_line(f"{room:<16} {100 * covered / total:6.1f} %   of {total}")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
