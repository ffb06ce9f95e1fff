"""Polls and endings of invented connections, in seconds."""

from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.folding import Closing
from lahmadaemon.radio.snapshot import Connection
from lahmadaemon.radio.store import Poll

EVERY = 30 * SECOND


def s(seconds: float) -> Instant:
    return Instant(round(seconds * SECOND))


def poll(at: float, outcome: str = "valid") -> Poll:
    return Poll(Instant(s(at) + 250), s(at), EVERY, outcome, 1, 1, 1, 20, -250)


def closing(of: Connection, seen: float, missed: float, ended: float) -> Closing:
    return Closing(of.key, s(seen), s(missed), s(ended))
