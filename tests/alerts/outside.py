"""Somebody outside who is asked over HTTP: answers as told, and remembers what came."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Outside:
    """`statuses`: the next answers, then 200; 0 is no answer."""

    statuses: list[int] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer), trust_env=False)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status = self.statuses.pop(0) if self.statuses else 200
        if not status:
            raise httpx.ConnectError("no route to host", request=request)
        return httpx.Response(status)

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]
