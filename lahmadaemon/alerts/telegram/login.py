"""What a human does about Telegram: log in once, and see whether messages arrive."""

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from telethon import TelegramClient, errors
from telethon.tl import types

from lahmadaemon.alerts.channel import Channel
from lahmadaemon.alerts.telegram.client import Server, let_go, make_client, plain, whoami
from lahmadaemon.alerts.telegram.faults import LoginLost, speaking
from lahmadaemon.alerts.telegram.session import Session
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.errors import ConfigurationError, HopelessError, LahmaError

ATTEMPTS = 3
DEADLINE = 30.0


@dataclass(frozen=True)
class Human:
    """How to speak with whoever sits there; both questions may block."""

    ask: Callable[[str], str]
    ask_secret: Callable[[str], str]
    say: Callable[[str], None]


async def login(settings: TelegramSettings, session: Session, human: Human, *, server: Server | None = None) -> None:
    """Log in where nobody is yet, keep the session, say who it is."""
    text = await session.read()
    if text and (me := await _already(settings, text)):
        human.say(f"Already logged in as {described(me)}.")
        return
    if session.given:
        raise ConfigurationError("LAHMA_TELEGRAM__SESSION is of no use any more: remove it, then log in again")
    client = make_client(settings, "", server=server, patient=True)
    try:
        async with speaking(DEADLINE):
            await client.connect()
        me = await (_bot(client, settings) if settings.bot_token else _person(client, settings, human))
        await _keep(session, client.session.save())
    finally:
        await let_go(client)
    human.say(f"Logged in as {described(me)}; the login is kept in {session.path}.")
    if me.bot:
        human.say(
            "A bot cannot begin a conversation: everybody it shall tell must open it and press Start, or add it to their group."
        )


async def _already(settings: TelegramSettings, text: str) -> types.User | None:
    try:
        client = make_client(settings, text)
        try:
            async with speaking(DEADLINE):
                await client.connect()
                me = await whoami(client)
        finally:
            await let_go(client)
    except LoginLost:
        return None
    return me if settings.bot_id in ({me.id} if me.bot else {None}) else None


async def _keep(session: Session, text: str) -> None:
    try:
        await session.write(text)
    except OSError as error:
        raise ConfigurationError(f"{session.path} cannot be written: {error}; see LAHMA_STATE_FOLDER") from error


async def _bot(client: TelegramClient, settings: TelegramSettings) -> types.User:
    async with speaking(DEADLINE):
        return await client.sign_in(bot_token=plain(settings.bot_token))


async def _person(client: TelegramClient, settings: TelegramSettings, human: Human) -> types.User:
    phone = plain(settings.phone) or await _asked(human.ask, "Phone number (+36…): ")
    async with speaking(DEADLINE):
        await client.send_code_request(phone)
    for _ in range(ATTEMPTS):
        code = re.sub(r"\D", "", await _asked(human.ask, "The code that Telegram has just sent you: "))
        async with speaking(DEADLINE):
            try:
                if code:
                    return await client.sign_in(phone, code)
            except errors.SessionPasswordNeededError:
                break
            except errors.PhoneCodeInvalidError:
                pass
        human.say("That is not the code.")
    else:
        raise HopelessError(f"{ATTEMPTS} wrong codes; run `lahmadaemon telegram login` again for a new one")
    return await _with_password(client, human)


async def _with_password(client: TelegramClient, human: Human) -> types.User:
    for _ in range(ATTEMPTS):
        password = await _asked(human.ask_secret, "Your password for two-step verification: ")
        async with speaking(DEADLINE):
            try:
                if password:
                    return await client.sign_in(password=password)
            except errors.PasswordHashInvalidError:
                pass
        human.say("That is not the password.")
    raise HopelessError(f"{ATTEMPTS} wrong passwords; run `lahmadaemon telegram login` again")


async def _asked(ask: Callable[[str], str], question: str) -> str:
    """A human takes minutes; the connection is kept alive meanwhile."""
    return (await asyncio.to_thread(ask, question)).strip()


def described(me: types.User) -> str:
    """`@lahma_bot (a bot, 12345)`, `Anna Kovács (@anna, 12345)`."""
    if me.bot:
        return f"@{me.username} (a bot, {me.id})"
    name = " ".join(part for part in (me.first_name, me.last_name) if part)
    return f"{name} ({f'@{me.username}, ' if me.username else ''}{me.id})"


@dataclass(frozen=True)
class Tried:
    """What came of one recipient's test message; `trouble` is None where it was handed over."""

    recipient: str
    trouble: str | None


async def try_out(channel: Channel, recipients: Sequence[str], text: str) -> list[Tried]:
    """One message to everybody. Raises HopelessError or UpstreamError where there is no speaking at all."""
    tried = []
    try:
        for recipient in recipients:
            await channel.open()
            try:
                await channel.send(recipient, text, secrets.randbits(63))
            except LahmaError as error:
                tried.append(Tried(recipient, str(error)))
            else:
                tried.append(Tried(recipient, None))
    finally:
        await channel.close()
    return tried
