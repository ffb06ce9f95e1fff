"""Telegram as a channel of messages: one connection that is thrown away when in doubt, and a random_id that never changes.

Tried against a server of our own that speaks the real protocol; how Telegram's servers behave beyond it rests on documents.
"""

import asyncio
from dataclasses import replace

import structlog
from telethon import TelegramClient, errors
from telethon.tl import types

from lahmadaemon.alerts.telegram.chat import Chat
from lahmadaemon.alerts.telegram.client import Server, let_go, make_client, plain, whoami
from lahmadaemon.alerts.telegram.faults import LoginLost, UnknownPeer, judged, speaking
from lahmadaemon.alerts.telegram.opening import Answering
from lahmadaemon.alerts.telegram.parcel import UNSHOWABLE, Parcel
from lahmadaemon.alerts.telegram.peers import Book, Peers
from lahmadaemon.alerts.telegram.session import Session
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.errors import HopelessError, Refused, UpstreamError

log = structlog.get_logger()

CONNECT_DEADLINE = 15.0
SEND_DEADLINE = 20.0
PICTURE_PATIENCE = 3
"""A message with a picture may take so many times as long."""


class TelegramChannel:
    """Implements `alerts.channel.Channel`, within one event loop."""

    def __init__(
        self,
        settings: TelegramSettings,
        session: Session,
        book: Book | None = None,
        answering: Answering | None = None,
        *,
        connect_deadline: float = CONNECT_DEADLINE,
        send_deadline: float = SEND_DEADLINE,
        server: Server | None = None,
    ) -> None:
        self._settings = settings
        self._session = session
        self._peers = Peers(book)
        self._answering = answering
        self._connect_deadline = connect_deadline
        self._send_deadline = send_deadline
        self._server = server
        self._client: TelegramClient | None = None
        self._fresh = False  # logged in anew, and nothing delivered since
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connect and authorise. A bot logs in by itself; an account's login is a human's work."""
        async with self._opening:
            if self._client is None or not self._client.is_connected():
                await self.close()
                self._client = await self._logged_in()

    async def close(self) -> None:
        """Let go."""
        client, self._client = self._client, None
        if client is not None:
            await let_go(client)

    async def send(self, recipient: str, text: str, random_id: int, picture: bytes | None = None) -> None:
        """Hand over one message; see `Channel`."""
        client = self._client
        if client is None or not client.is_connected():
            raise UpstreamError("there is no connection to Telegram")
        try:
            async with speaking(self._send_deadline * (PICTURE_PATIENCE if picture else 1)):
                await self._deliver(client, recipient, Parcel(text, random_id, picture))
        except UpstreamError as trouble:
            if trouble.outcome in {"timeout", "broken"}:
                await self._drop(client)  # a connection in doubt; what is under way in it must not come later
            raise
        except LoginLost as lost:
            await self._drop(client)
            if self._can_log_in and not self._fresh:
                raise UpstreamError(f"{lost}; the bot logs in again", outcome="login") from lost
            raise self._ended(lost) from lost
        self._fresh = False

    async def _drop(self, client: TelegramClient) -> None:
        if self._client is client:
            self._client = None
        await let_go(client)

    async def _deliver(self, client: TelegramClient, recipient: str, parcel: Parcel) -> None:
        """To where the recipient is remembered, else to where Telegram finds it now, else to where its group has moved."""
        peer = await self._peers.known(recipient)
        looked_up = peer is None
        if peer is None:
            peer = await self._peers.found(client, recipient)
        while True:
            try:
                return await self._hand_over(client, peer, parcel)
            except Refused as refusal:
                group = isinstance(peer, types.InputPeerChat)
                new = await self._peers.moved(client, recipient, peer) if group else None
                if new is None:
                    if looked_up or not isinstance(refusal, UnknownPeer):
                        raise
                    await self._peers.forget(recipient)
                    looked_up, new = True, await self._peers.found(client, recipient)
                peer = new

    async def _hand_over(self, client: TelegramClient, peer: types.TypeInputPeer, parcel: Parcel) -> None:
        # Telethon holds up everybody's messages after one chat's flood wait; Telegram's waits are for that chat.
        client._flood_waited_requests.clear()  # noqa: SLF001 - there is no other way to say so
        try:
            await client(await parcel.request(client, peer))
        except errors.RandomIdDuplicateError:
            return None  # it has arrived already
        except UNSHOWABLE:
            if parcel.picture is None:
                raise
            return await self._hand_over(client, peer, replace(parcel, picture=None))
        except errors.RPCError as error:
            raise judged(error) from error

    @property
    def _can_log_in(self) -> bool:
        return self._settings.bot_id is not None and self._session.given is None

    async def _logged_in(self) -> TelegramClient:
        """A connection of ours. Raises HopelessError, saying what to do, where a human must log in."""
        text = await self._session.read()
        if text is None and not self._can_log_in:
            raise self._ended(LoginLost("nobody has logged in yet"))
        if text is not None:
            try:
                return await self._connected(text)
            except LoginLost as lost:
                if not self._can_log_in:
                    raise self._ended(lost) from lost
                log.info("alert.telegram_login_lost", because=str(lost))
        return await self._connected("")

    async def _connected(self, text: str) -> TelegramClient:
        """A connection with this login; with none, a bot's new one."""
        client = make_client(self._settings, text, server=self._server, deaf=self._answering is None)
        try:
            chat = Chat(self._answering, self._send_deadline) if self._answering else None
            if chat:
                chat.listen(client)
            async with speaking(self._connect_deadline):
                await client.connect()
                me = await whoami(client) if text else await self._log_in(client)
                self._refuse_others(me)
                if chat:
                    await chat.begin(client, me)
        except BaseException:
            await let_go(client)
            raise
        return client

    async def _log_in(self, client: TelegramClient) -> types.User:
        me = await client.sign_in(bot_token=plain(self._settings.bot_token))
        self._fresh = True
        try:
            await self._session.write(client.session.save())
        except OSError as error:  # messages go out all the same; the next start logs in anew
            log.warning("alert.telegram_session_not_kept", path=str(self._session.path), error=str(error))
        log.info("alert.telegram_logged_in", name=me.username)
        return me

    def _refuse_others(self, me: types.User) -> None:
        phone = plain(self._settings.phone).lstrip("+")
        if self._settings.bot_id is not None:
            ours = me.id == self._settings.bot_id
        else:
            ours = not me.bot and (not phone or not me.phone or phone == me.phone.lstrip("+"))
        if not ours:
            raise LoginLost("the session belongs to somebody else")

    def _ended(self, lost: LoginLost) -> HopelessError:
        if self._session.given is not None:
            help_ = (
                "LAHMA_TELEGRAM__SESSION is of no use: replace it, or remove it and run `lahmadaemon telegram login`"
            )
        elif self._settings.bot_id is not None:
            help_ = "is LAHMA_TELEGRAM__BOT_TOKEN still right? Ask @BotFather"
        else:
            help_ = "run `lahmadaemon telegram login`"
        return HopelessError(f"{lost}; {help_}, then restart", outcome="login")
