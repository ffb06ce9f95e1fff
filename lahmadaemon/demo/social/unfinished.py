"""An answer that is promised whole and never comes whole: the connection breaks, or nothing more is said."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Unfinished(Response):
    """Sends its headers and `pieces` bytes, then leaves; `hangs`: waits until the caller has left.

    With `speaks=False` not even headers are sent, which only somebody who hangs may do.
    """

    def __init__(self, body: bytes, *, pieces: int = 0, speaks: bool = True, hangs: bool = False) -> None:
        super().__init__(body, media_type="application/json")
        self._pieces, self._speaks, self._hangs = pieces, speaks, hangs

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        if self._speaks:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": bytes(self.body[: self._pieces]), "more_body": True})
        while self._hangs and (await receive())["type"] != "http.disconnect":
            pass
