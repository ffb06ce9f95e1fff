"""Schemas of a PostgreSQL server for tests: empty ones, and migrated ones, which are emptied and used again."""

from uuid import uuid4

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from lahmadaemon.store.engines import migrator
from tests.fakes.stores import begin_migrated, is_migrated

_SHAPE = text("""
    SELECT md5(string_agg(concat_ws(' ', relname, relkind, relchecks, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum))
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = CAST(CAST(:name AS text) AS regnamespace)
""")
_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = :name AND tablename != 'alembic_version'")


class Schemas:
    """Those of one server."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._engine = migrator(server)
        self._spare: list[str] = []
        self._shapes: dict[str, str] = {}
        """Of the migrated ones, what they are like."""

    def url(self, name: str) -> URL:
        return self._server.update_query_dict({"options": f"-csearch_path={name}"})

    def make(self) -> str:
        """An empty one."""
        name = f"test_{uuid4().hex}"
        with self._engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        return name

    def take(self) -> str:
        """A migrated one with nothing in it."""
        if self._spare:
            name = self._spare.pop()
            is_migrated(self.url(name))
            return name
        name = self.make()
        begin_migrated(self.url(name))
        with self._engine.begin() as connection:
            self._shapes[name] = connection.execute(_SHAPE, {"name": name}).scalar_one()
        return name

    def give_back(self, name: str) -> None:
        """For the next one, if it is what it was but for its rows."""
        if name not in self._shapes:
            self.drop(name)
            return
        with self._engine.begin() as connection:
            tables = self._locked(connection, name)
            as_it_was = connection.execute(_SHAPE, {"name": name}).scalar() == self._shapes[name]
            if as_it_was:
                self._empty(connection, tables)
        if as_it_was:
            self._spare.append(name)
        else:
            self.drop(name)

    def _locked(self, connection: Connection, name: str) -> list[str]:
        """All its tables, by somebody who can be sure to be alone with them."""
        self._be_brief(connection)
        tables = [f"{name}.{table}" for table in connection.execute(_TABLES, {"name": name}).scalars()]
        if tables:
            connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"))
        return tables

    def _empty(self, connection: Connection, tables: list[str]) -> None:
        asked = ", ".join(f"EXISTS(SELECT FROM {table})" for table in tables)
        answers = connection.execute(text(f"SELECT {asked}")).one()
        if full := [table for table, answer in zip(tables, answers, strict=True) if answer]:
            connection.execute(text(f"TRUNCATE {', '.join(full)} RESTART IDENTITY CASCADE"))

    def drop(self, name: str) -> None:
        with self._engine.begin() as connection:
            self._be_brief(connection)
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))

    def _be_brief(self, connection: Connection) -> None:
        """A transaction left open makes a red test, not a hanging one."""
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))

    def close(self) -> None:
        for name in self._spare:
            self.drop(name)
        self._engine.dispose()
