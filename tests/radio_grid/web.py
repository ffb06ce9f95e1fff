"""Sites that say what they are told to, and remember what they were asked."""

import json

import httpx

from tests.samples import sample


class Web:
    """Replies by path; a path nobody has filled is a 404."""

    def __init__(self, **samples: str) -> None:
        self.asked: list[httpx.Request] = []
        self._replies: dict[str, tuple[int, bytes]] = {}

    def says(self, path: str, body: bytes | str | object, status: int = 200) -> None:
        """`body`: bytes as they are, a sample's name, or anything else as JSON."""
        if isinstance(body, str):
            body = sample(body)
        self._replies[path] = (status, body if isinstance(body, bytes) else json.dumps(body).encode())

    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        status, body = self._replies.get(request.url.path, (404, b"<h1>Not Found</h1>"))
        return httpx.Response(status, content=body)
