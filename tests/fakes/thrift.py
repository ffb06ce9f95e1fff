"""What would be done anew for every test, or in every process, and comes out the same: done once. Nothing here is checked."""

import asyncio
import atexit
import functools
import os
import ssl
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx._transports.default
import pytest
import uvicorn.server
from coverage import Coverage
from sqlalchemy.util import concurrency


def keep_bytecode() -> None:
    """An image may forbid Python to keep what it compiled: each of our many processes would compile all it imports."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def compile_my_share(config: pytest.Config) -> None:
    """pytest's own way to compile tests takes longer than to import them: where several workers are about to do that with
    all of them, side by side, each begins with others, and finds the rest compiled when it comes there."""
    worker, root = os.environ.get("PYTEST_XDIST_WORKER", "gw"), config.rootpath
    if worker == "gw" or not {Path(each).resolve() for each in config.args} <= {root, root / "tests"}:
        return
    files = sorted((root / "tests").rglob("test_*.py"))
    for path in files[int(worker[2:]) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]:
        with suppress(Exception, pytest.skip.Exception):  # which pytest will tell better
            import_module(".".join(path.relative_to(root).with_suffix("").parts))


def learn_the_letters() -> None:
    """Hypothesis finds out once in a checkout which letters there are, for seconds; else each worker would."""
    work = subprocess.Popen([sys.executable, "-c", "from hypothesis.strategies import text; text().validate()"])
    atexit.register(work.wait)


def trust_once() -> None:
    """Reading all authorities of this world costs every HTTP client more than most tests take."""
    place: Any = httpx._transports.default
    read = place.create_ssl_context

    @functools.cache
    def usual(trust_env: bool, *_: str | None) -> ssl.SSLContext:
        context: ssl.SSLContext = read(trust_env=trust_env)
        return context

    def create(verify: Any = True, cert: Any = None, trust_env: bool = True) -> Any:
        if verify is not True or cert:
            return read(verify, cert, trust_env)
        return usual(trust_env, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))

    place.create_ssl_context = create


def end_servers_soon() -> None:
    """uvicorn looks ten times a second whether it should end, and waits as long again for its connections."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 10)

    place: Any = uvicorn.server
    place.asyncio = SimpleNamespace(**{**vars(asyncio), "sleep": sleep})


def trace_no_library() -> None:
    """SQLAlchemy runs in greenlets, and coverage, to tell them apart, asks before it notes anything which one it is in:
    half of what a test of the store costs. Nothing of ours runs there that does not run elsewhere as well; so tracing is
    off inside of them, and what is left is one greenlet, which need not be asked for. Our lines are counted as before."""
    coverage = Coverage.current()
    if coverage is None or coverage._collector is None:
        return
    coverage._collector.concur_id_func = None
    for tracer in coverage._collector.tracers:
        tracer.concur_id_func = None  # type: ignore[attr-defined]
    shim: Any = concurrency._concurrency_shim
    if not issubclass(shim._AsyncIoGreenlet, _Untraced):
        shim._AsyncIoGreenlet = type("_AsyncIoGreenlet", (_Untraced, shim._AsyncIoGreenlet), {})


class _Untraced:
    """Its caller's tracing rests while it runs."""

    def switch(self, *values: Any, **named: Any) -> Any:
        return _at_rest(super().switch, *values, **named)  # type: ignore[misc]

    def throw(self, *error: Any) -> Any:
        return _at_rest(super().throw, *error)  # type: ignore[misc]


def _at_rest(step: Any, *values: Any, **named: Any) -> Any:
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return step(*values, **named)
    finally:
        sys.settrace(tracer)
