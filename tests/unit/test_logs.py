"""One JSON object a line, colours only on a terminal, and nothing in a line that must not be seen."""

import io
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from lahmadaemon.logs import LogSettings, configure

SECRET = "canary-in-the-coal-mine"
ESCAPE = "\x1b["

Lines = Callable[[], list[dict[str, Any]]]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def lines() -> Lines:
    """Logs are configured as for a service under systemd; what was written since, line by line."""
    stream = io.StringIO()
    configure(LogSettings(), secrets=[SECRET], stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_a_json_object_that_begins_with_when_how_grave_and_what(lines: Lines) -> None:
    structlog.get_logger().info("radio.snapshot_taken", station="Kőbánya\nMűhely", listeners=3, share=0.5, late=None)

    (line,) = lines()
    assert list(line)[:3] == ["timestamp", "level", "event"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {
        "level": "info",
        "event": "radio.snapshot_taken",
        "station": "Kőbánya\nMűhely",
        "listeners": 3,
        "share": 0.5,
        "late": None,
    }


@pytest.mark.parametrize(
    ("chosen", "stream", "colours", "json_lines"),
    [
        ("auto", io.StringIO, False, True),
        ("auto", Terminal, True, False),
        ("json", Terminal, False, True),
        ("console", Terminal, True, False),
        ("console", io.StringIO, False, False),
    ],
)
def test_colours_are_for_terminals_and_json_for_everybody_else(
    chosen: str, stream: type[io.StringIO], *, colours: bool, json_lines: bool
) -> None:
    written = stream()
    configure(LogSettings.model_validate({"format": chosen}), stream=written)

    structlog.get_logger().info("radio.snapshot_taken", listeners=3)

    assert "radio.snapshot_taken" in written.getvalue()
    assert (ESCAPE in written.getvalue(), written.getvalue().startswith("{")) == (colours, json_lines)


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_only_the_level_asked_for_and_above_is_told(level: str, told: list[str]) -> None:
    stream = io.StringIO()
    configure(LogSettings.model_validate({"level": level}), stream=stream)
    log = structlog.get_logger()

    for method in (log.debug, log.info, log.warning, log.error):
        method("radio.thing_happened")

    assert [json.loads(line)["level"] for line in stream.getvalue().splitlines()] == told


def test_the_loggers_of_libraries_speak_through_us_and_only_from_a_warning_on(lines: Lines) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://radio.example/?key=%s", SECRET)
    logging.getLogger("sqlalchemy.pool").warning("lost %s at %s", SECRET, "192.0.2.7")

    (line,) = lines()
    del line["timestamp"]
    assert line == {
        "level": "warning",
        "event": "library.spoke",
        "logger": "sqlalchemy.pool",
        "message": "lost **** at 192.0.x.x",
    }


def test_warnings_of_libraries_are_lines_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old way of doing things", DeprecationWarning, stacklevel=1)

    (line,) = lines()
    assert (line["event"], line["logger"]) == ("library.spoke", "py.warnings")
    assert "old way of doing things" in line["message"]


def break_off() -> None:
    raise httpx.ReadError(f"192.0.2.7 broke off https://u:{SECRET}@radio.example/x?key={SECRET}")


def refuse() -> None:
    raise ValueError("2001:db8::7 is not ours")


@pytest.mark.parametrize("chosen", ["json", "console"])
def test_a_traceback_is_whole_and_clean(chosen: str) -> None:
    stream = Terminal()
    configure(LogSettings.model_validate({"format": chosen}), secrets=[SECRET], stream=stream)

    try:
        break_off()
    except httpx.ReadError as error:
        structlog.get_logger().warning("service.crashed", exc_info=error)
    try:
        refuse()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("oops")

    text = stream.getvalue()
    assert "in break_off" in text
    assert "192.0.x.x broke off https://radio.example/x?…" in text
    assert "2001:db8:… is not ours" in text
    assert (text.count("Traceback"), SECRET in text, "192.0.2.7" in text) == (2, False, False)


@pytest.mark.parametrize("chosen", ["json", "console"])
def test_whatever_a_value_is_and_however_deep_it_lies_it_is_clean(chosen: str) -> None:
    stream = io.StringIO()
    configure(LogSettings.model_validate({"format": chosen}), secrets=[SECRET], stream=stream)

    structlog.get_logger().warning(
        "radio.thing_happened",
        error=ValueError(f"{SECRET} at 192.0.2.7"),
        url=httpx.URL(f"https://radio.example/x?key={SECRET}"),
        nested={"192.0.2.7": [{"deep": (f"<{SECRET}>", "2001:db8::7")}]},
        some={"192.0.2.7"},
        address=IPv4Address("192.0.2.7"),
        longer=IPv6Address("2001:db8::7"),
        path=Path("exports") / SECRET,
        raw=SECRET.encode(),
    )

    text = stream.getvalue()
    assert (SECRET in text, "192.0.2.7" in text, "db8::7" in text) == (False, False, False)
    assert "192.0.x.x" in text


def test_numbers_and_truth_stay_what_they_are(lines: Lines) -> None:
    structlog.get_logger().info("radio.thing_happened", count=7, share=0.25, ready=True, none=None)

    (line,) = lines()
    assert (line["count"], line["share"], line["ready"], line["none"]) == (7, 0.25, True, None)


def test_a_thread_that_nobody_waits_for_does_not_die_in_silence_nor_past_the_log(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_() -> None:
        raise ZeroDivisionError(f"with {SECRET}")

    for work in (break_, sys.exit):
        thread = threading.Thread(target=work, name="a library's")
        thread.start()
        thread.join()

    (line,) = lines()
    assert (line["event"], line["level"], line["thread"]) == ("daemon.thread_crashed", "error", "a library's")
    assert "ZeroDivisionError: with ****" in line["exception"]
    assert capsys.readouterr().err == ""
