"""How a run of the collector went, in one line: for `social refresh --wait` and for `once social.collect`."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lahmadaemon.commands.social import words
from lahmadaemon.store.database import Store

if TYPE_CHECKING:
    from lahmadaemon.social.store.runs import Run
    from lahmadaemon.web.social.shapes.runs import Outcome, RunInFull

MOST_REASONS = 3


async def newest(store: Store, service: str) -> "RunInFull | None":
    """The newest run of the service; None for services that do no runs, or have done none yet."""
    from lahmadaemon.social.store.runs import COLLECT, STORIES, RunStore
    from lahmadaemon.web.social.shapes.runs import run_in_full

    kind = {"social.collect": COLLECT, "social.stories": STORIES}.get(service)
    runs = RunStore(store)
    run: Run | None = await runs.newest(kind) if kind else None
    return run_in_full(run, await runs.results(run.run_id)) if run else None


def summary(run: "RunInFull") -> str:
    """4 accounts: 2 ok, 1 partial, 1 skipped; 31 posts, 9 requests; 1x the creator must log in again"""
    results = Counter(each.result.value for each in run.results)
    fared = ", ".join(f"{results[name]:,} {name}" for name in ("ok", "partial", "skipped") if results[name])
    many = f"{run.accounts:,} account{'' if run.accounts == 1 else 's'}"
    if not run.accounts:
        return f"nobody was to be asked{f'; {run.problem}' if run.problem else ''}"
    read = f"{sum(each.posts for each in run.results):,} posts, {sum(each.asks for each in run.results):,} requests"
    parts = [f"{many}: {fared or 'none done'}", read, *_commonest(run.results)]
    return "; ".join([*parts, run.problem] if run.problem else parts)


def _commonest(results: Sequence["Outcome"]) -> list[str]:
    """What was missing most often."""
    counted = Counter(reason for each in results for reason in words.reasons(each.reason))
    told = [f"{many:,}x {reason}" for reason, many in counted.most_common(MOST_REASONS)]
    return told + ([f"and {len(counted) - MOST_REASONS} other"] if len(counted) > MOST_REASONS else [])
