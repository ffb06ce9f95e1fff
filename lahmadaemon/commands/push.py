"""`lahmadaemon push …`: what is owed to partners, and what people may do about it, also while the daemon runs."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from lahmadaemon import terminal
from lahmadaemon.clock import SECOND, Instant, SystemClock, iso
from lahmadaemon.commands import WELL, add, family
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded, Settings
from lahmadaemon.store.database import Store, open_beside, open_for_reading
from lahmadaemon.visitors.push import payload, windows
from lahmadaemon.visitors.push.counting.store import Counted, preview
from lahmadaemon.visitors.push.pushes import Push, State
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.push.store import PushStore, listed

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs

EVERY_ONE = "all"
STYLES = {State.DELIVERED: "green", State.DEAD: "bold red", State.WAITING: "yellow", State.SENDING: "yellow"}


def add_to(verbs: "Verbs") -> None:
    """push list, show, retry, discard, preview"""
    own = family(verbs, "push", "reports owed to partners, and what became of them")
    every = add(own, "list", list_pushes, "the newest windows and what became of them")
    every.add_argument("--target", metavar="NAME", help="of this target only")
    every.add_argument("--state", choices=[state.value for state in State], help="in this state only")
    every.add_argument("--json", action="store_true", help="for programs")
    for one in (
        add(own, "show", show_push, "all that is known of one window, with its bytes"),
        add(own, "retry", retry_push, "have a window that was given up, or `all` of them, tried again"),
        add(own, "discard", discard_push, "stop owing a window"),
    ):
        one.add_argument("target", metavar="TARGET")
        one.add_argument("window", metavar="WINDOW", help="its end, such as 2026-11-22T10:05, or as listed")
    shown = add(own, "preview", preview_push, "the body that would be sent now; nothing is sent")
    shown.add_argument("target", metavar="TARGET")


def list_pushes(loaded: Loaded, options: argparse.Namespace) -> int:
    """`push list [--target NAME] [--state STATE] [--json]`"""
    target = _target(loaded.settings, options.target)[0] if options.target else None
    found = asyncio.run(_listed(loaded.settings, target, options.state))
    zone = loaded.settings.timezone
    if options.json:
        print(json.dumps({"pushes": [as_json(push, zone) for push in found]}, indent=2))
    else:
        terminal.console().print(pushes_table(found, zone))
    return WELL


def show_push(loaded: Loaded, options: argparse.Namespace) -> int:
    """`push show TARGET WINDOW`: everything known about one, and its bytes."""
    target, _ = _target(loaded.settings, options.target)
    zone = loaded.settings.timezone
    window = _window(options.window, zone)
    found = asyncio.run(_listed(loaded.settings, target, None, window))
    if not found:
        raise ConfigurationError(_nothing(target, windows.shown(window, zone)))
    for push in found:
        print(json.dumps(as_json(push, zone) | {"body": json.loads(push.body)}, indent=2, ensure_ascii=False))
    return WELL


def retry_push(loaded: Loaded, options: argparse.Namespace) -> int:
    """`push retry TARGET WINDOW|all`: the daemon tries it within a minute."""
    target, settings = _target(loaded.settings, options.target)
    zone = loaded.settings.timezone
    window = None if options.window == EVERY_ONE else _window(options.window, zone)
    keep_until = Instant(SystemClock().now() + round(settings.keep_trying * SECOND))

    async def retry() -> list[Instant]:
        async with open_beside(loaded.settings.store.resolved(loaded.settings.state_folder)) as store:
            return await PushStore(store, target).retry(window, keep_until)

    changed = asyncio.run(retry())
    return _say(changed, zone, "will be tried again", target, "was not given up, or has been delivered")


def discard_push(loaded: Loaded, options: argparse.Namespace) -> int:
    """`push discard TARGET WINDOW`: it is owed no longer."""
    target, _ = _target(loaded.settings, options.target)
    zone = loaded.settings.timezone
    window = _window(options.window, zone)

    async def discard() -> list[Instant]:
        async with open_beside(loaded.settings.store.resolved(loaded.settings.state_folder)) as store:
            return await PushStore(store, target).discard(window, SystemClock().now())

    return _say(asyncio.run(discard()), zone, "is discarded", target, "is not owed")


def preview_push(loaded: Loaded, options: argparse.Namespace) -> int:
    """`push preview TARGET`: the body that would be sent now; nothing is sent."""
    target, settings = _target(loaded.settings, options.target)
    zone, now = loaded.settings.timezone, SystemClock().now()

    async def look() -> payload.Totals | None:
        async with _reading(loaded.settings) as store:
            return await preview(store, Counted(zone, settings.chosen), now)

    totals = asyncio.run(look())
    if totals is None:
        day = windows.day_of(now, zone)
        print(f"nothing would be sent to {target}: no crossing of {', '.join(settings.cameras)} on {day} yet")
    else:
        print(json.dumps(json.loads(payload.body(totals, settings, zone)), indent=1, ensure_ascii=False))
    return WELL


def pushes_table(found: Sequence[Push], zone: ZoneInfo) -> RenderableType:
    """The outbox for people."""
    table = Table(header_style="bold")
    for column in ("Target", "Window", "State", "Attempts", "Next try", "Answer or trouble"):
        table.add_column(column, overflow="fold")
    for push in found:
        due = windows.shown(push.due_at, zone) if push.state is State.WAITING and push.attempts else ""
        table.add_row(
            push.target, windows.shown(push.window_end, zone), Text(push.state, STYLES.get(push.state, "dim")),
            str(push.attempts), due, Text(push.error or push.desc or ""),
        )  # fmt: skip
    return table


def as_json(push: Push, zone: ZoneInfo) -> dict[str, object]:
    """A push for machines, without its bytes."""
    return {
        "target": push.target, "ssid": push.ssid, "window": windows.shown(push.window_end, zone), "day": push.day,
        "state": push.state.value, "attempts": push.attempts, "written_at": iso(push.written_at),
        "due_at": iso(push.due_at), "keep_until": iso(push.keep_until), "settled_at": iso(push.settled_at),
        "status": push.status, "desc": push.desc, "error": push.error, "answer": push.answer,
        "latency_ms": push.latency, "idempotency_key": push.key, "sha256": push.digest.hex(),
    }  # fmt: skip


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncIterator[Store]:
    async with open_for_reading(settings.store.resolved(settings.state_folder)) as store:
        yield store


async def _listed(
    settings: Settings, target: str | None, state: str | None, window: Instant | None = None
) -> list[Push]:
    async with _reading(settings) as store:
        return await listed(store, target, state, window)


def _target(settings: Settings, asked: str) -> tuple[str, PushSettings]:
    """A target that is configured. Raises ConfigurationError that names them all."""
    targets = settings.visitors.pushes
    if (name := asked.lower()) in targets:
        return name, targets[name]
    names = ", ".join(targets) or "none; set LAHMA_VISITORS__PUSHES__<NAME>__URL"
    raise ConfigurationError(f"there is no push target {asked}; there are: {names}")


def _window(text: str, zone: ZoneInfo) -> Instant:
    try:
        return windows.parse(text, zone)
    except ValueError as error:
        raise ConfigurationError(f"{text} is no window; write its end as 2026-11-22T10:05, or as listed") from error


def _nothing(target: str, window: str) -> str:
    return f"{target} has no window {window}; see `lahmadaemon push list --target {target}`"


def _say(changed: Sequence[Instant], zone: ZoneInfo, what: str, target: str, otherwise: str) -> int:
    for window in changed:
        print(f"{target} {windows.shown(window, zone)} {what}")
    if not changed:
        raise ConfigurationError(f"nothing changed: no such window of {target}, or it {otherwise}")
    return WELL
