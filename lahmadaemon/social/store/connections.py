"""Connections: sealed tokens, how each login stands, and what can be collected through it."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Row, and_, delete, select, update

from lahmadaemon.clock import Instant
from lahmadaemon.errors import HopelessError
from lahmadaemon.social.connections import Account, Checked, Connection, Pair, Provider, Standing, State
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store import accounts as behind
from lahmadaemon.social.store.resealing import Resealed, reseal_all
from lahmadaemon.social.store.sealing import Sealing
from lahmadaemon.social.store.tables import accounts, connections, logins
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert

_STANDING = [
    connections.c[name]
    for name in (
        "creator_id", "provider", "user_id", "username", "avatar_url", "scopes", "access_until", "refresh_until",
        "data_access_until", "issued_at", "generation", "refreshing_at", "state", "reason", "state_since", "checked_at",
    )
]  # fmt: skip


class ConnectionStore:
    """Whatever returns is durable. A pair of tokens is only ever replaced by one that names it."""

    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def connect(self, connection: Connection, seen: Sequence[Account]) -> None:
        """The creator has logged in: this pair is the newest, whatever refresh may still be under way.

        Raises ValueError for an account that is another creator's or another provider's.
        """
        creator_id, provider = connection.creator_id, connection.provider
        if strange := [e for e in seen if e.creator_id != creator_id or e.platform not in provider.platforms]:
            raise ValueError(f"the account {strange[0].account_id} is not of this connection")
        row = _row(connection) | self._sealed(connection.access, connection.refresh)
        async with self._store.write() as db:
            statement = upsert(db, connections).values(row)
            changed: dict[str, Any] = {name: statement.excluded[name] for name in row}
            changed["generation"] = connections.c.generation + 1
            keys = list(connections.primary_key)
            await db.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
            await behind.take_over(db, creator_id, provider.platforms, seen, self._seal)

    async def load(self, creator_id: int, provider: Provider) -> Connection | None:
        """With its tokens. Raises HopelessError where no key opens them."""
        async with self._store.read() as db:
            row = (await db.execute(select(connections).where(_one(creator_id, provider)))).first()
        if row is None:
            return None
        refresh = None if row.refresh is None else self._vault.open(row.refresh)
        return Connection(**_fields(row), access=self._vault.open(row.access), refresh=refresh)

    async def standings(self, creators: Collection[int] | None = None) -> list[Standing]:
        """How the connections of these creators (None: of all) stand, by creator and provider."""
        wanted = select(*_STANDING).order_by(connections.c.creator_id, connections.c.provider)
        if creators is not None:
            wanted = wanted.where(connections.c.creator_id.in_(creators))
        async with self._store.read() as db:
            return [Standing(**_fields(row)) for row in await db.execute(wanted)]

    async def accounts(self, creators: Collection[int] | None = None, *, chosen_only: bool = False) -> list[Account]:
        """Of these creators (None: of all). One whose page token no key opens comes without it."""
        async with self._store.read() as db:
            rows = await behind.of(db, creators, chosen_only=chosen_only)
        return [self._account(row) for row in rows]

    async def choose(self, creator_id: int, platform: Platform, account_id: str) -> bool:
        """That one of several is collected from now on; false where there is none such."""
        async with self._store.write() as db:
            return await behind.choose(db, creator_id, platform, account_id)

    async def begin_refresh(self, held: Standing, now: Instant) -> bool:
        """Before the request leaves: should its answer be lost, the next life knows. False: the pair is not that any more.

        The mark of an earlier refresh stays as it is.
        """
        same = _one(held.creator_id, held.provider), connections.c.generation == held.generation
        since = now if held.refreshing_at is None else held.refreshing_at
        return await self._changed(and_(*same), refreshing_at=since)

    async def end_refresh(self, held: Standing) -> None:
        """It surely did not happen, and the pair is as it was."""
        same = _one(held.creator_id, held.provider), connections.c.generation == held.generation
        await self._changed(and_(*same), refreshing_at=None)

    async def replace_pair(self, held: Standing, pair: Pair) -> bool:
        """The pair that a refresh gave. False: there is a newer one already, perhaps this very one."""
        same = and_(_one(held.creator_id, held.provider), connections.c.generation == held.generation)
        told = {
            "access_until": pair.access_until, "refresh_until": pair.refresh_until, "issued_at": pair.issued_at,
            "scopes": json.dumps(sorted(pair.scopes)), "generation": held.generation + 1, "refreshing_at": None,
            "checked_at": pair.issued_at,
        }  # fmt: skip
        if not held.ok:
            told |= {"state": State.OK.value, "reason": None, "state_since": pair.issued_at}
        return await self._changed(same, **told, **self._sealed(pair.access, pair.refresh))

    async def reauth(
        self, creator_id: int, provider: Provider, reason: str, now: Instant, *, generation: int | None = None
    ) -> bool:
        """The login is dead (with `generation`: if it still is that pair). False: nothing changed; the first reason stays."""
        that = and_(_one(creator_id, provider), connections.c.state == State.OK.value)
        if generation is not None:
            that = and_(that, connections.c.generation == generation)
        dead = {"state": State.REAUTH_REQUIRED.value, "reason": reason, "state_since": now}
        return await self._changed(that, **dead, checked_at=now)

    async def checked(self, held: Standing, now: Instant, said: Checked) -> bool:
        """The provider was asked about the login, and it lives. False: it is another by now."""
        same = and_(_one(held.creator_id, held.provider), connections.c.generation == held.generation)
        scopes = json.dumps(sorted(said.scopes))
        return await self._changed(same, checked_at=now, data_access_until=said.data_access_until, scopes=scopes)

    async def reseal_all(self) -> Resealed:
        """Every token under the newest key."""
        return await reseal_all(self._store, self._vault)

    async def forget(self, creator_id: int) -> None:
        """Everything of this creator's that is kept here. Who wants to revoke tokens does so before."""
        async with self._store.write() as db:
            for table in (accounts, connections, logins):
                await db.execute(delete(table).where(table.c.creator_id == creator_id))

    async def _changed(self, where: ColumnElement[bool], **values: Any) -> bool:
        async with self._store.write() as db:
            return (await db.execute(update(connections).where(where).values(values))).rowcount == 1

    def _seal(self, token: SecretStr) -> bytes:
        return self._vault.seal(token.get_secret_value())

    def _sealed(self, access: SecretStr, refresh: SecretStr | None) -> dict[str, bytes | None]:
        return {"access": self._seal(access), "refresh": None if refresh is None else self._seal(refresh)}

    def _account(self, row: Row[Any]) -> Account:
        fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        try:
            token = None if row.token is None else self._vault.open(row.token)
        except HopelessError:  # told once for all of them, where tokens are looked after
            token = None
        return Account(**fields | {"platform": Platform(row.platform), "token": token})


def _one(creator_id: int, provider: Provider) -> ColumnElement[bool]:
    return and_(connections.c.creator_id == creator_id, connections.c.provider == provider.value)


def _row(connection: Connection) -> dict[str, Any]:
    """All but the tokens, as of a login that was just made."""
    return {
        "creator_id": connection.creator_id, "provider": connection.provider.value, "user_id": connection.user_id,
        "username": connection.username, "avatar_url": connection.avatar_url,
        "scopes": json.dumps(sorted(connection.scopes)), "access_until": connection.access_until,
        "refresh_until": connection.refresh_until, "data_access_until": connection.data_access_until,
        "issued_at": connection.issued_at, "generation": 1, "refreshing_at": None, "state": State.OK.value,
        "reason": None, "state_since": connection.issued_at, "checked_at": connection.issued_at,
    }  # fmt: skip


def _fields(row: Row[Any]) -> dict[str, Any]:
    told = row._asdict()
    fields: dict[str, Any] = {column.name: told[column.name] for column in _STANDING}
    return fields | {
        "provider": Provider(row.provider), "state": State(row.state), "scopes": frozenset(json.loads(row.scopes)),
    }  # fmt: skip
