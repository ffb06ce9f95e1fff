"""What every test gets: a loop that must not be blocked, time moved by hand, no hurry for Hypothesis on a busy machine."""

import gc
import logging
import os
import threading
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import pytest
import structlog
from blockbuster import blockbuster_ctx
from hypothesis import settings

from tests.fakes import thrift
from tests.fakes.clock import FakeClock

thrift.trust_once()
thrift.end_servers_soon()
settings.register_profile("house", deadline=None)
settings.load_profile("house")
# structlog's own colours read source files while they print an error, which would block the loop
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several workers share the tests, each begins with its share of the long ones: the last to begin one would be
    waited for by all. Workers are given equal parts in this order, and then take from one another's ends."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    modules: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("slow"):
            modules.setdefault(item.path, []).append(item)
    longest_first = sorted(modules.values(), key=lambda tests: -max(map(patience, tests)))
    long = [list(chain.from_iterable(longest_first[first::workers])) for first in range(workers)]
    short = iter([item for item in items if not item.get_closest_marker("slow")])
    ordered: list[pytest.Item] = []
    for number, own in enumerate(long):
        size = (len(items) - len(ordered)) // (workers - number)
        ordered += [*own, *islice(short, max(0, size - len(own)))]
    items[:] = [*ordered, *short]


def patience(item: pytest.Item) -> float:
    """Seconds a test asks for beforehand; what needs minutes does."""
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker else 0.0


def pytest_collection_finish() -> None:
    """Thousands of tests, and all that is imported, live to the end: nobody need look through them for garbage again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """At the end libraries look whether anything of theirs was left behind."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _the_loop_is_never_blocked(request: pytest.FixtureRequest) -> Iterator[None]:
    """A blocking call of ours on the event loop is a red test; what the test itself does there is its own affair."""
    if request.node.get_closest_marker("asyncio") is None:
        yield
        return
    with blockbuster_ctx("lahmadaemon") as watch:
        # coverage notes lines under such a lock, in C; a Python function in its place, traced itself, waits for itself for ever
        watch.functions["threading.Lock.acquire"].deactivate()
        yield


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command run within a test configures the log for its own process: what comes after must not be deaf."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # else they would be closed
    hook = threading.excepthook
    yield
    threading.excepthook = hook
    logging.captureWarnings(capture=False)
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(autouse=True)
def _garbage_is_looked_for() -> Iterator[None]:
    """Also where a test begins what a process begins with: what nobody closed is said when it is found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lahmadaemon.garbage.freeze", lambda: None)
        yield


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
