"""How the store itself is: how large, of which schema."""

from dataclasses import dataclass

from sqlalchemy import text

from lahmadaemon.store.database import Store
from lahmadaemon.store.migrating import current


@dataclass(frozen=True)
class Standing:
    """`kind`: sqlite or postgresql; `size`: bytes."""

    kind: str
    size: int | None
    revision: str | None


_SIZES = {
    "sqlite": "select page_count * page_size from pragma_page_count(), pragma_page_size()",
    "postgresql": "select pg_database_size(current_database())",
}


async def standing(store: Store) -> Standing:
    """As it is now; the log that SQLite keeps beside its file is not counted."""
    async with store.read() as connection:
        kind = connection.dialect.name
        size: int | None = await connection.scalar(text(_SIZES[kind]))
        return Standing(kind, size, await connection.run_sync(current))
