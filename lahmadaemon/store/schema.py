"""The one metadata all rooms' tables belong to, and the shared column types."""

from sqlalchemy import BigInteger, LargeBinary, MetaData, Table
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


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert:
    """An INSERT that can say ON CONFLICT, in the dialect of the connection; both speak the same words."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # the same methods, no common base
    return sqlite.insert(table)
