"""Runs a function in a process of its own, so that the memory its libraries take is given back when it is done."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_DEAF = (signal.SIGINT, signal.SIG_IGN)


async def elsewhere(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the function returns. It, its arguments and its answer must be picklable; its errors are raised here."""
    return await asyncio.to_thread(_there, partial(function, *args, **kwargs))


def _there(job: Callable[[], T]) -> T:
    # Ctrl-C goes to every process of a terminal; when to stop is the daemon's affair.
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=signal.signal, initargs=_DEAF) as worker:
        return worker.submit(job).result()
