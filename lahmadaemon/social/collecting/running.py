"""One run: the accounts that are due are walked side by side, provider beside provider, a thousand of each at a time."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from secrets import token_hex
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.clock import Clock, Instant, local
from lahmadaemon.social.collecting.keeping import RunKeeper, Stores
from lahmadaemon.social.collecting.planning import Live, Planned
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.driving import Driver, Errand
from lahmadaemon.social.matching import links
from lahmadaemon.social.posts import Post
from lahmadaemon.social.store.collectable import Collectable
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.social.store.runs import STORIES, Run
from lahmadaemon.social.walk import Task, Walk
from lahmadaemon.together import together

log = structlog.get_logger()

TOGETHER = 1000
"""Accounts of one provider whose posts are known to memory at once. The last batch of each thousand may be a small one."""
TOLD_EVERY = 10
"""Percent between two lines of the log."""

Watcher = Callable[[int, int], None]
"""Is told how many accounts are done, and of how many."""


class Walking(Protocol):
    """Knows the platforms: whom they can be asked for, by which walk, and who drives it."""

    @property
    def drivers(self) -> Mapping[Provider, Driver]: ...

    def reaches(self, account: Collectable) -> bool: ...

    def walk(self, account: Collectable, task: Task) -> Walk: ...


def new_run(kind: str, now: Instant) -> Run:
    """A run with a name of its own, which sorts by time."""
    return Run(f"{local(now, UTC):%Y%m%dT%H%M%SZ}-{token_hex(4)}", kind, now)


@dataclass(frozen=True)
class Runner:
    """Does runs."""

    stores: Stores
    reader: PostReader
    walking: Walking
    clock: Clock
    zone: ZoneInfo
    learnt: Callable[[], Awaitable[None]]
    """Keeps what walks have learnt of the platforms."""

    async def do(
        self, run: Run, planned: Sequence[Planned], live: Live, stopping: Callable[[], bool], watch: Watcher
    ) -> Run:
        """All of it, or until `stopping`; what was kept until then stays. Returns the run as it ended."""
        run = replace(run, accounts=len(planned))
        await self.stores.runs.begin(run)
        log.info("social.run_began", run=run.run_id, kind=run.kind, accounts=run.accounts)
        watch(0, run.accounts)
        keeper = RunKeeper(self.stores, self.clock, self.zone, run, live, _progress(watch))
        problem: str | None = "it was broken off"
        try:
            await together(
                self._side(provider, some, live, keeper, stopping) for provider, some in _by_provider(planned).items()
            )
            problem = "the daemon was asked to stop" if stopping() else None
        finally:
            run = replace(keeper.run, ended_at=self.clock.now(), problem=problem)
            await self.stores.runs.end(run)
            log.info("social.run_ended", run=run.run_id, done=run.done, accounts=run.accounts, problem=problem)
        return run

    async def _side(
        self,
        provider: Provider,
        planned: Sequence[Planned],
        live: Live,
        keeper: RunKeeper,
        stopping: Callable[[], bool],
    ) -> None:
        """One provider's accounts: nobody waits for the other's allowance."""
        for start in range(0, len(planned), TOGETHER):
            if not stopping():
                errands = await self._errands(planned[start : start + TOGETHER], live, keeper)
                await self.walking.drivers[provider].drive(errands, keeper, stopping)
                await self.learnt()

    async def _errands(self, planned: Sequence[Planned], live: Live, keeper: RunKeeper) -> list[Errand]:
        errands = []
        since = min(each.look.horizon for each in planned)
        known = await self.reader.known(
            {each.account.key for each in planned}, since, stories=keeper.run.kind == STORIES
        )
        for each in planned:
            account = each.account
            task = self._task(each, live, *known[account.key])
            walk = self.walking.walk(account, task)
            errand = Errand(
                account.creator_id, account.platform, account.account_id, walk, account.token, account.generation
            )
            errands.append(errand)
            if each.look.complete:
                keeper.horizons[errand] = each.look.horizon
        return errands

    def _task(self, planned: Planned, live: Live, ids: set[str], tracked: Mapping[str, Instant]) -> Task:
        account, horizon = planned.account, planned.look.horizon
        campaigns = live.get(account.creator_id, ())

        def wanted(post: Post) -> bool:
            return bool(links(post, campaigns))

        # what is known ends a look early only where an earlier one saw all there was
        whole_before = account.walked_from is not None and account.walked_from <= horizon
        return Task(
            account.creator_id, account.platform, account.account_id, horizon, self.clock.now(), wanted,
            tracked={key: at for key, at in tracked.items() if at >= horizon},
            known=frozenset(ids) if whole_before else frozenset(),
            scopes=account.scopes, with_profile=planned.look.complete,
        )  # fmt: skip


def _by_provider(planned: Iterable[Planned]) -> dict[Provider, list[Planned]]:
    """Each provider's, in their order."""
    found: defaultdict[Provider, list[Planned]] = defaultdict(list)
    for each in planned:
        found[each.account.provider].append(each)
    return found


def _progress(watch: Watcher) -> Callable[[Run], None]:
    """Tells the watcher of every step, the log of every tenth part."""
    told = 0

    def tell(run: Run) -> None:
        nonlocal told
        watch(run.done, run.accounts)
        percent = 100 * run.done // max(1, run.accounts)
        if percent >= told + TOLD_EVERY and run.done < run.accounts:
            told = percent - percent % TOLD_EVERY
            log.info("social.run_goes_on", run=run.run_id, done=run.done, accounts=run.accounts, percent=percent)

    return tell
