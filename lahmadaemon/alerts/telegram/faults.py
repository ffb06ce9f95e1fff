"""What Telegram's and the network's errors mean for a message: wait, never to this recipient, or a human must act."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telethon import TelegramClient, errors
from telethon.tl import TLRequest

from lahmadaemon.errors import HopelessError, LahmaError, Refused, UpstreamError

SPAM_PAUSE = 3600.0
"""Seconds: an account that wrote to too many strangers is told so without a time; Telegram lifts it in its own."""


class LoginLost(HopelessError):  # noqa: N818 - what happened, not who is to blame
    """Our login is none, or none any more. A bot can log in again by itself."""


class UnknownPeer(Refused):
    """The recipient is not where we remember it; perhaps it is elsewhere."""


_WAITS = (errors.FloodWaitError, errors.FloodPremiumWaitError, errors.SlowModeWaitError)
_LOST = (errors.UnauthorizedError, errors.AuthKeyDuplicatedError, errors.AuthKeyNotFound)
_HOPELESS = (
    errors.ApiIdInvalidError,
    errors.ApiIdPublishedFloodError,
    errors.ConnectionApiIdInvalidError,
    errors.AccessTokenInvalidError,
    errors.AccessTokenExpiredError,
    errors.PhoneNumberBannedError,
    errors.PhoneNumberInvalidError,
    errors.PhoneNumberUnoccupiedError,
)
_ELSEWHERE = (
    errors.PeerIdInvalidError,
    errors.UserIdInvalidError,
    errors.ChatIdInvalidError,
    errors.ChannelInvalidError,
    errors.ChannelPrivateError,
)
_REFUSED = (
    errors.ForbiddenError,  # all of 403: writing is forbidden, for one reason or another
    errors.AuthKeyError,  # all of 406 that is not our key (see _LOST): a refusal that official programs show in words
    errors.UserIsBlockedError,
    errors.YouBlockedUserError,
    errors.InputUserDeactivatedError,
    errors.UserIsBotError,
    errors.BotGroupsBlockedError,
    errors.UserBannedInChannelError,
    errors.UserKickedError,
    errors.UserNotParticipantError,
    errors.ChatRestrictedError,
    errors.ChatAdminRequiredError,
    errors.UsernameInvalidError,
    errors.UsernameNotOccupiedError,
    errors.MessageTooLongError,
    errors.MessageEmptyError,
)
_BROKEN = (
    OSError,
    EOFError,  # the connection ended within the handshake
    errors.InvalidBufferError,
    errors.InvalidChecksumError,
    errors.SecurityError,
    errors.TypeNotFoundError,
    errors.BadMessageError,
)
FOREIGN = (errors.RPCError, errors.AuthKeyNotFound, *_BROKEN)
"""Everything of Telethon's that is judged here; anything else is a mistake of ours."""


def judged(error: Exception) -> LahmaError:
    """The error in the house's words. RANDOM_ID_DUPLICATE is no error: whoever sends must catch it first."""
    said = f"Telegram says: {_said(error)}"
    if isinstance(error, _WAITS):
        return UpstreamError(said, retry_after=float(error.seconds), outcome="flood")
    if isinstance(error, errors.PeerFloodError):
        return UpstreamError(said, retry_after=SPAM_PAUSE, outcome="flood")
    if isinstance(error, errors.FloodError):
        return UpstreamError(said, outcome="flood")
    if isinstance(error, _LOST):
        return LoginLost(said)
    if isinstance(error, _HOPELESS):
        return HopelessError(f"{said}; correct LAHMA_TELEGRAM__…, then restart", outcome="credentials")
    if isinstance(error, _ELSEWHERE):
        return UnknownPeer(said)
    if isinstance(error, _REFUSED):
        return Refused(said)
    if isinstance(error, errors.RPCError):
        return UpstreamError(said, outcome="server")
    return UpstreamError(f"Telegram is unreachable: {_said(error)}", outcome="broken")


def _said(error: Exception) -> str:
    """The error's first line without the name of the request, which only programmers want."""
    if isinstance(error, errors.AuthKeyNotFound):  # its text is its documentation
        return "the key of this login is not known"
    said = str(error).strip().partition("\n")[0].partition(" (caused by ")[0]
    return said.removesuffix(" 0 time(s)") or type(error).__name__  # its count leaves the first attempt out


async def ask(client: TelegramClient, request: TLRequest) -> Any:
    """Telegram's answer, or its error in our words."""
    try:
        return await client(request)
    except FOREIGN as error:
        raise judged(error) from error


@asynccontextmanager
async def speaking(deadline: float) -> AsyncIterator[None]:
    """A talk with Telegram, cut after `deadline` seconds, its errors in our words.

    Telethon cancels what is under way when a connection ends: that is an error of theirs, not our being stopped.
    """
    task = asyncio.current_task()
    asked = task.cancelling() if task else 0
    try:
        async with asyncio.timeout(deadline):
            yield
    except TimeoutError as error:
        raise UpstreamError(f"Telegram did not answer within {deadline:g} s", outcome="timeout") from error
    except asyncio.CancelledError as error:
        if task and task.cancelling() > asked:
            raise
        raise UpstreamError("the connection to Telegram ended meanwhile", outcome="broken") from error
    except FOREIGN as error:
        raise judged(error) from error
