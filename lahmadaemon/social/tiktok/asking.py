"""One request to the Display API: its turn, its bearer, its answer judged."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from lahmadaemon.clock import Clock
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer, fetch, post
from lahmadaemon.social.limits import Bucket
from lahmadaemon.social.settings import TikTokSettings
from lahmadaemon.social.tiktok.errors import Told, Trouble, judge
from lahmadaemon.social.walk import Ask

DEADLINE = 20.0
LARGEST_ANSWER = 4 * 1024 * 1024
NOT_SENT = frozenset({"unreachable", "certificate"})


@dataclass(frozen=True)
class Reply:
    """What came of it. `answer` is None where none came; then `told.code` says how far it got."""

    told: Told
    answer: Answer | None = None

    @property
    def reached(self) -> bool:
        """Whether it may have got there, and so was counted."""
        return self.answer is not None or self.told.code not in NOT_SENT

    @property
    def retry_after(self) -> float | None:
        return self.answer.retry_after if self.answer else None


class Asking:
    """Each endpoint has limits of its own (TikTok's documentation of rate limits), and so a bucket of its own."""

    def __init__(self, settings: TikTokSettings, client: httpx.AsyncClient, clock: Clock) -> None:
        self._url = settings.url
        self._client = client
        self._buckets = defaultdict[str, Bucket](partial(Bucket, clock, settings.per_second))

    async def turn(self, ask: Ask) -> None:
        """Wait for one."""
        await self._buckets[endpoint(ask)].take()

    async def ask(self, ask: Ask, token: SecretStr) -> Reply:
        """Never raises for the network's sake."""
        url = f"{self._url}/{ask.path}" + (f"?{urlencode(ask.query)}" if ask.query else "")
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
        try:
            if ask.method == "GET":
                answer = await fetch(self._client, url, headers=headers, deadline=DEADLINE, limit=LARGEST_ANSWER)
            else:
                headers["Content-Type"] = "application/json; charset=UTF-8"
                content = json.dumps(ask.body or {}).encode()
                answer = await post(
                    self._client, url, headers=headers, content=content, deadline=DEADLINE, limit=LARGEST_ANSWER
                )
        except UpstreamError as trouble:
            return Reply(Told(trouble.outcome, trouble=Trouble.PASSING))
        return Reply(judge(answer.status, answer.body), answer)


def endpoint(ask: Ask) -> str:
    """Its name, such as `video/list`."""
    return ask.path.strip("/")
