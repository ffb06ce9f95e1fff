"""The Display API's three endpoints: whose token, which fields, which videos. Raise RefusedError where TikTok would refuse."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lahmadaemon.clock import Clock
from lahmadaemon.demo.social.tiktok import figures
from lahmadaemon.demo.social.tiktok.answers import RefusedError
from lahmadaemon.demo.social.tiktok.tokens import Pair, Tokens
from lahmadaemon.demo.social.world import Item, World

LARGEST, USUAL = 20, 10
"""Videos of a page, and at most as many ids of a query."""
Paging = Callable[[Sequence[Item], int, int], tuple[Sequence[Item], int, bool]]


@dataclass(frozen=True)
class Asked:
    """A request, as far as endpoints look at it; `token`: its bearer token, if any."""

    query: Mapping[str, str]
    body: str
    content_type: str
    token: str


class Display:
    def __init__(self, world: World, clock: Clock, tokens: Tokens) -> None:
        self._world, self._clock, self._tokens = world, clock, tokens

    def user_info(self, asked: Asked) -> dict[str, Any]:
        pair, fields = self._pair(asked), _fields(asked)
        who = self._world.creators[pair.creator_id]
        return {"user": figures.user(who, fields, pair.scopes, self._clock.now())}

    def video_list(self, asked: Asked, paging: Paging) -> dict[str, Any]:
        pair, fields = self._pair(asked, "video.list"), _fields(asked)
        body = _body(asked, {"max_count", "cursor"})
        size, cursor = body.get("max_count", USUAL), body.get("cursor", 0)
        if not _is_whole(size) or not 1 <= size <= LARGEST:
            raise RefusedError("invalid_params", f"max_count must be between 1 and {LARGEST}.")
        if not _is_whole(cursor) or cursor < 0:
            raise RefusedError("invalid_params", "cursor must be a time in milliseconds.")
        who, now = self._world.creators[pair.creator_id], self._clock.now()
        items, cursor, more = paging(figures.public(who, now), size, cursor)
        return {"videos": figures.videos(who, items, fields, now), "cursor": cursor, "has_more": more}

    def video_query(self, asked: Asked) -> dict[str, Any]:
        """Those that are not the creator's own, or not public, are missing from the answer."""
        pair, fields = self._pair(asked, "video.list"), _fields(asked)
        filters = _body(asked, {"filters"}).get("filters")
        ids = filters.get("video_ids") if isinstance(filters, dict) and len(filters) == 1 else None
        if not isinstance(ids, list) or not ids or not all(isinstance(each, str) for each in ids):
            raise RefusedError("invalid_params", "filters.video_ids must be a list of ids.")
        if len(ids) > LARGEST:
            raise RefusedError("invalid_params", f"filters.video_ids takes at most {LARGEST} ids.")
        who, now = self._world.creators[pair.creator_id], self._clock.now()
        own = {item.id: item for item in figures.public(who, now)}
        items = [own[each] for each in dict.fromkeys(ids) if each in own]
        return {"videos": figures.videos(who, items, fields, now)}

    def _pair(self, asked: Asked, scope: str | None = None) -> Pair:
        pair = self._tokens.bearer(asked.token)
        if pair is None:
            raise RefusedError("access_token_invalid", "The access token has run out or is wrong.")
        if scope and scope not in pair.scopes:
            raise RefusedError("scope_not_authorized", f"The user did not grant the scope {scope}.")
        return pair


def _fields(asked: Asked) -> list[str]:
    fields = asked.query.get("fields", "")
    if not fields or len(asked.query) > 1:
        raise RefusedError("invalid_params", "The query must have fields, and nothing else.")
    return fields.split(",")


def _body(asked: Asked, known: set[str]) -> dict[str, Any]:
    """No body at all is an empty one."""
    if not asked.body:
        return {}
    try:
        body = json.loads(asked.body)
    except ValueError as error:
        raise RefusedError("invalid_params", "The body is no JSON.") from error
    if asked.content_type.partition(";")[0].strip() != "application/json":
        raise RefusedError("invalid_params", "The content type must be application/json.")
    if not isinstance(body, dict) or not known >= body.keys():
        raise RefusedError("invalid_params", f"The body must be an object of {', '.join(sorted(known))}.")
    return body


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
