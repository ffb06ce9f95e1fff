"""Sends what was taken from the frontier, and tells what came back: an answer for each, or why there is none for any."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import structlog
from pydantic import SecretStr

from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta import payload, usage
from lahmadaemon.social.meta.errors import UNREADABLE, Trouble, classify
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.meta.trips import Pending

log = structlog.get_logger()

BROKEN_AFTER = 5
"""Requests in a row that were not answered, whosoever: then nobody is asked any more for now."""
_NOT_SENT = {"unreachable", "certificate"}


@dataclass(frozen=True)
class Sent:
    """`answers`: one for each, None where Meta did not finish it. Or the whole of it was refused: why, and whose token it
    went with (None: the app's). Or nothing came back; `late`: perhaps since it was too much."""

    answers: Sequence[Answer | None] = ()
    refused: Trouble | None = None
    owner: Pending | None = None
    lost: bool = False
    late: bool = False


class Wire:
    """Counts, and remembers from one run to the next how many requests at once Meta can do, and with which token."""

    def __init__(self, graph: Graph, limits: Limits, batch_size: int) -> None:
        self.size = batch_size
        self.http_requests = self.logical_calls = 0
        self._graph = graph
        self._limits = limits
        self._most = batch_size
        self._failures = 0
        self._as_app = graph.app_token is not None

    @property
    def broken(self) -> bool:
        """Whether Meta seems to be away altogether."""
        return self._failures >= BROKEN_AFTER

    def mend(self) -> None:
        """Let it be tried again."""
        self._failures = 0

    async def send(self, batch: Sequence[Pending]) -> Sent:
        """In one HTTP request. Limits learn what its headers tell."""
        self.http_requests += 1
        try:
            return await (self._single(batch[0]) if len(batch) == 1 else self._batch(batch))
        except UpstreamError as error:
            if error.outcome not in _NOT_SENT:
                self._charged(batch)
            late = isinstance(error.__cause__, TimeoutError | httpx.TimeoutException) or error.outcome == "invalid"
            self._failed(batch, str(error), much=late, sure=error.outcome in _NOT_SENT)
            return Sent(lost=True, late=late)

    async def _single(self, pending: Pending) -> Sent:
        answer = await self._graph.get(pending.ask.path, pending.ask.query, pending.trip.token)
        self._charged([pending])
        if classify(answer.status, answer.body) is UNREADABLE:
            self._failed([pending], f"a request was answered {answer.status} with something that is no JSON")
        else:
            self._failures = 0
        return Sent([answer])

    async def _batch(self, batch: Sequence[Pending]) -> Sent:
        outer, owner = self._outer(batch)
        answer = await self._graph.batch([(each.ask, each.trip.token) for each in batch], outer)
        told = await asyncio.to_thread(payload.document, answer.body)  # megabytes
        if isinstance(told, list):
            self._failures = 0
            self._charged(batch)
            answers = await asyncio.to_thread(payload.batch, told, len(batch))
            self._sized(len(batch), whole=None not in answers)
            usage.note(self._limits, answer.headers)
            return Sent(answers)
        usage.note(self._limits, answer.headers)
        if not isinstance(told, dict) or (refused := classify(answer.status, answer.body)) is None:
            self._failed(batch, f"a batch was answered {answer.status} with something that is no list", much=True)
            return Sent(lost=True)
        self._failures = 0
        log.warning(
            "social.meta_batch_refused", reason=refused.reason, code=refused.code, subcode=refused.subcode,
            trace=refused.trace, as_app=owner is None,
        )  # fmt: skip
        return Sent(refused=refused, owner=owner)

    def _outer(self, batch: Sequence[Pending]) -> tuple[SecretStr, Pending | None]:
        """The batch itself needs a token too: the app's, which does not die; else one that worked a moment ago."""
        app = self._graph.app_token
        if self._as_app and app is not None:
            return app, None
        owner = next((each for each in batch if each.trip.proved), batch[0])
        return owner.trip.token, owner

    def not_as_app(self) -> None:
        """Meta does not take the app's token here."""
        self._as_app = False

    def _charged(self, batch: Sequence[Pending]) -> None:
        self.logical_calls += len(batch)
        for each in batch:
            each.trip.asks += 1

    def _failed(self, batch: Sequence[Pending], why: str, *, much: bool = False, sure: bool = False) -> None:
        """`much`: perhaps since too much was asked; `sure`: it was not even sent. One request that fails again and again
        counts once: that may be its own fault."""
        single = batch[0] if len(batch) == 1 else None
        if sure or single is None or not single.counted:
            self._failures += 1
            if self._failures == BROKEN_AFTER:
                log.warning("social.meta_unreachable", error=why)
        if single is not None:
            single.counted = True
        elif much:
            self._sized(len(batch), whole=False)

    def _sized(self, size: int, *, whole: bool) -> None:
        """What Meta did not finish was too much at once; it grows again slowly."""
        if not whole:
            self.size = max(1, min(self.size, size) // 2)
        elif size >= self.size:
            self.size = min(self._most, self.size + max(1, self.size // 4))
