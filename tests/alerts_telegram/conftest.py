"""A Telegram of our own, and channels to it that are closed at the end, leaving nothing running."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lahmadaemon.alerts.telegram.channel import TelegramChannel
from lahmadaemon.alerts.telegram.opening import Answering
from lahmadaemon.alerts.telegram.peers import Book
from lahmadaemon.alerts.telegram.session import FILE, Session
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from tests.fakes.telegram_server import Person, TelegramServer

# Stores on SQLite and PostgreSQL, as the tests of the store have them
from tests.store.conftest import engine, postgresql, postgresql_url, sqlite_url, store, url  # noqa: F401

TOKEN = "123456789:canaryCanaryCanaryCanaryCanaryCanar"
API_HASH = "0123456789abcdef0123456789abcdef"
PHONE = "+36301234567"
BOT: dict[str, Any] = {"api_id": 1, "api_hash": API_HASH, "bot_token": TOKEN, "recipients": "@anna"}
ACCOUNT: dict[str, Any] = {"api_id": 1, "api_hash": API_HASH, "phone": PHONE, "recipients": "me"}


class Stage:
    """The server with a bot and two people, and our state folder."""

    def __init__(self, server: TelegramServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.bot = server.bot(TOKEN)
        self.anna = server.person("Anna", 777)
        self.bela = server.person("Bela", 888)
        self.me = server.person("Csilla", 555, phone=PHONE.lstrip("+"))
        self.channels: list[TelegramChannel] = []

    @property
    def session_path(self) -> Path:
        return self.folder / FILE

    def logged_in(self, person: Person | None = None) -> str:
        """A login in the state folder, as an earlier run left it (the bot's, if not told otherwise)."""
        text = self.server.session_for(person or self.bot)
        self.session_path.write_text(text)
        return text

    def channel(
        self,
        given: dict[str, Any] | None = None,
        *,
        book: Book | None = None,
        answering: Answering | None = None,
        session: str | None = None,
        connect_deadline: float = 5.0,
        send_deadline: float = 5.0,
    ) -> TelegramChannel:
        """One more channel."""
        made = TelegramChannel(
            TelegramSettings.model_validate(given or BOT),
            Session(self.folder, session),
            book,
            answering,
            connect_deadline=connect_deadline,
            send_deadline=send_deadline,
            server=self.server.address,
        )
        self.channels.append(made)
        return made

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.server.messages]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    server = TelegramServer()
    await server.start()
    made = Stage(server, tmp_path)
    before = asyncio.all_tasks()
    yield made
    for channel in made.channels:
        await channel.close()
    await server.stop()
    assert asyncio.all_tasks() - before - {asyncio.current_task()} == set()


async def disconnected(channel: TelegramChannel) -> None:
    """Until the channel has noticed that it is."""
    assert channel._client
    async with asyncio.timeout(60):
        await asyncio.gather(channel._client.disconnected, return_exceptions=True)


@pytest.fixture
async def open_channel(stage: Stage) -> TelegramChannel:
    """The bot's channel, with the login of an earlier run."""
    stage.logged_in()
    channel = stage.channel()
    await channel.open()
    return channel


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telethon waits two seconds after a server's error; a test need not."""

    async def at_once(seconds: float) -> None:
        assert seconds == 2

    monkeypatch.setattr("telethon.client.users.asyncio", SimpleNamespace(sleep=at_once))
