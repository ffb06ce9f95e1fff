"""What was learnt, kept over a restart."""

from pathlib import Path

from sqlalchemy import insert, select

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.store import load, save
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.tables import accounts, metrics
from tests.fakes.stores import new_store
from tests.social.meta.walking import NOW


async def test_verdicts_come_back_for_the_version_they_were_learnt_of(tmp_path: Path) -> None:
    async with new_store(tmp_path / "x.db") as store:
        lessons = Lessons(await load(store, "v23.0", NOW))
        lessons.matrix = lessons.matrix.learnt(Product.REELS, "views", supported=False, now=NOW)
        for _ in range(2):
            await save(store, lessons, NOW)

        assert (await load(store, "v23.0", NOW)) == lessons.matrix
        assert (await load(store, "v24.0", NOW)).verdicts == {}


async def test_old_verdicts_go(tmp_path: Path) -> None:
    async with new_store(tmp_path / "x.db") as store:
        lessons = Lessons(await load(store, "v23.0", NOW))
        lessons.matrix = lessons.matrix.learnt(Product.REELS, "views", supported=False, now=NOW)
        await save(store, lessons, NOW)
        later = Instant(NOW + 8 * DAY)

        assert (await load(store, "v23.0", later)).verdicts == {}
        await save(store, lessons, later)
        async with store.read() as connection:
            assert (await connection.execute(select(metrics))).all() == []


async def test_page_sizes_stand_with_their_accounts(tmp_path: Path) -> None:
    async with new_store(tmp_path / "x.db") as store:
        async with store.write() as connection:
            for account in ("1", "2"):
                row = {"creator_id": 7, "platform": "instagram", "account_id": account, "chosen": True}
                await connection.execute(insert(accounts).values(row))
        lessons = Lessons(await load(store, "v23.0", NOW))
        lessons.sizes[Platform.INSTAGRAM, "2"] = 12
        await save(store, lessons, NOW)

        async with store.read() as connection:
            rows = await connection.execute(select(accounts.c.account_id, accounts.c.page_size).order_by("account_id"))
            assert [tuple(row) for row in rows] == [("1", None), ("2", 12)]
