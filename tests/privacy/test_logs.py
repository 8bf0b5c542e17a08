from __future__ import annotations

import asyncio
import gc
import logging
import re
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.errors import SettingsError
from bot.privacy.logs import OWN_LOGGERS, QUIETER, PrivateFormatter, configure_logging, safe_id

WORDS = "my lips went blue after the second session"
LOG = logging.getLogger("bot.gateway.turns")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, hooks = root.level, (sys.excepthook, threading.excepthook)
    yield
    root.handlers[:] = [h for h in root.handlers if not isinstance(h.formatter, PrivateFormatter)]
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    for name in (*OWN_LOGGERS, *QUIETER):
        logging.getLogger(name).setLevel(logging.NOTSET)


def _only_line(capsys: pytest.CaptureFixture[str]) -> str:
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def _fail_with_the_words() -> None:
    secret = WORDS  # a local, to be found by anything that prints locals
    try:
        int(secret)
    except ValueError as error:
        raise RuntimeError(f"bad input: {secret}") from error


def test_a_record_is_one_line_with_time_level_logger_and_message(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    LOG.info("Delivered %d messages", 2)
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO bot\.gateway\.turns Delivered 2 messages"
    assert re.fullmatch(pattern, _only_line(capsys))


def test_a_logged_exception_shows_types_and_places_but_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    try:
        _fail_with_the_words()
    except RuntimeError:
        LOG.exception("The turn failed")
    line = _only_line(capsys)
    assert "lips" not in line
    assert re.search(r"The turn failed \| RuntimeError at .*test_logs\.py:\d+ _fail_with_the_words", line)
    assert "after ValueError at" in line


def test_an_exception_given_as_an_argument_shows_only_its_type(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    LOG.warning("The brain said %s", ValueError(WORDS))
    LOG.warning("The brain said %(error)s", {"error": ValueError(WORDS)})
    LOG.warning(ValueError(WORDS))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 3)[3] for line in lines] == ["The brain said ValueError"] * 2 + ["ValueError"]


def test_an_exception_of_ours_keeps_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    try:
        raise SettingsError("MESOGUIDE_PORT is 99999; use a number up to 65535.")
    except SettingsError:
        LOG.exception("Can't start")
    assert "bot.errors.SettingsError: MESOGUIDE_PORT is 99999; use a number up to 65535." in _only_line(capsys)


def test_line_breaks_in_a_message_do_not_make_new_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    LOG.info("a name with\r\n2025-01-01 INFO forged")
    assert "forged" in _only_line(capsys)


def test_a_failed_task_that_asyncio_reports_does_not_show_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")

    async def fail() -> None:
        raise ValueError(WORDS)

    async def main() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        gc.collect()

    asyncio.run(main())
    line = _only_line(capsys)
    assert "asyncio Task exception was never retrieved" in line
    assert "lips" not in line


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_logged_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    thread = threading.Thread(target=_fail_with_the_words)
    thread.start()
    thread.join()
    line = _only_line(capsys)
    assert "CRITICAL bot A thread stopped" in line
    assert "lips" not in line


def test_an_exception_that_ends_the_program_is_logged_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    try:
        _fail_with_the_words()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    line = _only_line(capsys)
    assert "CRITICAL bot Stopped by an error" in line
    assert "lips" not in line


def test_a_record_that_can_not_be_written_is_counted_but_never_dumped(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    LOG.info("Delivered %d messages", WORDS)
    line = _only_line(capsys)
    assert "bot.gateway.turns" in line
    assert "lips" not in line


@pytest.mark.parametrize("library", ["aiohttp.access", "sqlalchemy.engine.Engine", "rasa.core.processor"])
def test_what_libraries_say_about_the_data_they_handle_stays_out(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("DEBUG")
    logging.getLogger(library).debug(WORDS)
    logging.getLogger(library).info(WORDS)
    assert capsys.readouterr().err == ""


def test_configuring_twice_does_not_log_twice(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")
    configure_logging("INFO")
    LOG.info("Started")
    assert "Started" in _only_line(capsys)


def test_a_safe_id_follows_a_conversation_without_naming_it() -> None:
    assert safe_id("tjwfpm_UbRoUrCBPzJcyzg") == safe_id("tjwfpm_UbRoUrCBPzJcyzg")
    assert safe_id("tjwfpm_UbRoUrCBPzJcyzg") != safe_id("G7e4QA7uw63rNvHpw2O9lQ")
    assert re.fullmatch("[0-9a-f]{8}", safe_id("tjwfpm_UbRoUrCBPzJcyzg"))
