"""Every log call has a static event and fields that the log lets through."""

import ast

import pytest

from bot.logging import allowed

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
ROOMS = ("bot", "cards", "dialogs", "storage")
LOGGERS = {"log", "_log", "logger", "_logger"}
OPTIONS = {"exc_info", "stack_info"}


def calls(tree):
    for node in ast.walk(tree):
        function = getattr(node, "func", None)
        if not isinstance(node, ast.Call) or not isinstance(function, ast.Attribute):
            continue
        owner = function.value
        name = getattr(owner, "id", getattr(owner, "attr", ""))
        if name in LOGGERS and function.attr in LEVELS:
            yield node


def faults(source):
    found = []
    for call in calls(ast.parse(source)):
        event = call.args[0] if call.args else None
        if not (isinstance(event, ast.Constant) and isinstance(event.value, str)):
            found.append(f"line {call.lineno}: the event is not static")
        if len(call.args) > 1:
            found.append(f"line {call.lineno}: values are fields, not arguments")
        names = {keyword.arg for keyword in call.keywords} - OPTIONS
        found += [
            f"line {call.lineno}: {name}" for name in sorted(names - {None}) if not allowed(name)
        ]
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_log_calls_say_ids_counts_and_states(project_root, room):
    paths = sorted((project_root / room).rglob("*.py"))
    assert paths
    found = {str(path.relative_to(project_root)): faults(path.read_text("utf-8")) for path in paths}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('log.info(f"seat of {name}")', ["line 1: the event is not static"]),
        ('log.info("seat %s", name)', ["line 1: values are fields, not arguments"]),
        ('self._log.warning("seat.taken", name=name)', ["line 1: name"]),
        ('log.error("seat.taken", session_id=i, exc_info=error)', []),
    ],
)
def test_a_planted_fault_is_caught(source, told):
    assert faults(source) == told
