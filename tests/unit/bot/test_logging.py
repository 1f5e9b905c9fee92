"""The log holds ids, counts and states; names, words and tokens never reach it."""

import io
import json
import logging

import pytest
import structlog

from bot.logging import allowed, bound_contextvars, configure, hashed


@pytest.fixture
def lines():
    """What was logged, parsed; the standard library's logging is put back afterwards."""
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    configure("json", out=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, level = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def test_ids_counts_and_states_pass(lines):
    structlog.get_logger("bot.test").info(
        "seat.taken", session_id="s1", person_id="p1", seats_count=3, state="confirmed"
    )
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "seat.taken",
        "level": "info",
        "logger": "bot.test",
        "session_id": "s1",
        "person_id": "p1",
        "seats_count": 3,
        "state": "confirmed",
    }


@pytest.mark.parametrize(
    "field", ["name", "text", "mail", "access_token", "token", "secret_id", "payload", "comment"]
)
def test_names_words_and_tokens_are_dropped(lines, field):
    structlog.get_logger("bot.test").info("said", **{field: "Manager, Halifax"})
    (line,) = lines()
    assert not allowed(field)
    assert line["dropped"] == [field]
    assert "Halifax" not in json.dumps(line)


def test_an_exception_shows_its_class_and_frames_not_its_message(lines):
    try:
        raise ValueError("a person's words")
    except ValueError:
        structlog.get_logger("bot.test").exception("turn.failed", turn_id="t1")
    (line,) = lines()
    assert line["exception"][0] == "builtins.ValueError"
    assert line["exception"][1].startswith("  unit/bot/test_logging.py:")
    assert "words" not in json.dumps(line)


def test_an_exceptions_cause_is_shown_first(lines):
    try:
        try:
            raise ConnectionRefusedError(111, "Connection refused")
        except OSError as fault:
            raise RuntimeError("x") from fault
    except RuntimeError as error:
        structlog.get_logger("bot.test").error("graph.failed", exc_info=error)
    (line,) = lines()
    classes = [entry for entry in line["exception"] if not entry.startswith("  ")]
    assert classes == [
        "builtins.ConnectionRefusedError: [Errno 111] Connection refused",
        "builtins.RuntimeError",
    ]


def test_a_library_tells_its_template_without_the_arguments(lines):
    logging.getLogger("somelib").warning("could not reach %s", "someone@example.org")
    (line,) = lines()
    assert line["event"] == "could not reach %s"
    assert line["where"].startswith("unit/bot/test_logging.py:")
    assert "example.org" not in json.dumps(line)


def test_a_librarys_finished_sentence_is_withheld(lines):
    logging.getLogger("somelib").error("could not reach someone@example.org")
    (line,) = lines()
    assert (line["event"], line["logger"]) == ("library.message_withheld", "somelib")


def test_a_librarys_chatter_below_warning_is_not_logged(lines):
    logging.getLogger("somelib").info("hello")
    assert lines() == []


def test_what_is_bound_to_the_turn_is_on_each_line(lines):
    with bound_contextvars(turn_id="t1", person_id="p1", conversation_hash=hashed("19:abc")):
        structlog.get_logger("dialogs.help").info("help.shown")
    structlog.get_logger("dialogs.help").info("turn.over")
    first, second = lines()
    assert (first["turn_id"], first["conversation_hash"]) == ("t1", hashed("19:abc"))
    assert "turn_id" not in second


def test_console_lines_are_for_people():
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    configure("console", out=stream)
    try:
        raise KeyError("k")
    except KeyError:
        structlog.get_logger("bot.test").exception("turn.failed", turn_id="t1")
    root.handlers, level = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    told = stream.getvalue()
    assert "turn.failed" in told
    assert "turn_id=t1" in told
    assert "builtins.KeyError\n  unit/bot/test_logging.py:" in told


def test_a_hash_is_short_and_stable():
    assert hashed("a") == "ca978112ca1b"
