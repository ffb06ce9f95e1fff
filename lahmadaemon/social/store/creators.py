"""The creators as the Creators app has them. The id is the identity: addresses change, are missing, or are shared."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import Instant
from lahmadaemon.social.store.changes import Changes, compare
from lahmadaemon.social.store.tables import creators, involved
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert


@dataclass(frozen=True)
class Creator:
    """A person. `handle`: an Instagram name that somebody gave us, to look at who is not connected."""

    id: int
    email: str | None
    handle: str | None
    first_seen_at: Instant
    gone_at: Instant | None
    """When the Creators app stopped naming them: nothing of theirs is collected, what was stays."""

    @property
    def here(self) -> bool:
        return self.gone_at is None


def email_key(email: str | None) -> str | None:
    """By which addresses are compared: mail servers that tell cases apart are history."""
    return None if email is None else unicodedata.normalize("NFC", email.strip().casefold()) or None


class CreatorStore:
    """All creators there ever were, but for those forgotten."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def take(
        self, emails: Mapping[int, str | None], now: Instant, *, unread: Collection[int] = (), whole: bool = True
    ) -> Changes:
        """A list, in one transaction; `unread` and `whole` as `compare` has them. Who is not on it is gone, and may return."""
        async with self._store.write() as connection:
            known = {row.creator_id: row for row in await connection.execute(select(creators))}
            changes = compare(
                {number: row.gone_at is None for number, row in known.items()},
                {number: number not in known or known[number].email != email for number, email in emails.items()},
                unread=unread, whole=whole,
            )  # fmt: skip
            here = sorted({*changes.new, *changes.changed, *changes.returned})
            rows = [_row(number, emails[number], now, None) for number in here]
            rows += [_row(number, known[number].email, now, now) for number in changes.gone]
            await _put(connection, rows)
        return changes

    async def by_id(self, creator_id: int) -> Creator | None:
        """Gone or not."""
        return await self._first(select(creators).where(creators.c.creator_id == creator_id))

    async def by_email(self, email: str) -> Creator | None:
        """Whoever has this address, written in whichever case, and is not gone; of several the one with the lowest id."""
        key = email_key(email)
        if key is None:
            return None
        here = creators.c.email_key == key, creators.c.gone_at.is_(None)
        return await self._first(select(creators).where(*here).order_by(creators.c.creator_id).limit(1))

    async def all(self) -> list[Creator]:
        """By id, those who are gone as well."""
        async with self._store.read() as connection:
            return [_creator(row) for row in await connection.execute(select(creators).order_by(creators.c.creator_id))]

    async def set_handle(self, creator_id: int, handle: str | None) -> bool:
        """Give an Instagram name, with or without its @, or take it back. False: there is no such creator."""
        name = (handle or "").strip().removeprefix("@") or None
        async with self._store.write() as connection:
            given = update(creators).where(creators.c.creator_id == creator_id).values(handle=name)
            return (await connection.execute(given)).rowcount > 0

    async def forget(self, creator_id: int) -> None:
        """Remove the creator, and whom they work for; a Creators app that still names them brings them back, as new."""
        async with self._store.write() as connection:
            await connection.execute(delete(involved).where(involved.c.creator_id == creator_id))
            await connection.execute(delete(creators).where(creators.c.creator_id == creator_id))

    async def _first(self, query: Select[Any]) -> Creator | None:
        async with self._store.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _creator(row) if row else None


async def _put(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = upsert(connection, creators)
        names = ("email", "email_key", "gone_at")
        later = statement.on_conflict_do_update(
            index_elements=[creators.c.creator_id], set_={name: statement.excluded[name] for name in names}
        )
        await connection.execute(later, rows)


def _row(number: int, email: str | None, now: Instant, gone_at: Instant | None) -> dict[str, Any]:
    return {
        "creator_id": number, "email": email, "email_key": email_key(email), "first_seen_at": now, "gone_at": gone_at,
    }  # fmt: skip


def _creator(row: Row[Any]) -> Creator:
    return Creator(row.creator_id, row.email, row.handle, row.first_seen_at, row.gone_at)
