"""Where recipients live on Telegram, kept: asking for a name at every start would soon be asked too much."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Table, Text, delete, select

from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import metadata, upsert

peers = Table(
    "alert_peers",
    metadata,
    Column("recipient", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("peer", BigInteger, nullable=False),
    Column("access_hash", BigInteger, nullable=False),
)


@dataclass(frozen=True)
class Address:
    """A recipient as Telegram knows it: `kind` is user, chat or channel; the hash is our account's key to it."""

    kind: str
    peer: int
    access_hash: int = 0


class PeerStore:
    """What was found out about recipients."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, recipient: str) -> Address | None:
        """Where the recipient was found last."""
        query = select(peers.c.kind, peers.c.peer, peers.c.access_hash).where(peers.c.recipient == recipient)
        async with self._store.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Address(*row) if row else None

    async def keep(self, recipient: str, address: Address) -> None:
        """The recipient is here now."""
        async with self._store.write() as connection:
            statement = upsert(connection, peers).on_conflict_do_update(
                index_elements=[peers.c.recipient], set_=vars(address)
            )
            await connection.execute(statement, [{"recipient": recipient, **vars(address)}])

    async def forget(self, recipient: str) -> None:
        """The recipient is not there any more."""
        async with self._store.write() as connection:
            await connection.execute(delete(peers).where(peers.c.recipient == recipient))
