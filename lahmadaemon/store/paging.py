"""The newest rows of several owners and states, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, and_, literal, or_, select, union_all

from lahmadaemon.store.database import Store


@dataclass(frozen=True)
class Newest:
    """The columns of an index by which a table is told: whose a row is, its state, its moment, what parts rows of one."""

    whose: Column[str]
    state: Column[str]
    at: Column[int]
    last: Column[Any]

    async def page(
        self,
        store: Store,
        whose: Collection[str],
        states: Collection[str],
        before: tuple[int, str, Any] | None,
        most: int,
    ) -> Sequence[Any]:
        """At most so many, the newest first, all of them before the place (at, whose, last). Each branch reads no more of the index
        than it tells."""
        branches = [self._branch(one, state, before, most) for one in whose for state in states]
        if not branches:
            return []
        async with store.read() as connection:
            rows = (await connection.execute(union_all(*branches))).all()
        return sorted(rows, key=self._place, reverse=True)[:most]

    def _branch(self, one: str, state: str, before: tuple[int, str, Any] | None, most: int) -> Any:
        mine = and_(self.whose == one, self.state == state)
        if before is not None:
            at, whose, last = before
            same = self.last < last if one == whose else literal(one < whose)
            mine = and_(mine, self.at <= at, or_(self.at < at, same))
        newest = select(self.whose.table).where(mine).order_by(self.at.desc(), self.last.desc()).limit(most)
        return select(newest.subquery())

    def _place(self, row: Row[Any]) -> tuple[Any, ...]:
        return tuple(getattr(row, column.name) for column in (self.at, self.whose, self.last))
