"""What goes when a creator leaves a provider."""

from sqlalchemy import delete

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.store.tables import accounts, connections, logins
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
