"""Where the data is kept."""

from importlib.util import find_spec
from pathlib import Path

from pydantic import Field, field_validator
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from lahmadaemon.configuration import Group

FILE_NAME = "lahmadaemon.db"


class StoreSettings(Group):
    """`LAHMA_STORE__…`"""

    url: str | None = Field(
        None, description="Where data is kept (default: a SQLite file in the state folder), or postgresql://…"
    )

    @field_validator("url")
    @classmethod
    def _known_kind(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            known = make_url(url)
            backend = known.get_backend_name()
        except ArgumentError:
            backend = "nothing known"
        if backend not in {"sqlite", "postgresql"}:
            raise ValueError("write sqlite:///path/to/file.db or postgresql://user@host/name")
        if backend == "sqlite" and (known.host or not known.database or known.database.startswith((":", "file:"))):
            raise ValueError("write sqlite:/// and the path of a file; what is kept in memory only would be lost")
        if backend == "postgresql" and find_spec("psycopg") is None:
            raise ValueError("PostgreSQL needs its driver: install lahmadaemon[postgresql]")
        return url

    def resolved(self, state_folder: Path) -> URL:
        """The database's URL, without a driver."""
        if self.url is None:
            return URL.create("sqlite", database=str((state_folder / FILE_NAME).absolute()))
        url = make_url(self.url)
        return url.set(drivername=url.get_backend_name())
