"""Whose name a request is for: where no token is wanted, another page's own name must not lead here (DNS rebinding)."""

from starlette.datastructures import Headers, State
from starlette.types import ASGIApp, Receive, Scope, Send

from lahmadaemon.web.problems import answer


class Hosts:
    """Refuses (421) requests for hosts that are none of ours. Starlette's own knows no IPv6, and no problem details.

    `state`: the app's, with `hosts`, which is None where any will do.
    """

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = self._state.hosts if scope["type"] == "http" else None
        if known is not None and host_of(Headers(scope=scope).get("host", "")) not in known:
            refused = answer(421, "unknown_host", "the window is not known by that name; LAHMA_WEB__HOSTS may name it")
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


def host_of(header: str) -> str:
    """Without the port (RFC 9110, 7.2)."""
    name, colon, port = header.rpartition(":")
    return (name if colon and (port.isdecimal() or not port) else header).lower()
