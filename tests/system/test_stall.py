"""A loop that stands still is noticed from outside it, in real time, and the place where it stands is named."""

import threading
import time

from structlog.testing import capture_logs

from lahmadaemon.supervision.lag import STALLED, StallWatcher

LONG = 60.0
A_LOOK = STALLED / 4
"""Seconds between two looks of the watcher."""


def wait_for_a_slow_disk(seconds: float) -> None:
    time.sleep(seconds)


def test_a_stalled_loop_is_told_once_with_the_place_where_it_stands() -> None:
    watcher = StallWatcher(threading.get_ident())
    watcher.seen = time.monotonic() - LONG  # as if the loop had not turned for a minute

    with capture_logs() as logs:
        watcher.start()
        wait_for_a_slow_disk(2.5 * A_LOOK)
        watcher.dismissed.set()
        watcher.join(5)

    (stall,) = [line for line in logs if line["event"] == "loop.stalled"]
    assert "wait_for_a_slow_disk" in stall["stack"]
    assert stall["for_seconds"] >= LONG


def test_a_second_stall_is_told_again() -> None:
    watcher = StallWatcher(threading.get_ident())
    watcher.seen = time.monotonic() - LONG

    with capture_logs() as logs:
        watcher.start()
        wait_for_a_slow_disk(1.5 * A_LOOK)
        watcher.seen = time.monotonic() - LONG / 2
        wait_for_a_slow_disk(1.5 * A_LOOK)
        watcher.dismissed.set()
        watcher.join(5)

    assert [line["event"] for line in logs] == ["loop.stalled", "loop.stalled"]


def test_a_loop_that_turns_is_not_spoken_of() -> None:
    watcher = StallWatcher(threading.get_ident())

    with capture_logs() as logs:
        watcher.start()
        wait_for_a_slow_disk(1.5 * A_LOOK)
        watcher.dismissed.set()
        watcher.join(5)

    assert logs == []
