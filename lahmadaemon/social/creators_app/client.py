"""Asks the Creators app, and says in our words why an answer is none."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

import httpx

from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import Answer, fetch
from lahmadaemon.social.creators_app import payload
from lahmadaemon.social.creators_app.payload import CampaignRow, CreatorRow, InvolvedRow, Rows, WrongShapeError
from lahmadaemon.social.settings import CreatorsAppSettings

DEADLINE = 30.0
LIMIT = 16 * 1024 * 1024
LONGEST_LIST = 1500
"""Signs of campaign ids in one address; servers take some 4,000 to 8,000 in all."""

T = TypeVar("T")


class CreatorsApp:
    """Each method raises UpstreamError for what passes, WrongShapeError (one of those) for an answer that cannot be
    believed, HopelessError where it does not let us in."""

    def __init__(self, settings: CreatorsAppSettings, client: httpx.AsyncClient, *, deadline: float = DEADLINE) -> None:
        token = settings.token
        self._base = f"{settings.url}/api-influencers"
        self._headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        self._client = client
        self._deadline = deadline

    async def creators(self) -> Rows[CreatorRow]:
        """All of them."""
        return await self._read("/creators/", payload.creators)

    async def campaigns(self) -> Rows[CampaignRow]:
        """All of them."""
        return await self._read("/campaigns/", payload.campaigns)

    async def involved(self, campaign_ids: Sequence[int]) -> Rows[InvolvedRow]:
        """Of as many campaigns as fit into an address (`in_parts`)."""
        return await self._read(f"/involved?campaign-ids={listed(campaign_ids)}", payload.involved)

    async def _read(self, path: str, read: Callable[[bytes], T]) -> T:
        url = self._base + path
        answer = await fetch(self._client, url, headers=self._headers, deadline=self._deadline, limit=LIMIT)
        where = url.partition("?")[0]
        body = _well(answer, where)
        try:
            return await asyncio.to_thread(read, body)  # many megabytes take their time
        except WrongShapeError as error:
            raise WrongShapeError(f"{where} answered something else than it should: {error}") from error


def listed(campaign_ids: Sequence[int]) -> str:
    """A Python list as text, as the other side reads it: `[1, 2]`, percent-encoded but for its commas."""
    return quote(str(list(campaign_ids)), safe=",")


def in_parts(campaign_ids: Sequence[int]) -> Iterator[list[int]]:
    """The ids, as many at once as an address may hold."""
    part: list[int] = []
    length = len(listed([]))
    for number in campaign_ids:
        signs = len(f",%20{number}")
        if part and length + signs > LONGEST_LIST:
            yield part
            part, length = [], len(listed([]))
        part.append(number)
        length += signs
    if part:
        yield part


def _well(answer: Answer, where: str) -> bytes:
    """The body, where status and first sign say that it is one."""
    status = answer.status
    if status in {401, 403}:
        raise HopelessError(
            f"{where} does not let us in (status {status}): put the token it expects into LAHMA_SOCIAL__CREATORS__TOKEN",
            outcome="key_wrong",
        )
    if status != 200:
        outcome = "rate_limited" if status == 429 else "server_error" if status >= 500 else "invalid"
        lasting = 300 <= status < 500 and status not in {408, 425, 429}
        hint = "; if that lasts, look at LAHMA_SOCIAL__CREATORS__URL" if lasting else ""
        raise UpstreamError(f"{where} answered {status}{hint}", retry_after=answer.retry_after, outcome=outcome)
    if answer.body.lstrip().startswith(b"<"):
        raise UpstreamError(f"{where} answered a web page instead of data", outcome="invalid")
    return answer.body
