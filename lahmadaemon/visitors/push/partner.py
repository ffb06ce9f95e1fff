"""The partner's API as a sender sees it: one report handed over, one judgement back."""

from dataclasses import dataclass

import httpx

from lahmadaemon.clock import SECOND, Clock, instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer, post
from lahmadaemon.visitors.push.answers import ANSWER_KEPT, Judgement, classify, unanswered
from lahmadaemon.visitors.push.pushes import Push
from lahmadaemon.visitors.push.settings import PushSettings

DEADLINE = 15.0
LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """What came of an attempt; `ahead`: seconds by which the partner's clock is ahead of ours, where it told its time."""

    judgement: Judgement
    latency: int
    status: int | None = None
    answer: str | None = None
    ahead: float | None = None


class Partner:
    """One partner's address."""

    def __init__(
        self, settings: PushSettings, client: httpx.AsyncClient, clock: Clock, *, deadline: float = DEADLINE
    ) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._deadline = deadline
        self._headers = {"Content-Type": "application/json; charset=utf-8"}
        # A connection kept open may be closed by the other side just as the next report leaves: that would be one more
        # whose arrival nobody knows.
        self._headers["Connection"] = "close"
        if settings.token:
            self._headers["Authorization"] = f"Bearer {settings.token.get_secret_value()}"

    async def hand_over(self, push: Push, learnt: str | None) -> Reply:
        """Send the report's bytes and judge the answer, in bounded time and memory. Never raises for the network's sake."""
        headers = self._headers | {"Idempotency-Key": push.key}
        began = self._clock.monotonic()
        try:
            answer = await post(
                self._client, self._settings.url, headers=headers, content=push.body,
                deadline=self._deadline, limit=LARGEST_ANSWER,
            )  # fmt: skip
        except UpstreamError as trouble:
            return Reply(unanswered(trouble), self._since(began))
        judgement = classify(answer, self._settings.accepted, learnt)
        text = answer.body[:ANSWER_KEPT].decode(errors="replace").replace("\0", "\ufffd")
        return Reply(judgement, self._since(began), answer.status, text, self._ahead(answer))

    def _since(self, began: float) -> int:
        return round((self._clock.monotonic() - began) * SECOND)

    def _ahead(self, answer: Answer) -> float | None:
        served = answer.served_at
        return None if served is None else (instant(served) - self._clock.now()) / SECOND
