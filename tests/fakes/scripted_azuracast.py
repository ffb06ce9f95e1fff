"""A station that gives prepared answers, one after the other, and remembers what it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True)
class Reply:
    """One prepared answer. A Content-Length above the length of the body breaks the connection off where the body ends."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json; charset=utf-8"})


@dataclass(frozen=True)
class Poll:
    """What the station says at one poll."""

    listeners: Reply
    now_playing: Reply


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    path: str
    query: str
    headers: Headers


class ScriptedStation:
    """Every listeners request gets the next poll, the last one again and again; now-playing goes with the listeners told last."""

    def __init__(self, polls: Sequence[Poll]) -> None:
        self.requests: list[Asked] = []
        self._polls = polls
        self._told = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests.append(Asked(scope["path"], scope["query_string"].decode(), Headers(scope=scope)))
        reply = self._reply(scope["path"])
        headers = MutableHeaders(reply.headers)
        declared = int(headers.setdefault("content-length", str(len(reply.body))))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers.raw})
        await send({"type": "http.response.body", "body": reply.body, "more_body": declared > len(reply.body)})

    def _reply(self, path: str) -> Reply:
        if path.endswith("/listeners"):
            self._told = min(self._told + 1, len(self._polls))
            return self._polls[self._told - 1].listeners
        if path.startswith("/api/nowplaying/"):
            return self._polls[max(self._told, 1) - 1].now_playing
        return Reply(b"{}", 404)
