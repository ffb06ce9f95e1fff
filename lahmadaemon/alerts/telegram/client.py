"""A Telethon client with the manners a daemon needs: one connection, nothing retried, slept through or said behind our back."""

import asyncio
import logging
import struct
import warnings
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from pydantic import SecretStr
from telethon import TelegramClient
from telethon.network import ConnectionTcpMTProxyRandomizedIntermediate
from telethon.sessions import StringSession
from telethon.tl import functions, types

from lahmadaemon import __version__
from lahmadaemon.alerts.telegram.faults import FOREIGN, LoginLost
from lahmadaemon.alerts.telegram.settings import Proxy, TelegramSettings

LETTING_GO = 5.0
"""Seconds: a disconnection waits for the other side's farewell."""


class Server(NamedTuple):
    """Where a login without a session goes; tests have one of their own."""

    number: int
    host: str
    port: int


def make_client(
    settings: TelegramSettings, text: str, *, server: Server | None = None, deaf: bool = True, patient: bool = False
) -> TelegramClient:
    """A client for the session string; an empty one is a new login. `deaf`: hears of no messages.

    `patient`: comes back by itself while a human looks for a code. Raises LoginLost where the string is damaged.
    """
    # Every lost connection would be an error in the log, every attempt a warning; we tell of them in our own words
    logging.getLogger("telethon").setLevel(logging.ERROR)
    logging.getLogger("telethon.network").setLevel(logging.CRITICAL)
    session = _session(text)
    if server and not text:
        session.set_dc(*server)
    with warnings.catch_warnings():
        # Not true of MTProxy, which needs no library; the settings refuse other proxies where theirs is missing
        warnings.filterwarnings("ignore", "proxy argument will be ignored")
        return TelegramClient(
            session, settings.api_id, plain(settings.api_hash),
            **_way(settings.way), use_ipv6=":" in (session.server_address or ""),
            receive_updates=not deaf, flood_sleep_threshold=0, raise_last_call_error=True,
            # Once more after a server's error, and after being sent to another data centre
            request_retries=1,
            # What a client queues for later would come late: a broken one is thrown away
            auto_reconnect=patient, connection_retries=3 if patient else 0, retry_delay=1 if patient else 0,
            device_model="lahmadaemon", app_version=__version__,
        )  # fmt: skip


def plain(secret: SecretStr | None) -> str:
    """The secret itself, for handing over."""
    return secret.get_secret_value() if secret else ""


def _session(text: str) -> StringSession:
    try:
        return StringSession(text)
    except (ValueError, struct.error) as error:
        raise LoginLost("the session string is damaged") from error


def _way(proxy: Proxy | None) -> Mapping[str, Any]:
    if proxy is None:
        return {}
    if proxy.kind == "mtproxy":
        proxied = (proxy.host, proxy.port, proxy.user)
        return {"connection": ConnectionTcpMTProxyRandomizedIntermediate, "proxy": proxied}
    by_name = True  # the proxy looks names up, not we
    return {"proxy": (proxy.kind, proxy.host, proxy.port, by_name, proxy.user, proxy.password)}


async def whoami(client: TelegramClient) -> types.User:
    """Who is logged in. Telethon's own question hides why nobody is."""
    (me,) = await client(functions.users.GetUsersRequest([types.InputUserSelf()]))
    return me


async def let_go(client: TelegramClient) -> None:
    """Close everything, in whatever state the client is."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LETTING_GO):
            with suppress(*FOREIGN):  # it is broken: that is why we let go
                await client.disconnect()
    gone = client.disconnected
    if gone.done() and not gone.cancelled():
        gone.exception()  # seen: asyncio would complain that nobody looked
