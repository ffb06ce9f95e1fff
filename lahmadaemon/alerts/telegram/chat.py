"""Commands in the chat: whoever may gets an answer, whoever may not gets none."""

import re
from datetime import datetime
from typing import Any

import structlog
from telethon import TelegramClient, events
from telethon.tl import functions, types

from lahmadaemon.alerts.telegram.faults import ask, speaking
from lahmadaemon.alerts.telegram.opening import Answering
from lahmadaemon.alerts.telegram.text import cut

log = structlog.get_logger()

_COMMAND = re.compile(r"(/\w+)@(\w+)(.*)", re.ASCII | re.DOTALL)


def spoken_to(text: str, name: str | None) -> str | None:
    """The command without the bot's name, `/status@lahma_bot` as `/status`; None where another bot is meant."""
    found = _COMMAND.fullmatch(text)
    if found is None:
        return text
    return found[1] + found[3] if name and found[2].lower() == name.lower() else None


class Chat:
    """Listens on one connection."""

    def __init__(self, answering: Answering, deadline: float) -> None:
        self._answering = answering
        self._deadline = deadline
        self._me: types.User | None = None
        self._since: datetime | None = None

    def listen(self, client: TelegramClient) -> None:
        """Have messages that may be commands brought to us. Before the connection, or the first are missed."""
        client.add_event_handler(self._heard, events.NewMessage(pattern="/"))

    async def begin(self, client: TelegramClient, me: types.User) -> None:
        """From now on commands are obeyed; what was written earlier by the server's clock is not."""
        self._since = (await ask(client, functions.updates.GetStateRequest())).date
        self._me = me

    async def _heard(self, event: Any) -> None:
        me, message = self._me, event.message
        if me is None or self._since is None or message.date < self._since:
            return
        sender: int | None = message.sender_id
        text = spoken_to(message.message, me.username)
        if text is None or (message.out and (me.bot or event.chat_id != me.id)):
            return
        allowed = sender in self._answering.allowed or (not me.bot and sender == me.id)
        if not allowed and not me.bot:
            return  # an account sits in groups where others talk to their bots
        try:
            if allowed:
                await self._reply(event, cut(await self._answering.answer(str(sender), text)))
            else:
                await self._answering.refuse(str(sender), text)
        except Exception:  # Telethon would say it in words of its own, or not at all
            log.exception("alert.command_failed", who=str(sender))

    async def _reply(self, event: Any, text: str) -> None:
        async with speaking(self._deadline):
            peer = await event.get_input_chat()
            await ask(event.client, functions.messages.SendMessageRequest(peer, text, no_webpage=True))
