"""Structured logs: console colours on a terminal, one JSON object a line otherwise. No secret or full IP ever in a line."""

import logging
import re
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import IPv6Address
from typing import Any, ClassVar, Literal, TextIO, cast

import structlog
from pydantic import Field
from structlog.typing import EventDict, Processor, WrappedLogger

from lahmadaemon.configuration import Group
from lahmadaemon.systemd import heard_by_journal

log = structlog.get_logger()

# Every pattern looks at a text once: bounded repetitions, or a start that only a word's beginning can be.
_QUERY = re.compile(r"(?<![^\s'\"])([^\s'\"?#]+)([?#])[^\s'\"]+")
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://)[^\s/?#'\"]+@", re.IGNORECASE)
_IPV4 = re.compile(r"(?<!\d)(?<!\d\.)(?!127\.|0\.0\.0\.0)(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_PERHAPS_IPV6 = re.compile(
    r"(?<!\w)(?:[0-9a-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?!:?\w|::)", re.IGNORECASE
)


class LogSettings(Group):
    """`LAHMA_LOG__…`"""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is told")
    format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: colours on a terminal, JSON lines otherwise"
    )


class Redactor:
    """Takes out of every text in an event: known secrets, query strings, credentials in URLs, the end of IP addresses."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # the longest first: one may be the beginning of another
        self._secrets = sorted((secret for secret in secrets if len(secret) >= 4), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {key: self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self._clean(key): self._clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.text(str(value))  # an error or a URL would otherwise be written out after us

    def text(self, text: str) -> str:
        """The text without what must not be seen."""
        for secret in self._secrets:
            text = text.replace(secret, "****")
        text = _QUERY.sub(_without_query, _USERINFO.sub(r"\1", text))
        return _IPV4.sub(r"\1.x.x", _PERHAPS_IPV6.sub(_without_host, text))


def _without_query(found: re.Match[str]) -> str:
    """A URL, or a path that is asked for, up to its query; other words with a question mark as they are."""
    head, mark = found[1], found[2]
    asked = "://" in head or (mark == "?" and (head.startswith("/") or "=/" in head or "(/" in head))
    return f"{head}?…" if asked else found[0]


def _without_host(found: re.Match[str]) -> str:
    """An IPv6 address without its end; times and this machine's own addresses as they are."""
    for text in (found[0], found[0].removesuffix(":")):  # the last colon may be the sentence's
        with suppress(ValueError):
            address = IPv6Address(text)
            if not (address.is_loopback or address.is_unspecified):
                return ":".join(text.split(":")[:2]) + ":…" + found[0][len(text) :]
    return found[0]


class Unbreakable:
    """A stream for logs: a closed terminal or a full disk loses lines, and nothing else. Measuring must not end with them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):  # ValueError: the stream is closed
            self.lost += 1
            return 0

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self.lost += 1

    def isatty(self) -> bool:
        return self._stream.isatty()


def configure(settings: LogSettings, *, secrets: Sequence[str] = (), stream: TextIO | None = None) -> None:
    """Set up structlog and route the standard library's loggers into it. `stream`: standard error if not given."""
    out = cast("TextIO", Unbreakable(stream or sys.stderr))
    pretty = settings.format == "console" or (settings.format == "auto" and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not pretty),
    ]
    drawn: list[Processor] = [structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=28)]
    written: list[Processor] = [_in_order, structlog.processors.JSONRenderer(ensure_ascii=False)]
    if heard_by_journal(stream or sys.stderr):
        written = [_in_order, _Prioritised(written[-1])]
    end: list[Processor] = [structlog.processors.format_exc_info, Redactor(secrets), *(drawn if pretty else written)]
    level = getattr(logging, settings.level.upper())
    structlog.configure(
        processors=[*shared, *end],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),  # a line in one piece: threads may write beside each other
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_unwrap, *end]))
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_crashed


class _Prioritised:
    """Before each line its priority, as sd-daemon(3) has it: `journalctl -p warning` then shows what is grave."""

    _NUMBERS: ClassVar = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}

    def __init__(self, renderer: Processor) -> None:
        self._renderer = renderer

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        return f"<{self._NUMBERS.get(event.get('level', ''), 5)}>{self._renderer(logger, method, event)!s}"


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    """Nobody waits for such a thread, a library's mostly; its end is told in the log and nowhere else."""
    if crash.exc_type is not SystemExit:  # which is how a thread may end, and Python's own hook says nothing of it
        told = (crash.exc_type, crash.exc_value, crash.exc_traceback)
        log.error("daemon.thread_crashed", thread=crash.thread.name if crash.thread else None, exc_info=told)


def _unwrap(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A standard library record as one of our events."""
    record = event.pop("_record")
    event.pop("_from_structlog", None)
    return {**event, "event": "library.spoke", "logger": record.name, "message": event.get("event")}


def _in_order(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """When, how grave and what come first; a reader's eye should not have to search."""
    return {**{key: event[key] for key in ("timestamp", "level", "event") if key in event}, **event}
