"""The store's health, seen from beside."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from lahmadaemon.checking.data import store
from lahmadaemon.checking.finding import Finding
from lahmadaemon.clock import SystemClock
from lahmadaemon.store.migrating import head, migrate
from tests.checking.settings import amiss
from tests.fakes.clock import FakeClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "lahmadaemon.db"
    migrate(url(path))
    return path


def url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


async def looked(path: Path) -> list[Finding]:
    return await store(url(path), SystemClock())


def changed(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(sql)
        connection.commit()


async def test_a_good_store_says_its_schema_its_size_and_that_its_pages_are_whole(path: Path) -> None:
    before = path.read_bytes()

    found = await looked(path)

    assert amiss(found) == []
    assert [each.said.split(",")[0] for each in found[:2]] == [f"schema {head()}", "its pages are whole"]
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


async def test_no_store_yet_is_no_trouble_and_none_is_made(tmp_path: Path) -> None:
    assert amiss(await looked(tmp_path / "none.db")) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "level"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "broken"),
        ("UPDATE alembic_version SET version_num = '0001'", "-"),
        ("DROP TABLE alembic_version", "broken"),
    ],
)
async def test_a_store_of_another_version_is_called_so(path: Path, sql: str, level: str) -> None:
    changed(path, sql)

    assert (await looked(path))[0].level.value == level


async def test_a_damaged_store_is_broken_and_says_how_to_get_it_back(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(content)

    found = await looked(path)
    assert any(each.level.value == "broken" and "restore a backup" in each.todo for each in found)


async def test_a_file_that_is_no_database_is_broken(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, " * 100)

    assert amiss(await looked(tmp_path / "text.db")) == [("broken", "store")]


async def test_an_emptied_file_is_not_taken_for_a_new_store(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    assert ("broken", "store") in amiss(await looked(tmp_path / "empty.db"))


async def test_a_store_that_is_too_large_to_be_looked_through_is_left_alone(path: Path) -> None:
    class Hurried(FakeClock):
        """Ten seconds between any two looks at it."""

        def monotonic(self) -> float:
            self._elapsed += 11.0
            return self._elapsed

    changed(
        path,
        "CREATE TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n LIMIT 60000) SELECT i FROM n",
    )

    found = await store(url(path), Hurried())
    assert any(each.said.startswith("too large") for each in found)
