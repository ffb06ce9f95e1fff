"""Catches the log's events for the screen: during the demo they are part of the picture."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from structlog.typing import EventDict, WrappedLogger


class EventLog:
    """The last events, and where the window opened. `heard` is told of each as it comes."""

    def __init__(self, heard: Callable[[EventDict], None], size: int = 8) -> None:
        self.last: deque[EventDict] = deque(maxlen=size)
        self.window = ""
        self._heard = heard

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Events come here instead of to standard error until the block ends."""
        before = structlog.get_config()
        structlog.configure(
            processors=[structlog.stdlib.add_log_level, structlog.processors.format_exc_info, self._catch],
            wrapper_class=structlog.make_filtering_bound_logger("info"),
        )
        try:
            yield
        finally:
            structlog.configure(**before)

    def _catch(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:  # noqa: ARG002 - structlog's signature
        if event["event"] == "web.window_opened":
            self.window = event["url"]
        self.last.append(event)
        self._heard(event)
        raise structlog.DropEvent
