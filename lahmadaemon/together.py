"""Coroutines side by side: the first that fails ends the others, and its error is raised. And threads beside them."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

HANDOVER = 0.001
"""Seconds after which a thread that reckons hands Python on to the loop. By default it is five times as long, for which every
step of a poll to a thread and back would wait, and every cheap answer."""


async def together(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each returns, in their order. None of them runs on after this has come back."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine) for coroutine in coroutines]
    except BaseExceptionGroup as several:
        raise _first(several) from several
    return [task.result() for task in tasks]


def _first(several: BaseExceptionGroup[BaseException]) -> BaseException:
    error = several.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
