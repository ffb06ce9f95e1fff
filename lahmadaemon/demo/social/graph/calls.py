"""One logical call: who asks, whether they may, what they are told, and what is noted of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

import msgspec

from lahmadaemon.clock import Clock, Instant
from lahmadaemon.demo.social.graph.errors import INVALID_TOKEN, GraphError, PageError, gone, no_such_path, no_token
from lahmadaemon.demo.social.graph.ledger import Call, Ledger, told
from lahmadaemon.demo.social.graph.login import Login
from lahmadaemon.demo.social.graph.nodes import Found, find, read
from lahmadaemon.demo.social.graph.shapes import Look
from lahmadaemon.demo.social.graph.switches import Switches, Trouble, error_of
from lahmadaemon.demo.social.graph.tokens import Tokens
from lahmadaemon.demo.social.graph.usage import APP, Account, Refusal, Usage
from lahmadaemon.demo.social.world import World, by

OLDEST, NEWEST = 22, 26
PAGE = b"<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"


class Address(NamedTuple):
    """Where a call goes. `root`: scheme and host; an expired version is forwarded to the oldest living one."""

    root: str
    version: str
    parts: tuple[str, ...]


def address(root: str, path: str, version: str = f"v{OLDEST}.0") -> Address:
    """`version`: where the path names none. Raises GraphError 2500 for one that is not out yet."""
    parts = tuple(part for part in path.split("/") if part)
    if parts and (match := re.fullmatch(r"v(\d+)\.\d+", parts[0])):
        if int(match[1]) > NEWEST:
            raise no_such_path(parts[0])
        version = parts[0] if int(match[1]) >= OLDEST else f"v{OLDEST}.0"
        parts = parts[1:]
    return Address(root, version, parts)


class Told(NamedTuple):
    """An answer. `refusals` hold from when it has been sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    refusals: tuple[Refusal, ...] = ()


@dataclass
class _Heard:
    """What becomes known of a call on the way, also where it fails."""

    method: str
    where: Address
    query: Mapping[str, str]
    token: str
    now: Instant
    batched: bool
    creator_id: int | None = None
    account: Account | None = None
    refusal: Refusal | None = None
    usage: dict[str, str] = field(default_factory=dict)


class Calls:
    """Answers calls, one by one."""

    def __init__(
        self, world: World, clock: Clock, tokens: Tokens, login: Login, switches: Switches, ledger: Ledger, zone: tzinfo
    ) -> None:
        self.usage = Usage(switches)
        self._world, self._clock, self._tokens, self._login = world, clock, tokens, login
        self._switches, self._ledger, self._zone = switches, ledger, zone

    def call(
        self, method: str, where: Address, query: Mapping[str, str], bearer: str, *, batched: bool = False
    ) -> Told:  # fmt: skip
        """Never raises: an error is an answer."""
        heard = _Heard(method, where, query, query.get("access_token", bearer), self._clock.now(), batched)
        try:
            return self.told(heard, self._value(heard), where.version)
        except GraphError as error:
            return self.told(heard, error, where.version)

    def failed(self, method: str, error: GraphError, version: str = f"v{OLDEST}.0") -> Told:
        """A whole HTTP request that fails."""
        heard = _Heard(method, Address("", version, ()), {}, "", self._clock.now(), batched=False)
        if error.code == Trouble.APP_LIMIT.value:
            heard.refusal = self.usage.refusal(Trouble.APP_LIMIT, None, "", heard.now)
            heard.usage = self.usage.headers(None, heard.now, heard.refusal)
        return self.told(heard, error, version)

    def told(self, heard: _Heard, value: object, version: str) -> Told:
        """The answer, noted."""
        error = value if isinstance(value, GraphError) else None
        status, code = (error.status, error.code) if error else (200, None)
        url = told("/".join(heard.where.parts), heard.query)
        self._ledger.note(Call(heard.method, url, heard.creator_id, heard.now, status, code, heard.batched))
        trace = f"AStandIn{self._ledger.logical_calls:015}"
        page = isinstance(error, PageError)
        headers = {
            "Content-Type": "text/html; charset=utf-8" if page else "application/json; charset=UTF-8",
            "facebook-api-version": version,
            "x-fb-trace-id": trace,
            **({"WWW-Authenticate": INVALID_TOKEN} if code == 190 else {}),
            **heard.usage,
        }
        body = PAGE if page else msgspec.json.encode(error.told(trace) if error else value)
        return Told(status, headers, body, (heard.refusal,) if heard.refusal else ())

    def _value(self, heard: _Heard) -> object:
        parts = heard.where.parts
        if parts == ("oauth", "access_token"):
            return self._login.access_token(heard.query)
        if not heard.token:
            raise no_token()
        if parts == ("debug_token",):
            return self._login.debug(heard.token, heard.query)
        if heard.token == self._tokens.app_token:
            return self._as_app(heard)
        if not parts:
            raise gone("0", heard.method.lower())
        look = self._look(heard)
        found = self._charged(heard, look)
        match heard.method, parts[1:]:
            case "GET", edges:
                return read(found, list(edges), heard.query, look)
            case "DELETE", ("permissions", *scope) if found.node is look.creator and len(scope) < 2:
                self._tokens.revoke(look.creator.id, *scope)
                return {"success": True}
        raise gone(parts[0], heard.method.lower())

    def _as_app(self, heard: _Heard) -> object:
        """The app itself sees nobody's things, but may give a creator's permissions back."""
        match heard.method, heard.where.parts:
            case "DELETE", (user, "permissions") if creator := by(self._world.creators, "facebook_id", user):
                self._tokens.revoke(creator.id)
                return {"success": True}
        raise gone(heard.where.parts[0] if heard.where.parts else "0", heard.method.lower())

    def _look(self, heard: _Heard) -> Look:
        known = self._tokens.known(heard.token)
        heard.creator_id = known.creator_id if known else None
        token, creator = self._tokens.check(heard.token)
        self._tokens.check_proof(token.text, heard.query, required=self._switches.require_proof)
        base = f"{heard.where.root}/{heard.where.version}"
        return Look(
            heard.now, self._world, self._tokens, creator, token, base, self._zone, self._switches.too_much_above
        )  # fmt: skip

    def _charged(self, heard: _Heard, look: Look) -> Found:
        """The node asked for, after the call has been counted. Raises GraphError: a trouble, a limit, or no such node."""
        try:
            found: Found | GraphError = find(heard.where.parts[0], look)
        except GraphError as error:
            found = error
        account = None if isinstance(found, GraphError) else found.account
        self.usage.arrived([APP, heard.token, *([account.id] if account else [])], heard.now)
        trouble = self._switches.take_trouble(look.creator.id)
        if trouble is None:
            public = account is None or "business_discovery" in heard.query.get("fields", "")
            trouble = self.usage.charge(account, heard.now, app=public)
        if trouble is not None:
            heard.refusal = self.usage.refusal(trouble, account, heard.token, heard.now)
        heard.usage = self.usage.headers(account, heard.now, heard.refusal)
        if trouble is not None:
            raise error_of(trouble, heard.token)
        if isinstance(found, GraphError):
            raise found
        return found
