"""Structured logs: a static event name and fields that are ids, counts, states and codes.

What people write, their names, addresses and every token stay out of the log by construction:
a field passes only if its *name* is on the list below, and an exception shows its class and its
frames, not its message. `dropped` tells a developer which fields did not pass.
"""

import hashlib
import logging
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TextIO, cast

import orjson
import structlog
from structlog.contextvars import bound_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["allowed", "bound_contextvars", "configure", "hashed"]

Format = Literal["console", "json"]

OUR_LOGGERS = ("bot", "cards", "dialogs", "storage")

# Libraries whose messages without arguments carry no one's words.
PLAIN_SPOKEN = ("apscheduler", "alembic", "aiohttp.server", "py.warnings")

_FIELDS = frozenset(
    re.findall(
        r"\w+",
        """
        event level logger timestamp exception dropped where library attempt attempts
        batch channel code count dialog due engine field format handler host id
        ids job kind language leased location method mode number operation outcome
        pending port reference region result retry_after revision role route rows
        scheme seconds sent side signal size state status step stage tick topic total trigger
        type verb version zone
        """,
    )
)
_ENDINGS = re.compile(
    r".+_(id|ids|at|bytes|class|code|count|hash|key|kind|limit|ms|number|on|port|ref|result|"
    r"seconds|size|state|status|step|type|version)"
)
_SECRETS = re.compile(r"token|secret|password|authorization|api_key|private", re.IGNORECASE)
_MAX_TEXT = 200

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def allowed(field: str) -> bool:
    """Whether a field of this name may be logged."""
    if _SECRETS.search(field):
        return False
    return field in _FIELDS or _ENDINGS.fullmatch(field) is not None


def hashed(value: str) -> str:
    """A short, stable stand-in for an id that says too much (a conversation's, an address)."""
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def _only_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    kept: dict[str, Any] = {}
    dropped: list[str] = []
    for name, value in event.items():
        if name.startswith("_") or name == "exc_info":  # structlog's own, consumed further down
            kept[name] = value
        elif allowed(name):
            kept[name] = value[:_MAX_TEXT] if isinstance(value, str) else value
        else:
            dropped.append(name)
    if dropped:
        kept["dropped"] = sorted(dropped)
    return kept


def _frames(error: BaseException) -> list[str]:
    """Class and frames of an exception and of what caused it; the message only where it is ours.

    An OSError's or ImportError's message names a host, a file or a module, never a person.
    """
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    lines: list[str] = []
    for each in reversed(chain):
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        told = isinstance(each, OSError | ImportError)
        lines.append(f"{name}: {each}" if told else name)
        lines += [
            f"  {_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(each.__traceback__)
        ]
    return lines


def _short(filename: str) -> str:
    """The last three parts of a path: enough to find the line, and no machine's folders."""
    return "/".join(Path(filename).parts[-3:])


def _exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    info: object = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = cast("ExcInfo", info)[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = _frames(error)
    return event


def _library_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A library's record: its template without the arguments, or only where it came from."""
    record: logging.LogRecord = event["_record"]
    arguments = event.pop("positional_args", None)
    if record.name.startswith(OUR_LOGGERS) or record.name.startswith(PLAIN_SPOKEN):
        told = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    elif arguments and isinstance(record.msg, str):
        told = record.msg
    else:
        told = "library.message_withheld"
    event["event"] = told[:_MAX_TEXT]
    event["where"] = f"{_short(record.pathname)}:{record.lineno}"
    return event


def _json(value: Any, **options: Any) -> str:
    default: Callable[[Any], Any] | None = options.get("default")
    return orjson.dumps(value, default=default, option=orjson.OPT_NON_STR_KEYS).decode()


def _console_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    frames: list[str] | None = event.get("exception")
    if frames:
        event["exception"] = "\n".join(frames)
    return event


def configure(
    log_format: Format = "console", level: str = "INFO", out: TextIO | None = None
) -> None:
    """Route structlog and the standard library's logging to one stream (standard error)."""
    stream = out or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = (
        [structlog.processors.JSONRenderer(serializer=_json)]
        if log_format == "json"
        else [_console_exception, structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        pass_foreign_args=True,
        foreign_pre_chain=[*shared, _library_event],
        processors=[
            _exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _only_allowed,
            *last,
        ],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
