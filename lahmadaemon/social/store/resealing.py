"""Every sealed token under the newest key, so that older keys may go."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, and_, select, update

from lahmadaemon.errors import HopelessError
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.sealing import Sealing
from lahmadaemon.social.store.tables import accounts, connections
from lahmadaemon.store.database import Store

_SEALED = ((connections, "access"), (connections, "refresh"), (accounts, "token"))


@dataclass(frozen=True)
class Resealed:
    """`tokens`: all there are; `changed`: newly sealed; `unopened`: by no key; `lost`: the connections these belong to."""

    tokens: int
    changed: int
    unopened: int
    lost: frozenset[tuple[int, Provider]]

    @property
    def hopeless(self) -> bool:
        """Not one of them opens: it is the key that is wrong, not a login."""
        return self.tokens > 0 and self.unopened == self.tokens


async def reseal_all(store: Store, vault: Sealing) -> Resealed:
    """A token that was replaced meanwhile stays as it was written, under the newest key. Done twice it is as done once."""
    tokens = changed = unopened = 0
    lost: set[tuple[int, Provider]] = set()
    for table, name in _SEALED:
        column, keys = table.c[name], list(table.primary_key)
        async with store.read() as db:
            rows = list(await db.execute(select(*keys, column).where(column.is_not(None))))
        # a thousand tokens are a tenth of a second of arithmetic
        made = await asyncio.to_thread(_made, vault, [row[-1] for row in rows])
        tokens += len(rows)
        renewed = [(row, new) for row, new in zip(rows, made, strict=True) if isinstance(new, bytes)]
        changed += len(renewed)
        unopened += sum(isinstance(new, HopelessError) for new in made)
        lost |= {_whose(row) for row, new in zip(rows, made, strict=True) if isinstance(new, HopelessError)}
        if renewed:
            await _write(store, table, column, renewed)
    return Resealed(tokens, changed, unopened, frozenset(lost))


def _made(vault: Sealing, sealed: Iterable[bytes]) -> list[bytes | HopelessError | None]:
    def one(token: bytes) -> bytes | HopelessError | None:
        try:
            return vault.reseal(token)
        except HopelessError as error:
            return error

    return [one(token) for token in sealed]


def _whose(row: Any) -> tuple[int, Provider]:
    if hasattr(row, "provider"):
        return row.creator_id, Provider(row.provider)
    return row.creator_id, Provider.of(Platform(row.platform))


async def _write(store: Store, table: Table, column: Column[Any], renewed: Iterable[tuple[Any, bytes]]) -> None:
    async with store.write() as db:
        for row, new in renewed:
            same = and_(*(key == value for key, value in zip(table.primary_key, row, strict=False)), column == row[-1])
            await db.execute(update(table).where(same).values({column: new}))
