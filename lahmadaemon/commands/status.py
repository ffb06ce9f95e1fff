"""`lahmadaemon status`: how the running daemon is, once, or watched until Ctrl-C."""

import argparse
import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Group
from rich.live import Live
from rich.text import Text

from lahmadaemon import terminal
from lahmadaemon.clock import Clock, SystemClock, iso
from lahmadaemon.commands import UNWELL, WELL, add
from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.settings import Loaded, Settings

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

Health = Mapping[str, Any]


def add_to(verbs: "Verbs") -> None:
    """status"""
    asking = add(verbs, "status", status, "ask the running daemon how it is")
    asking.add_argument("--json", action="store_true", help="as the daemon says it; with --watch a line per change")
    asking.add_argument("--watch", action="store_true", help="go on until Ctrl-C; where piped, a line per change")
    asking.add_argument("--every", type=float, default=2.0, metavar="N", help="seconds between two looks (default: 2)")


def status(loaded: Loaded, options: argparse.Namespace) -> int:
    """What the daemon's window says about its health."""
    if not 0.2 <= options.every <= 3600:
        raise ConfigurationError(f"--every {options.every:g}: write seconds, from 0.2 to 3600")
    if options.watch:
        return _watched(loaded.settings, options)
    from lahmadaemon.web.asking import ask_health

    health = ask_health(loaded.settings.web, loaded.settings.state_folder)
    if options.json:
        print(json.dumps(health, indent=2))
    else:
        terminal.console().print(terminal.status_table(health))
    return WELL if health["status"] == "ok" else UNWELL


class View(Protocol):
    """Where it is shown. `trouble`: why the daemon does not answer; `at`: the moment, ISO 8601 UTC."""

    def show(self, health: Health | None, trouble: str, at: str) -> None: ...


def _watched(settings: Settings, options: argparse.Namespace) -> int:
    screen = terminal.console()
    if screen.is_terminal and not options.json:
        live = Live(console=screen, auto_refresh=False, transient=False)
        view: View = Screen(live, options.every)
        shown: AbstractContextManager[Any] = live
    else:
        view, shown = Lines(lambda line: print(line, flush=True), as_json=options.json), nullcontext()
    try:
        with shown:
            asyncio.run(watch(settings, SystemClock(), view, options.every))
    except KeyboardInterrupt:  # how one ends it
        pass
    return WELL


async def watch(settings: Settings, clock: Clock, view: View, every: float, looks: int | None = None) -> None:
    """Look, show, wait; a daemon that goes away may come back. `looks`: so many, for ever where None."""
    import httpx

    from lahmadaemon.web.asking import health

    never = asyncio.Event()
    async with await asyncio.to_thread(httpx.AsyncClient, trust_env=False) as client:
        while looks is None or looks > 0:
            try:
                told, trouble = await health(client, settings.web, settings.state_folder), ""
            except UpstreamError as error:
                told, trouble = None, str(error)
            view.show(told, trouble, iso(clock.now()) or "")
            looks = None if looks is None else looks - 1
            if looks != 0:
                await clock.wait(never, every)


class Screen:
    """A terminal: the same place, drawn anew."""

    def __init__(self, live: Live, every: float) -> None:
        self._live = live
        self._every = every
        self._last: Health | None = None

    def show(self, health: Health | None, trouble: str, at: str) -> None:
        """What was known last stays in sight while nobody answers."""
        self._last = health or self._last
        foot = Text(f"{at}, every {self._every:g} s; Ctrl-C ends", "dim")
        head = [Text(trouble, "bold red")] if trouble else []
        table = [terminal.status_table(self._last)] if self._last else []
        self._live.update(Group(*head, *table, foot), refresh=True)


class Lines:
    """No terminal: what has changed, a line each."""

    def __init__(self, write: Callable[[str], None], *, as_json: bool = False) -> None:
        self._write = write
        self._json = as_json
        self._trouble = ""
        self._head: str | None = None
        self._states: dict[str, str] = {}

    def show(self, health: Health | None, trouble: str, at: str) -> None:
        """Nothing where all is as before."""
        changes = list(self._changes(health, trouble))
        if self._json and changes:
            self._write(json.dumps({"at": at, "trouble": trouble or None, "health": health}))
        elif not self._json:
            for line in changes:
                self._write(f"{at} {line}")

    def _changes(self, health: Health | None, trouble: str) -> Iterator[str]:
        if health is None:
            if not self._trouble:
                yield f"gone: {trouble}"
            self._trouble, self._head = trouble, None
            return
        if health["headline"] != self._head:
            yield f"{health['status']}: {health['headline']}"
        states = {name: each["state"] for name, each in health["services"].items()}
        for name, state in states.items():
            if self._states and state != self._states.get(name):
                error = health["services"][name]["last_error"] if state not in {"running", "starting"} else None
                yield f"{name}: {self._states.get(name, 'new')} -> {state}" + (f": {error}" if error else "")
        self._trouble, self._head, self._states = "", health["headline"], states
