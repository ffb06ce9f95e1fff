"""From a recipient in the settings to a peer of Telegram's, asked once and remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog
from telethon import TelegramClient, utils
from telethon.tl import functions, types

from lahmadaemon.alerts.telegram.faults import FOREIGN, UnknownPeer, ask, judged
from lahmadaemon.alerts.telegram.settings import ME
from lahmadaemon.alerts.telegram.store import Address
from lahmadaemon.errors import LahmaError, Refused

log = structlog.get_logger()

DIALOGS = 500
"""An account finds people by number only among those it has spoken with: so many conversations are looked through."""


class Book(Protocol):
    """Where addresses outlive us."""

    async def find(self, recipient: str) -> Address | None: ...
    async def keep(self, recipient: str, address: Address) -> None: ...
    async def forget(self, recipient: str) -> None: ...


class Peers:
    """Every recipient's address."""

    def __init__(self, book: Book | None = None) -> None:
        self._book = book
        self._known: dict[str, Address] = {}

    async def known(self, recipient: str) -> types.TypeInputPeer | None:
        """Where we remember the recipient to be."""
        if recipient not in self._known and self._book:
            with _excused():
                if found := await self._book.find(recipient):
                    self._known[recipient] = found
        address = self._known.get(recipient)
        return _peer(address) if address else None

    async def found(self, client: TelegramClient, recipient: str) -> types.TypeInputPeer:
        """Where Telegram says the recipient is. Raises UnknownPeer where it says nowhere."""
        if recipient == ME:
            return types.InputPeerSelf()
        peer = await _looked_up(client, recipient)
        await self._keep(recipient, _address(peer))
        return peer

    async def moved(
        self, client: TelegramClient, recipient: str, old: types.InputPeerChat
    ) -> types.TypeInputPeer | None:
        """The supergroup a group has become, if it has."""
        try:
            answer = await ask(client, functions.messages.GetChatsRequest([old.chat_id]))
        except Refused:
            return None
        new = next((chat.migrated_to for chat in answer.chats if getattr(chat, "migrated_to", None)), None)
        if new is None:
            return None
        await self._keep(recipient, Address("channel", new.channel_id, new.access_hash))
        log.info("alert.group_moved", recipient=recipient, to=str(utils.get_peer_id(types.PeerChannel(new.channel_id))))
        return types.InputPeerChannel(new.channel_id, new.access_hash)

    async def forget(self, recipient: str) -> None:
        """The recipient is not where we remember it."""
        self._known.pop(recipient, None)
        if self._book:
            with _excused():
                await self._book.forget(recipient)

    async def _keep(self, recipient: str, address: Address) -> None:
        self._known[recipient] = address
        if self._book:
            with _excused():
                await self._book.keep(recipient, address)


@contextmanager
def _excused() -> Iterator[None]:
    """A book that cannot be read or written must not hold up an alarm: it may be about just that."""
    try:
        yield
    except LahmaError as error:
        log.warning("alert.peers_not_kept", error=str(error))


async def _looked_up(client: TelegramClient, recipient: str) -> types.TypeInputPeer:
    who: str | int = recipient if recipient.startswith("@") else int(recipient)
    try:
        try:
            return await client.get_input_entity(who)
        except ValueError:
            if isinstance(who, str) or await client.is_bot():
                raise
            await client.get_dialogs(limit=DIALOGS)  # afterwards Telethon knows everybody in them
            return await client.get_input_entity(who)
    except ValueError as error:
        if isinstance(who, str):
            help_ = "is the name right?"
        elif await client.is_bot():
            help_ = "it must write to the bot, or the bot must be in the group"
        else:
            help_ = "write to it first"
        raise UnknownPeer(f"Telegram does not let us find {recipient}: {help_}") from error
    except FOREIGN as error:
        raise judged(error) from error


def _address(peer: types.TypeInputPeer) -> Address:
    if isinstance(peer, types.InputPeerUser):
        return Address("user", peer.user_id, peer.access_hash)
    if isinstance(peer, types.InputPeerChannel):
        return Address("channel", peer.channel_id, peer.access_hash)
    return Address("chat", peer.chat_id)


def _peer(address: Address) -> types.TypeInputPeer:
    if address.kind == "user":
        return types.InputPeerUser(address.peer, address.access_hash)
    if address.kind == "channel":
        return types.InputPeerChannel(address.peer, address.access_hash)
    return types.InputPeerChat(address.peer)
