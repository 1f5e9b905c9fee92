"""The runbook names what there is: settings, metrics, commands, labels, log events, alerts."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from bot.__main__ import make_parser
from bot.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/operations.md").read_text("utf-8")
RULES = ROOT / "deploy/kubernetes/alerts/rules.yaml"
ROOMS = ("bot", "storage", "dialogs", "cards")
LOUD = {"warning", "error", "exception"}


def sources() -> Iterator[ast.AST]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield from ast.walk(ast.parse(path.read_text("utf-8")))


NODES = list(sources())
WORDS = {node.value for node in NODES if isinstance(node, ast.Constant)}


def events(levels: set[str]) -> set[str]:
    """The static names of log calls."""
    return {
        str(node.args[0].value)
        for node in NODES
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in levels
        and getattr(node.func.value, "id", "") == "log"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def series() -> dict[str, tuple[str, ...]]:
    """Every name that `/metrics` shows, with its labels."""
    found: dict[str, tuple[str, ...]] = {}
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            (told,) = metric.describe()
            ends = {"counter": ("_total",), "histogram": ("", "_bucket", "_count", "_sum")}
            for end in ends.get(told.type, ("",)):
                labels = metric._labelnames  # nothing public tells them
                found[told.name + end] = (*labels, *(("le",) if end == "_bucket" else ()))
    return found


def section(title: str) -> str:
    (found,) = re.findall(
        rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL
    )
    return found


def first_cells(title: str) -> list[str]:
    """What stands in backticks in the first column of a section's table."""
    cells = re.findall(r"^\| (.*?) \|", section(title), re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_settings_are_those_of_the_program() -> None:
    named = set(re.findall(r"\bBOT_[A-Z_]+[A-Z]", RUNBOOK))
    assert named == {f"BOT_{name.upper()}" for name in Settings.model_fields}


def test_metrics_are_those_of_the_program_and_all_are_explained() -> None:
    known = series()
    assert set(re.findall(r"\bbot_[a-z_]+[a-z]", RUNBOOK)) <= set(known)
    explained = {name.partition("{")[0] for name in first_cells("Metrics")}
    assert {name for name in known if not name.endswith(("_bucket", "_count", "_sum"))} == explained


@pytest.mark.parametrize("text", [RUNBOOK, RULES.read_text("utf-8")], ids=["runbook", "rules"])
def test_labels_and_their_values_are_those_of_the_program(text: str) -> None:
    known = series()
    selected = re.findall(r"\b(bot_[a-z_]+)\{([^}…]*)\}", text)
    assert selected
    for name, inside in selected:
        for label, value in re.findall(r'(\w+)!?="([^"]*)"', inside):
            assert label in known[name], name
            assert value in WORDS, (name, value)


def test_commands_are_understood() -> None:
    commands = re.findall(r"python -m bot ([^`'#\n\\;]+)", RUNBOOK)
    assert len(commands) > 15
    for command in commands:
        make_parser().parse_args(shlex.split(command))


@pytest.mark.parametrize("command", ["doctor --shallow", "roles grant king --person ID", "sing"])
def test_a_planted_command_is_caught(command: str) -> None:
    with pytest.raises(SystemExit):
        make_parser().parse_args(shlex.split(command))


def test_every_command_is_named() -> None:
    (commands,) = re.findall(r"\{([^}]+)\}", make_parser().format_usage())
    for command in commands.split(","):
        assert f"python -m bot {command}" in RUNBOOK, command


def test_log_events_are_those_of_the_program_and_every_loud_one_is_explained() -> None:
    explained = set(first_cells("Log events"))
    assert explained <= events({*LOUD, "info"})
    assert events(LOUD) <= explained


def test_backups_are_taken_and_brought_back_as_the_test_does_it() -> None:
    tested = (ROOT / "tests/crash/test_restored.py").read_text("utf-8")
    for command in re.findall(r"`((?:pg_dump|pg_restore|sqlite3) [^`]+)`", section("Backups")):
        name, *flags = re.findall(r"^\w+|--[a-z-]+(?:=custom)?|VACUUM INTO", command)
        assert flags
        assert [flag for flag in (name, *flags) if flag not in tested] == [], command


def test_codes_and_operations_are_words_of_the_program() -> None:
    for title in ("Codes", "Graph's operations"):
        cells = set(first_cells(title))
        assert cells
        assert cells <= WORDS, title
    operations = {
        node.args[0].value
        for node in NODES
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") in {"call", "mailbox_call", "_viewed"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert set(first_cells("Graph's operations")) == operations


def test_every_alert_has_its_line_and_asks_for_figures_that_there_are() -> None:
    spec = yaml.safe_load(RULES.read_text("utf-8"))["spec"]
    rules = [rule for group in spec["groups"] for rule in group["rules"]]
    assert [rule["alert"] for rule in rules] == re.findall(
        r"^\| `([A-Z]\w+)`", section("Alerts"), re.MULTILINE
    )
    lines = section("Alerts").splitlines()
    for rule in rules:
        assert set(re.findall(r"\bbot_[a-z_]+[a-z]", rule["expr"])) <= set(series())
        (line,) = [line for line in lines if line.startswith(f"| `{rule['alert']}`")]
        when = [span for span in re.findall(r"`([^`]+)`", line.split(" | ")[1]) if "(" in span]
        assert when in ([rule["expr"]], []), rule["alert"]
        assert ("(page)" in line) is (rule["labels"]["severity"] == "page"), rule["alert"]


def test_links_lead_somewhere() -> None:
    pages = [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"]
    anchors = {page: {slug(title) for title in headings(page)} for page in pages}
    lost = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
        if "://" not in target and not leads(page, target, anchors)
    ]
    assert lost == []


def leads(page: Path, target: str, anchors: dict[Path, set[str]]) -> bool:
    name, _, anchor = target.partition("#")
    found = (page.parent / name).resolve() if name else page
    return anchor in anchors[found] if anchor else found.exists()


def headings(page: Path) -> list[str]:
    return re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)


def slug(title: str) -> str:
    """The anchor that forges make of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
