"""A log that cannot be written loses lines, and nothing else."""

import io
from typing import TextIO, cast

import structlog

from lahmadaemon.logs import LogSettings, Unbreakable, configure


class Full(io.StringIO):
    """A terminal that was closed, a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


def test_lines_that_cannot_be_written_are_counted_and_raise_nothing() -> None:
    """Story: a closed terminal made the log raise, the log of that crash raised too, and a station was never polled again."""
    stream = Unbreakable(Full())

    assert stream.write("a line\n") == 0
    stream.flush()

    assert stream.lost == 2


def test_a_closed_stream_raises_nothing_either() -> None:
    closed = io.StringIO()
    closed.close()

    assert Unbreakable(closed).write("a line") == 0


def test_events_on_a_full_disk_are_no_errors() -> None:
    before = structlog.get_config()
    try:
        configure(LogSettings(format="json"), stream=cast("TextIO", Full()))
        structlog.get_logger().error("service.crashed", exc_info=ValueError("x"))
    finally:
        structlog.configure(**before)
