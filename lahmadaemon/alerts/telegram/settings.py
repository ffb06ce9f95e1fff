"""Who we are on Telegram and whom we tell. Imports nothing of Telethon: whoever does not use Telegram does not pay for it."""

import re
from importlib.util import find_spec
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from lahmadaemon.configuration import Group, Listed

ME = "me"
_RECIPIENT = re.compile(r"me|@[A-Za-z]\w{3,31}|-?[1-9]\d{0,15}", re.ASCII)
_TOKEN = re.compile(r"\d{3,16}:[\w-]{30,}", re.ASCII)
_SESSION = re.compile(r"1([\w-]{351}|[\w-]{367})=", re.ASCII)
_MTPROXY_SECRET = re.compile(r"(dd)?[0-9a-f]{32}", re.IGNORECASE)
_PROXIES = {"socks5": 1080, "socks4": 1080, "http": 3128, "mtproxy": 443}
"""What a proxy may be, with the port where none is written."""


class Proxy(NamedTuple):
    """A way around: its kind, where it is, and who we are to it (for mtproxy, `user` is the secret)."""

    kind: str
    host: str
    port: int
    user: str | None
    password: str | None


class TelegramSettings(Group):
    """`LAHMA_TELEGRAM__…`: a bot's token or an account's phone number, and the people to tell."""

    api_id: int | None = Field(None, description="The number of your application, from https://my.telegram.org", gt=0)
    api_hash: SecretStr | None = Field(None, description="Its hash, from the same page")
    bot_token: SecretStr | None = Field(None, description="The token of the bot that speaks, from @BotFather")
    phone: SecretStr | None = Field(None, description="Or the phone number of the account that speaks: +36…")
    session: SecretStr | None = Field(
        None, description="A Telethon session string (default: made at the login and kept in the state folder)"
    )
    recipients: Listed = Field((), description="Who is told: @name, numbers of people and groups, me (not for a bot)")
    operators: Listed = Field(
        (), description="Numbers of people who may send commands (default: people among recipients)"
    )
    proxy: SecretStr | None = Field(
        None, description="socks5://user:password@host:1080, http://host:3128 or mtproxy://secret@host:443"
    )

    @field_validator("api_hash")
    @classmethod
    def _hash_shape(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, re.compile(r"[0-9a-f]{32}"), "write the 32 characters (0-9, a-f) of App api_hash")

    @field_validator("bot_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, _TOKEN, "write the token as @BotFather gave it, such as 123456789:AAF…")

    @field_validator("phone")
    @classmethod
    def _phone_shape(cls, value: SecretStr | None) -> SecretStr | None:
        bare = SecretStr(re.sub(r"[\s().-]", "", value.get_secret_value())) if value else None
        return _shaped(bare, re.compile(r"\+[1-9]\d{6,14}"), "write the number with its country, such as +36301234567")

    @field_validator("session")
    @classmethod
    def _session_shape(cls, value: SecretStr | None) -> SecretStr | None:
        return _shaped(value, _SESSION, "write a Telethon StringSession: 353 characters, the first is 1")

    @field_validator("recipients")
    @classmethod
    def _recipient_shapes(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [each for each in recipients if not _RECIPIENT.fullmatch(each)]:
            raise ValueError(f"{wrong[0]!r} is nobody: write @name, a number such as 12345 or -1001234567890, or me")
        return tuple(dict.fromkeys(recipients))

    @field_validator("operators")
    @classmethod
    def _operator_shapes(cls, operators: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [each for each in operators if not re.fullmatch(r"[1-9]\d{0,15}", each, re.ASCII)]:
            raise ValueError(f"{wrong[0]!r} is no person's number: ask @userinfobot for yours, such as 123456789")
        return operators

    @field_validator("proxy")
    @classmethod
    def _proxy_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value and _parsed(value.get_secret_value()).kind != "mtproxy" and find_spec("python_socks") is None:
            # Telethon would only warn, and then speak directly.
            raise ValueError("a proxy needs python-socks: pip install 'lahmadaemon[proxy]'")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = {name: value for name, value in self if value}
        if not given:
            return self
        if self.bot_token and self.phone:
            raise ValueError("set __BOT_TOKEN or __PHONE, not both")
        if self.bot_token and ME in self.recipients:
            raise ValueError(
                "__RECIPIENTS=me is for accounts: a bot cannot write to itself; write your @name or number"
            )
        if missing := [f"__{name.upper()}" for name in ("api_id", "api_hash", "recipients") if name not in given]:
            raise ValueError(f"also set {', '.join(missing)}, or nothing of this group")
        return self

    @property
    def configured(self) -> bool:
        """Whether there is somebody to speak as and somebody to tell."""
        return self.api_id is not None

    @property
    def bot_id(self) -> int | None:
        """The bot's own number, the first part of its token; None for an account."""
        return int(self.bot_token.get_secret_value().partition(":")[0]) if self.bot_token else None

    @property
    def allowed(self) -> frozenset[int]:
        """Who may send commands."""
        return frozenset(int(each) for each in self.operators or self.recipients if each.isdecimal())

    @property
    def way(self) -> Proxy | None:
        """The proxy, taken apart."""
        return _parsed(self.proxy.get_secret_value()) if self.proxy else None


def _shaped(value: SecretStr | None, shape: re.Pattern[str], help_: str) -> SecretStr | None:
    if value is None:
        return None
    bare = value.get_secret_value().strip()
    if not shape.fullmatch(bare):
        raise ValueError(help_)
    return SecretStr(bare)


def _parsed(text: str) -> Proxy:
    """Raises ValueError that says what to write; never quotes what was written, for it may be a password."""
    try:
        parts = urlsplit(text.strip())
        kind, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        kind, host, port = "", None, None
    if kind not in _PROXIES or not host or port == 0 or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("write socks5://host:1080, socks4://host, http://host:3128 or mtproxy://secret@host:443")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    if kind == "mtproxy" and not _MTPROXY_SECRET.fullmatch(user or ""):
        raise ValueError("write mtproxy://secret@host:443 with a secret of 32 characters (0-9, a-f), or dd before them")
    return Proxy(kind, host, port or _PROXIES[kind], user, password)
