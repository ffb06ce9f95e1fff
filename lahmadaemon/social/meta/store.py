"""What was learnt of Meta, kept from one run to the next: which metrics there are, and how long lists may be."""

from sqlalchemy import delete, select, update

from lahmadaemon.clock import Instant
from lahmadaemon.social.meta.metrics import Lessons, Matrix, Verdict
from lahmadaemon.social.store.tables import accounts, metrics
from lahmadaemon.store.database import Store
from lahmadaemon.store.schema import upsert


async def load(store: Store, version: str, now: Instant) -> Matrix:
    """The verdicts on this version that still hold."""
    chosen = select(metrics).where(metrics.c.version == version, metrics.c.until > now)
    async with store.read() as connection:
        rows = await connection.execute(chosen)
        verdicts = [Verdict(row.product, row.metric, row.supported, row.until) for row in rows]
    return Matrix(version, {(each.product, each.metric): each for each in verdicts})


async def save(store: Store, lessons: Lessons, now: Instant) -> None:
    """What a run has learnt. Verdicts that no longer hold go; page sizes go to their accounts."""
    matrix = lessons.matrix.at(now)
    rows = [
        {"version": matrix.version, "product": each.product, "metric": each.metric, "supported": each.supported,
         "until": each.until}
        for each in matrix.verdicts.values()
    ]  # fmt: skip
    async with store.write() as connection:
        await connection.execute(delete(metrics).where(metrics.c.until <= now))
        if rows:
            statement = upsert(connection, metrics)
            told = {name: statement.excluded[name] for name in ("supported", "until")}
            await connection.execute(
                statement.on_conflict_do_update(index_elements=list(metrics.primary_key), set_=told), rows
            )
        for (platform, account_id), size in lessons.sizes.items():
            where = accounts.c.platform == platform.value, accounts.c.account_id == account_id
            await connection.execute(update(accounts).where(*where).values(page_size=size))
