"""Accounts behind connections, one transaction at a time: what a new login shows is taken over, what was learnt stays."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.social.connections import Account, with_choices
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.tables import accounts
from lahmadaemon.store.schema import among, upsert

TOLD = ("page_id", "username", "name", "avatar_url", "token", "chosen")
"""What a login tells; the other columns are the collector's."""


async def take_over(
    connection: AsyncConnection, creator_id: int, platforms: Collection[Platform], seen: Sequence[Account], seal: Any
) -> None:
    """These are the accounts now: others of the same platforms go, a choice made before is kept while its account is there.

    `seal` makes bytes of a token.
    """
    ours = accounts.c.creator_id == creator_id, accounts.c.platform.in_([each.value for each in platforms])
    columns = accounts.c.platform, accounts.c.account_id
    before = {
        (Platform(row.platform), row.account_id): row.chosen
        for row in await connection.execute(select(*columns, accounts.c.chosen).where(*ours))
    }
    if gone := [(platform.value, number) for platform, number in before.keys() - {each.key for each in seen}]:
        await connection.execute(delete(accounts).where(accounts.c.creator_id == creator_id, among(columns, gone)))
    statement = upsert(connection, accounts)
    changed = {name: statement.excluded[name] for name in TOLD}
    rows = [
        {
            "creator_id": creator_id, "platform": each.platform.value, "account_id": each.account_id,
            "page_id": each.page_id, "username": each.username, "name": each.name, "avatar_url": each.avatar_url,
            "token": each.token and seal(each.token), "chosen": each.chosen, "page_size": each.page_size,
        }
        for each in with_choices(seen, [key for key, chosen in before.items() if chosen])
    ]  # fmt: skip
    if rows:
        statement = statement.on_conflict_do_update(index_elements=list(accounts.primary_key), set_=changed)
        await connection.execute(statement, rows)


async def choose(connection: AsyncConnection, creator_id: int, platform: Platform, account_id: str) -> bool:
    """That one of the platform's is collected from now on; false where there is none such, and nothing changes."""
    ours = accounts.c.creator_id == creator_id, accounts.c.platform == platform.value
    there = select(accounts.c.account_id).where(*ours, accounts.c.account_id == account_id)
    if await connection.scalar(there) is None:
        return False
    await connection.execute(update(accounts).where(*ours).values(chosen=accounts.c.account_id == account_id))
    return True


async def of(connection: AsyncConnection, creators: Collection[int] | None, *, chosen_only: bool) -> Iterable[Row[Any]]:
    """Rows of these creators (None: of all), in an order that stays."""
    wanted = select(accounts).order_by(accounts.c.creator_id, accounts.c.platform, accounts.c.account_id)
    if creators is not None:
        wanted = wanted.where(accounts.c.creator_id.in_(creators))
    if chosen_only:
        wanted = wanted.where(accounts.c.chosen)
    return await connection.execute(wanted)
