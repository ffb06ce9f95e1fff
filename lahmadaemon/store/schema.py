"""The one metadata all rooms' tables belong to, and the shared column types."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, LargeBinary, MetaData, Table, and_, false, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

Moment = BigInteger
"""An instant: milliseconds since 1970 UTC."""
Digest = LargeBinary
"""A keyed hash."""


def among(columns: tuple[Column[Any], Column[Any]], keys: Iterable[tuple[Any, Any]]) -> ColumnElement[bool]:
    """Whether a row's two columns, the first of an index, are one of these pairs.

    For a list of pairs, or of alternatives, SQLite would go through all rows; the first two terms are what it finds them by.
    """
    by_first: defaultdict[Any, list[Any]] = defaultdict(list)
    for one, other in keys:
        by_first[one].append(other)
    first, second = columns
    pairs = [and_(first == one, second.in_(others)) for one, others in by_first.items()]
    return and_(first.in_(by_first), second.in_(list(chain(*by_first.values()))), or_(false(), *pairs))


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert:
    """An INSERT that can say ON CONFLICT, in the dialect of the connection; both speak the same words."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # the same methods, no common base
    return sqlite.insert(table)


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert rows (values in the order of the table's columns), passing over keys that exist; how many were new.

    The driver gets its tuples as they are: with SQLAlchemy's own dressing a row of seven values costs twice as much.
    """
    if not rows:
        return 0
    statement = upsert(connection, table).on_conflict_do_nothing()
    if connection.dialect.name == "sqlite":
        result = await connection.exec_driver_sql(str(statement.compile(dialect=connection.dialect)), list(rows))
    else:
        result = await connection.execute(
            statement, [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
        )
    return result.rowcount
