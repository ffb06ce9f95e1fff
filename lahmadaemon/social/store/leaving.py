"""What goes when a creator leaves a provider, or is forgotten, and no store of its own takes away."""

from sqlalchemy import delete, select, tuple_

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.store.tables import accounts, connections, logins, profiles
from lahmadaemon.store.database import Store


async def disconnect(store: Store, creator_id: int, provider: Provider) -> bool:
    """Remove a creator's connection, the accounts behind it, and logins under way; whether there was one. Posts stay."""
    platforms = [platform.value for platform in provider.platforms]
    async with store.write() as connection:
        its = connections.c.creator_id == creator_id, connections.c.provider == provider.value
        there = (await connection.execute(delete(connections).where(*its))).rowcount > 0
        begun = logins.c.creator_id == creator_id, logins.c.provider == provider.value
        await connection.execute(delete(logins).where(*begun))
        behind = accounts.c.creator_id == creator_id, accounts.c.platform.in_(platforms)
        await connection.execute(delete(accounts).where(*behind))
    return there


async def forget_readings(store: Store, creator_id: int) -> None:
    """Remove the counts of followers of a creator's accounts, but for those that are another creator's as well."""
    columns = accounts.c.platform, accounts.c.account_id
    own = select(*columns).where(accounts.c.creator_id == creator_id)
    others = select(*columns).where(accounts.c.creator_id != creator_id)
    read = tuple_(profiles.c.platform, profiles.c.account_id)
    async with store.write() as connection:
        await connection.execute(delete(profiles).where(read.in_(own), read.not_in(others)))
