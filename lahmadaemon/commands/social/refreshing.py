"""`lahmadaemon social refresh`: has the running daemon collect now, and looks how it goes."""

import argparse
import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from lahmadaemon import terminal
from lahmadaemon.clock import Clock, SystemClock
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.commands.social.naming import CREATOR, creator_named, number
from lahmadaemon.commands.social.opening import reading
from lahmadaemon.commands.social.summary import summary
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs
    from lahmadaemon.commands.social.window import Window
    from lahmadaemon.web.social.shapes.runs import Run, RunInFull

LOOK_EVERY = 1.0


def add_to(verbs: "Verbs") -> None:
    """refresh"""
    asking = add(verbs, "refresh", refresh, "have the running daemon collect now; exit code 1 where that breaks off")
    asking.add_argument("--campaign", type=number, metavar="ID", help="those who take part in this campaign")
    asking.add_argument("--creator", metavar="CREATOR", help=f"this creator only: {CREATOR}")
    asking.add_argument("--wait", action="store_true", help="until it is done")
    asking.add_argument("--json", action="store_true", help="for programs: the run, as the API tells it")


def refresh(loaded: Loaded, options: argparse.Namespace) -> int:
    """Over the window, as any client would."""
    run = asyncio.run(_refresh(loaded.settings, options))
    if options.json:
        print(run.model_dump_json(indent=2))
    elif options.wait:
        print(f"run {run.id}: {_told(run)}")
    else:
        print(f"run {run.id}: asked for; the daemon collects. --wait follows it")
    return UNWELL if run.problem else WELL


def _told(run: "Run") -> str:
    from lahmadaemon.web.social.shapes.runs import RunInFull

    return summary(run) if isinstance(run, RunInFull) else run.status


async def _refresh(settings: Settings, options: argparse.Namespace) -> "Run":
    from lahmadaemon.commands.social.window import Window
    from lahmadaemon.http import open_client

    wanted = {} if options.campaign is None else {"campaign_id": options.campaign}
    if options.creator:
        async with reading(settings) as (doors, _):
            wanted["creator_id"] = (await creator_named(doors, options.creator)).id
    async with await asyncio.to_thread(open_client) as client:
        window = Window(settings, client)
        run = await window.refresh(wanted)
        if not options.wait:
            return run
        with terminal.progress("collecting") as tell:
            return await follow(window, run.id, SystemClock(), tell)


async def follow(window: "Window", run_id: str, clock: Clock, tell: Callable[[int, int], None]) -> "RunInFull":
    """Until the run has ended. Raises UpstreamError where the daemon goes away meanwhile."""
    from lahmadaemon.web.social.shapes.runs import RunStatus

    never = asyncio.Event()
    while (run := await window.run(run_id)).status is RunStatus.RUNNING:
        if run.accounts:
            tell(run.done, run.accounts)
        await clock.wait(never, LOOK_EVERY)
    if run.accounts:
        tell(run.done, run.accounts)
    return run
