"""A Telegram of our own over a real socket: accounts, bots, groups, logins, and every refusal on demand.

It answers as documents and Telethon's source say Telegram answers; that Telegram does is not proved by it.
"""

import asyncio
import os
import secrets
import struct
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from telethon.crypto import AuthKey
from telethon.sessions import StringSession
from telethon.tl import functions, types

from lahmadaemon.alerts.telegram.client import Server
from tests.fakes.mtproto import Line, trust_our_key
from tests.fakes.telegram_password import Password

DC = 2
CODE = "24680"
TRUE = struct.pack("<I", 0x997275B5)
VECTOR = struct.pack("<I", 0x1CB5C415)
_UNAUTHORISED = {
    "SESSION_REVOKED",
    "SESSION_EXPIRED",
    "AUTH_KEY_UNREGISTERED",
    "USER_DEACTIVATED",
    "SESSION_PASSWORD_NEEDED",
}
_INTERNAL = {"RANDOM_ID_DUPLICATE", "RPC_CALL_FAIL", "INTERNAL"}


class Trouble(Enum):
    """What may become of a request, other than an error by name; `LOST` ones are never seen, the others done first."""

    LOST_AND_HUNG_UP = "lost, hung up"
    LOST_AND_SILENT = "lost, silent"
    DONE_AND_HUNG_UP = "done, hung up"
    DONE_AND_SILENT = "done, silent"


class RefusedError(Exception):
    """An RPC error by name."""


@dataclass(eq=False)
class Person:
    """An account or a bot. `hash` is the key others need to write to it."""

    id: int
    name: str
    bot: bool = False
    phone: str | None = None
    password: Password | None = None
    hash: int = field(default_factory=lambda: secrets.randbits(62))
    pts: int = 1
    in_dialogs: bool = True

    def seen_by(self, who: "Person | None") -> types.User:
        return types.User(
            self.id, access_hash=self.hash, first_name=self.name, username=self.name.lower(), bot=self.bot or None,
            bot_info_version=1 if self.bot else None, is_self=self is who or None, phone=self.phone if self is who else None,
        )  # fmt: skip


@dataclass(eq=False)
class Channel:
    """A supergroup."""

    id: int
    hash: int = field(default_factory=lambda: secrets.randbits(62))

    def seen(self) -> types.Channel:
        return types.Channel(self.id, "Team", types.ChatPhotoEmpty(), _now(), access_hash=self.hash, megagroup=True)


@dataclass(eq=False)
class Group:
    """A basic group, perhaps become a supergroup."""

    id: int
    became: Channel | None = None

    def seen(self) -> types.Chat:
        moved = types.InputChannel(self.became.id, self.became.hash) if self.became else None
        return types.Chat(self.id, "Team", types.ChatPhotoEmpty(), 3, _now(), 1, migrated_to=moved)


@dataclass(frozen=True)
class Message:
    """A message that was accepted: who wrote to where."""

    sender: int
    to: Person | Group | Channel
    text: str
    random_id: int
    plain: bool
    picture: bytes | None = None


@dataclass(eq=False)
class Login:
    """A key, who is logged in with it, and the error it is answered with since it ended."""

    key: AuthKey
    person: Person | None = None
    ended: str | None = None


class TelegramServer:
    """One data centre."""

    def __init__(self) -> None:
        trust_our_key()
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.channels: dict[int, Channel] = {}
        self.tokens: dict[str, Person] = {}
        self.messages: list[Message] = []
        self.requests: list[str] = []
        self.versions: list[str] = []
        self.handshakes = 0
        self._logins: dict[int, Login] = {}
        self._random_ids: set[int] = set()
        self._uploads: dict[int, dict[int, bytes]] = defaultdict(dict)
        self._troubles: dict[type, deque[Trouble | str]] = defaultdict(deque)
        self._lines: dict[Line, Login | None] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    # --- The world

    def person(self, name: str, number: int, **more: Any) -> Person:
        self.people[number] = Person(number, name, **more)
        return self.people[number]

    def bot(self, token: str, name: str = "Lahma_bot") -> Person:
        self.tokens[token] = self.person(name, int(token.partition(":")[0]), bot=True)
        return self.tokens[token]

    def group(self, number: int) -> Group:
        return self.groups.setdefault(number, Group(number))

    def channel(self, number: int) -> Channel:
        return self.channels.setdefault(number, Channel(number))

    def session_for(self, person: Person | None) -> str:
        """A session string that is logged in already (None: a key that nobody is logged in with)."""
        session = StringSession()
        session.set_dc(DC, "127.0.0.1", self.port)
        session.auth_key = AuthKey(os.urandom(256))
        self._logins[session.auth_key.key_id] = Login(session.auth_key, person)
        return str(session.save())

    def end_logins(self, error: str) -> None:
        """From now on every key of today is answered with the error; FORGOTTEN: with 404 of the transport."""
        for login in self._logins.values():
            login.ended = error

    def will(self, request: type, *troubles: Trouble | str) -> None:
        """The next requests of the kind meet these, one each."""
        self._troubles[request].extend(troubles)

    def to_come(self, request: type) -> list[Trouble | str]:
        """The troubles that no request of the kind has met yet."""
        return list(self._troubles[request])

    async def wrote(
        self, sender: Person, text: str, to: Person, group: Group | Channel | None = None, **more: Any
    ) -> None:
        """Somebody writes a message where `to` sees it (a bot, or an account: its own with sender == to)."""
        to.pts += 1
        where: Any = types.PeerUser(sender.id)
        if group:
            where = types.PeerChat(group.id) if isinstance(group, Group) else types.PeerChannel(group.id)
        message = types.Message(
            to.pts, where, from_id=types.PeerUser(sender.id), message=text, out=sender is to or None,
            **({"date": _now()} | more),
        )  # fmt: skip
        kind = types.UpdateNewChannelMessage if isinstance(group, Channel) else types.UpdateNewMessage
        chats = [group.seen()] if group else []
        news = types.Updates([kind(message, to.pts, 1)], [sender.seen_by(to)], chats, _now(), 0)
        for line, login in list(self._lines.items()):
            if login and login.person is to and login.ended is None:
                await line.say(bytes(news))

    # --- The socket

    @property
    def address(self) -> Server:
        return Server(DC, "127.0.0.1", self.port)

    async def start(self) -> None:
        """On the port of the last time, if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections, hang up all that are."""
        if self._server:
            self._server.close()
            self._server = None
        self.hang_up()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def hang_up(self) -> None:
        for line in self._lines:
            line.hang_up()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        line = Line(reader, writer)
        self._lines[line] = None
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    await self._packet(line, await line.packet())
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            del self._lines[line]
            self._tasks.discard(task)

    async def _packet(self, line: Line, packet: bytes) -> None:
        (key_id,) = struct.unpack("<Q", packet[:8])
        if key_id == 0:
            if key := await line.shake(packet):
                self.handshakes += 1
                # A session string fills a key that begins with a zero up at the wrong end; both are this login's.
                login = Login(AuthKey(key))
                self._logins |= {AuthKey(each).key_id: login for each in (key, key.ljust(256, b"\0"))}
            return
        login = self._logins.get(key_id) or Login(AuthKey(bytes(256)), ended="FORGOTTEN")
        if login.ended == "FORGOTTEN":
            await line.send_packet(struct.pack("<i", -404))
            return
        for message_id, message in line.unseal(packet, login.key):
            self._lines[line] = login
            await self._message(line, login, message_id, message)

    async def _message(self, line: Line, login: Login, message_id: int, message: Any) -> None:
        while hasattr(message, "query"):
            if isinstance(message, functions.InitConnectionRequest):
                self.versions.append(f"{message.device_model} {message.app_version}")
            message = message.query
        if isinstance(message, types.MsgsAck):
            return
        if isinstance(message, functions.PingRequest):
            await line.say(bytes(types.Pong(message_id, message.ping_id)))
            return
        waiting = self._troubles[type(message)]
        trouble = waiting.popleft() if waiting else None
        if trouble in {Trouble.LOST_AND_SILENT, Trouble.LOST_AND_HUNG_UP}:
            body = b""
        else:
            body = self._outcome(login, message, trouble if isinstance(trouble, str) else None)
        if trouble in {Trouble.LOST_AND_HUNG_UP, Trouble.DONE_AND_HUNG_UP}:
            line.hang_up()
        elif not isinstance(trouble, Trouble):
            await line.say(struct.pack("<Iq", 0xF35C6D01, message_id) + body)

    def _outcome(self, login: Login, request: Any, error: str | None) -> bytes:
        self.requests.append(type(request).__name__.removesuffix("Request"))
        try:
            answer = self._answer(login, request, error or login.ended)
        except RefusedError as refusal:
            return bytes(types.RpcError(_code(str(refusal)), str(refusal)))
        if isinstance(answer, list):
            return VECTOR + struct.pack("<i", len(answer)) + b"".join(bytes(each) for each in answer)
        return bytes(answer)

    # --- What is asked

    def _answer(self, login: Login, request: Any, error: str | None) -> Any:
        if error:
            raise RefusedError(error)
        match request:
            case functions.help.GetConfigRequest():
                return _config(self.port)
            case functions.auth.ImportBotAuthorizationRequest():
                return self._bot_login(login, request)
            case functions.auth.SendCodeRequest():
                return types.auth.SentCode(types.auth.SentCodeTypeApp(len(CODE)), "hash")
            case functions.auth.SignInRequest():
                return self._sign_in(login, request)
            case functions.account.GetPasswordRequest():
                return self._password(login).asked()
            case functions.auth.CheckPasswordRequest():
                return self._check_password(login, request)
        if login.person is None or isinstance(login.person, _HalfWay):
            raise RefusedError("AUTH_KEY_UNREGISTERED")
        return self._answer_to(login.person, request)

    def _answer_to(self, me: Person, request: Any) -> Any:
        match request:
            case functions.users.GetUsersRequest():
                return [self._user(me, each) for each in request.id]
            case functions.updates.GetStateRequest():
                return types.updates.State(me.pts, 0, _now(), 0, 0)
            case functions.updates.GetDifferenceRequest():
                return types.updates.DifferenceEmpty(_now(), 0)
            case functions.contacts.ResolveUsernameRequest():
                return self._resolve(me, request.username)
            case functions.channels.GetChannelsRequest():
                return types.messages.Chats([self._channel(me, each).seen() for each in request.id])
            case functions.messages.GetChatsRequest():
                return types.messages.Chats([self.groups[each].seen() for each in request.id if each in self.groups])
            case functions.messages.GetDialogsRequest():
                users = [each.seen_by(me) for each in self.people.values()]
                return types.messages.Dialogs([], [], [each.seen() for each in self.channels.values()], users)
            case functions.messages.SendMessageRequest():
                return self._accept(me, request)
            case functions.upload.SaveFilePartRequest():
                self._uploads[request.file_id][request.file_part] = request.bytes
                return TRUE
            case functions.messages.SendMediaRequest():
                parts = self._uploads[request.media.file.id]
                return self._accept(me, request, b"".join(parts[number] for number in sorted(parts)))
        raise AssertionError(f"this server does not know {request}")

    def _user(self, me: Person, asked: Any) -> Any:
        if isinstance(asked, types.InputUserSelf):
            return me.seen_by(me)
        found = self.people.get(asked.user_id)
        # A bot may leave the hash away for people who have written to it.
        known = found and (asked.access_hash == found.hash or (me.bot and asked.access_hash == 0 and found.in_dialogs))
        return found.seen_by(me) if found and known else types.UserEmpty(asked.user_id)

    def _resolve(self, me: Person, name: str) -> Any:
        for person in self.people.values():
            if person.name.lower() == name.lower():
                return types.contacts.ResolvedPeer(types.PeerUser(person.id), [], [person.seen_by(me)])
        raise RefusedError("USERNAME_NOT_OCCUPIED")

    def _channel(self, me: Person, asked: Any) -> Channel:
        found = self.channels.get(asked.channel_id)
        if found is None or (asked.access_hash != found.hash and not (me.bot and asked.access_hash == 0)):
            raise RefusedError("CHANNEL_INVALID")
        return found

    def _accept(self, me: Person, request: Any, picture: bytes | None = None) -> Any:
        to = self._target(me, request.peer)
        units = len(request.message.encode("utf-16-le")) // 2
        if units > (1024 if picture else 4096):
            raise RefusedError("MEDIA_CAPTION_TOO_LONG" if picture else "MESSAGE_TOO_LONG")
        if request.random_id in self._random_ids:
            raise RefusedError("RANDOM_ID_DUPLICATE")
        self._random_ids.add(request.random_id)
        plain = bool(picture or request.no_webpage) and not request.entities
        self.messages.append(Message(me.id, to, request.message, request.random_id, plain, picture))
        return types.Updates([], [], [], _now(), 0)

    def _target(self, me: Person, peer: Any) -> Person | Group | Channel:
        match peer:
            case types.InputPeerSelf() if not me.bot:
                return me
            case types.InputPeerUser() if (found := self.people.get(peer.user_id)) and found.hash == peer.access_hash:
                return found
            case types.InputPeerChat() if (chat := self.groups.get(peer.chat_id)) and chat.became is None:
                return chat
            case types.InputPeerChannel():
                return self._channel(me, types.InputChannel(peer.channel_id, peer.access_hash))
        raise RefusedError("PEER_ID_INVALID")

    # --- Logins

    def _bot_login(self, login: Login, request: Any) -> Any:
        if request.bot_auth_token not in self.tokens:
            raise RefusedError("ACCESS_TOKEN_INVALID")
        login.person = self.tokens[request.bot_auth_token]
        return types.auth.Authorization(login.person.seen_by(login.person))

    def _sign_in(self, login: Login, request: Any) -> Any:
        if request.phone_code != CODE or request.phone_code_hash != "hash":
            raise RefusedError("PHONE_CODE_INVALID")
        person = next(each for each in self.people.values() if each.phone == request.phone_number.lstrip("+"))
        if person.password:
            login.person = _HalfWay(person.id, person.name, password=person.password)
            raise RefusedError("SESSION_PASSWORD_NEEDED")
        login.person = person
        return types.auth.Authorization(person.seen_by(person))

    def _password(self, login: Login) -> Password:
        assert login.person
        assert login.person.password
        return login.person.password

    def _check_password(self, login: Login, request: Any) -> Any:
        if not self._password(login).is_proved_by(request.password):
            raise RefusedError("PASSWORD_HASH_INVALID")
        assert login.person
        person = login.person = self.people[login.person.id]
        return types.auth.Authorization(person.seen_by(person))


class _HalfWay(Person):
    """Has shown the code, not yet the password."""


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _code(name: str) -> int:
    rules: Iterator[tuple[bool, int]] = iter(
        [
            (("FLOOD" in name and name != "PEER_FLOOD") or name.startswith("SLOWMODE"), 420),
            (name in _UNAUTHORISED, 401),
            (name == "AUTH_KEY_DUPLICATED", 406),
            ("FORBIDDEN" in name, 403),
            (name in _INTERNAL, 500),
            ("_MIGRATE_" in name, 303),
        ]
    )
    return next((code for holds, code in rules if holds), 400)


def _config(port: int) -> types.Config:
    here = types.DcOption(DC, "127.0.0.1", port)
    blanks = {
        "expires": _now(), "test_mode": False, "dc_options": [here], "dc_txt_domain_name": "", "me_url_prefix": ""
    }  # fmt: skip
    numbers = {
        name: 0
        for name, kind in types.Config.__init__.__annotations__.items()
        if kind is int and name not in {"date", *blanks}
    }
    return types.Config(date=_now(), **{**numbers, "this_dc": DC, **blanks})
