"""The door to Telegram for those who must not import Telethon: half a second and 40 MB, only where it is configured."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from lahmadaemon.alerts.channel import Channel
from lahmadaemon.alerts.telegram.session import Session
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.alerts.telegram.store import PeerStore
from lahmadaemon.store.database import Store


@dataclass(frozen=True)
class Answering:
    """Who may send commands, and who answers them: `answer(who, text)` gives the reply, `refuse(who, text)` takes
    note of a stranger. `who` is the person's number."""

    allowed: frozenset[int]
    answer: Callable[[str, str], Awaitable[str]]
    refuse: Callable[[str, str], Awaitable[None]]


def session_of(settings: TelegramSettings, state_folder: Path) -> Session:
    """The login that was given, or the one in the state folder."""
    return Session(state_folder, settings.session.get_secret_value() if settings.session else None)


async def telegram_channel(
    settings: TelegramSettings, state_folder: Path, store: Store | None = None, answering: Answering | None = None
) -> Channel:
    """The channel, not opened yet. Without a store it looks recipients up anew."""
    module = await asyncio.to_thread(import_module, "lahmadaemon.alerts.telegram.channel")
    book = PeerStore(store) if store else None
    channel: Channel = module.TelegramChannel(settings, session_of(settings, state_folder), book, answering)
    return channel
