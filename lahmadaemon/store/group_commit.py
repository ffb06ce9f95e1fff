"""Group commit: what comes while a transaction is under way goes together in the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class GroupCommit(Generic[T]):
    """One transaction costs as much as a hundred rows, so that those who write side by side share theirs.

    `write` makes what it is given durable, in one transaction, and may be called again with what has landed.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write = write
        self._turn = asyncio.Lock()
        self._group: list[T] = []
        """Those that wait for the next one."""

    async def commit(self, items: Sequence[T]) -> None:
        """When it returns, they are durable. Raises what `write` raised; others of the group then try it themselves."""
        group = self._group
        group += items
        async with self._turn:
            if not group:  # somebody of the same group had the turn before
                return
            if group is self._group:
                self._group = []
            await self._write(tuple(group))
            group.clear()
