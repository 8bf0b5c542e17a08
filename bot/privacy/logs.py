"""Logs that an engineer can read and that hold no patient's words."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from bot.errors import MesoGuideError

OWN_LOGGERS = ("bot", "actions", "__main__")

# Libraries write what they handle (SQL, request bodies, message texts) below WARNING, and Rasa at WARNING too.
FOREIGN_LEVEL = logging.WARNING
QUIETER = {"rasa": logging.ERROR, "rasa_sdk": logging.ERROR}

LINE = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"


class PrivateFormatter(logging.Formatter):
    """One line a record: time in UTC, level, logger, message, and for an exception its types and code positions.

    An exception's own words may quote the data that upset it, so they are dropped, unless the exception is one of
    ours (`MesoGuideError`), whose sentences never carry a patient's words.
    """

    def __init__(self) -> None:
        super().__init__(LINE, "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(super().format(_without_exception_words(record)).split("\n")).replace("\r", " ")

    def formatException(self, ei: Any) -> str:
        return "" if ei[1] is None else f"| {describe(ei[1])}"


class PrivateHandler(logging.Handler):
    """Writes to standard error. A record that can't be formatted is named by its place in the code only."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:
            # The standard handler prints the record's arguments and every exception's own words here.
            line = f"ERROR {record.name} A log record failed at {record.pathname}:{record.lineno}"
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def describe(error: BaseException) -> str:
    """Types and file:line positions of an exception and of what caused it, innermost call last; never its locals."""
    frames = traceback.extract_tb(error.__traceback__, limit=-12)
    path = " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    own = f"{_name_and_words(error)} at {path or 'no frame'}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return own if cause is None else f"{own} | after {describe(cause)}"


def configure_logging(level: str) -> None:
    """Send all logs to standard error through `PrivateFormatter`; `level` is for our own modules.

    Exceptions that nobody caught take the same way, in the main thread and in others.
    """
    handler = PrivateHandler()
    handler.setFormatter(PrivateFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(FOREIGN_LEVEL)
    for name, quieter in QUIETER.items():
        logging.getLogger(name).setLevel(quieter)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def safe_id(conversation_id: str) -> str:
    """Eight hex digits that stand for a conversation in logs: enough to follow it, useless for opening it."""
    return hashlib.sha256(conversation_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _name_and_words(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name}: {error}" if isinstance(error, MesoGuideError) else name


def _wordless(value: object) -> object:
    return _name_and_words(value) if isinstance(value, BaseException) else value


def _without_exception_words(record: logging.LogRecord) -> logging.LogRecord:
    """A copy whose arguments name exceptions by type only, and whose foreign text is cut to its first line."""
    clean = logging.makeLogRecord(record.__dict__)
    clean.exc_text = None
    if isinstance(record.args, tuple):
        clean.args = tuple(_wordless(value) for value in record.args)
    elif isinstance(record.args, Mapping):
        clean.args = {name: _wordless(value) for name, value in record.args.items()}
    if isinstance(record.msg, BaseException):
        clean.msg, clean.args = _name_and_words(record.msg), ()
    if record.name.split(".")[0] not in OWN_LOGGERS:
        # asyncio, for one, puts the failed task with its exception's words on the lines after the first.
        clean.msg, clean.args = clean.getMessage().split("\n")[0], ()
    return clean


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("Stopped by an error that nothing caught", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        logging.getLogger("bot").critical("A thread stopped by an error that nothing caught", exc_info=args.exc_value)
