"""Serves a folder of recorded answers, as its requests.json says which answers what: Graph API, TikTok and the Creators app."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

GRAPH = "/v23.0/"
HIDDEN = {"access_token", "appsecret_proof"}
EDGES = ("media", "stories")
Answer = tuple[int, Any]
"""Status and JSON."""


@dataclass(frozen=True)
class Recorded:
    """One line of requests.json with its file."""

    creator_id: int | None
    method: str
    path: str
    query: Mapping[str, str]
    after: str | None
    with_insights: bool | None
    cursor: int | None
    status: int
    told: Any


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    token: str
    body: str = ""

    def __str__(self) -> str:
        shown = "&".join(f"{name}={value}" for name, value in self.query.items() if name not in HIDDEN)
        return f"{self.method} {self.path}?{shown} {self.body}".rstrip("? ")


class Replay:
    """`tokens`: whose TikTok or user token it is. `seen`: every request (of a batch each one); `unknown`: those answered 404."""

    def __init__(self, folder: Path, tokens: Mapping[str, int]) -> None:
        self.seen: list[str] = []
        self.unknown: list[str] = []
        self.http_requests = 0
        self._tokens = tokens
        self._recorded = [
            _recorded(folder, line) for line in json.loads((folder / "requests.json").read_text())["requests"]
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.http_requests += 1
        response = self._response(request, (await request.body()).decode())
        await response(scope, receive, send)

    def _response(self, request: Request, body: str) -> Response:
        path = request.url.path
        if request.method == "POST" and path.rstrip("/") in ("", GRAPH.rstrip("/")):
            return JSONResponse(self._batch(dict(parse_qsl(body))))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        status, told = self._answer(Asked(request.method, path, dict(request.query_params), token, body))
        return JSONResponse(told, status)

    def _batch(self, form: Mapping[str, str]) -> list[dict[str, Any]]:
        """Each operation's answer in its place, its body a string."""
        headers = [{"name": "Content-Type", "value": "application/json; charset=UTF-8"}]
        extra: dict[str, Any] = {} if form.get("include_headers") == "false" else {"headers": headers}
        told = []
        for operation in json.loads(form["batch"]):
            parts = urlsplit(operation["relative_url"])
            path = GRAPH + parts.path.lstrip("/").removeprefix(GRAPH.lstrip("/"))
            status, body = self._answer(Asked(operation["method"], path, dict(parse_qsl(parts.query)), ""))
            told.append({"code": status, **extra, "body": json.dumps(body, ensure_ascii=False)})
        return told

    def _answer(self, asked: Asked) -> Answer:
        self.seen.append(str(asked))
        if asked.path.startswith(GRAPH):
            answer = self._of_graph(asked)
        elif asked.path.startswith("/v2/"):
            answer = self._of_tiktok(asked)
        else:
            answer = self._first(r for r in self._at(asked) if r.query == asked.query)
        if answer is None:
            self.unknown.append(str(asked))
            return 404, {"error": {"message": "Nothing is recorded for this request", "code": 0}}
        return answer

    def _of_graph(self, asked: Asked) -> Answer | None:
        if asked.path == f"{GRAPH}me/accounts":
            creator = self._tokens.get(asked.token or asked.query.get("access_token", ""))
            return self._first(r for r in self._at(asked) if r.creator_id == creator)
        fields = top_level(asked.query.get("fields", ""))
        edge = asked.path.rpartition("/")[2]
        if edge in EDGES:
            return self._edge(asked.path, asked.query.get("after"), with_insights=any(map(_has_insights, fields)))
        edges = [field for field in fields if "{" in field]
        return self._node(asked, edges) if edges else self._first(self._at(asked))

    def _node(self, asked: Asked, edges: list[str]) -> Answer | None:
        """Profile, media and stories are recorded one by one; a bad answer of one is the answer to all."""
        answers = {"": self._first(self._at(asked))}
        for field in edges:
            name = field.partition("{")[0].partition(".")[0]
            answers[name] = self._edge(f"{asked.path}/{name}", None, with_insights=_has_insights(field))
        found = {name: answer for name, answer in answers.items() if answer is not None}
        if len(found) < len(answers):
            return None
        if bad := [answer for answer in found.values() if answer[0] != 200]:
            return bad[0]
        return 200, {**found.pop("")[1], **{name: told for name, (_, told) in found.items()}}

    def _edge(self, path: str, after: str | None, *, with_insights: bool) -> Answer | None:
        """A page; asked without insights, and recorded only with them, it is told without."""
        pages = {r.with_insights: r for r in self._recorded if r.path == path and r.after == after}
        if page := pages.get(with_insights):
            return page.status, page.told
        page = pages.get(True)
        if page is None or with_insights or page.status != 200:
            return None
        plain = [{name: value for name, value in item.items() if name != "insights"} for item in page.told["data"]]
        return 200, {**page.told, "data": plain}

    def _of_tiktok(self, asked: Asked) -> Answer | None:
        """Pages are as they are, whatever max_count was."""
        creator = self._tokens.get(asked.token)
        if creator is None:
            error = {"code": "access_token_invalid", "message": "The access token is wrong.", "log_id": "EXAMPLE"}
            return 401, {"data": {}, "error": error}
        cursor = json.loads(asked.body or "{}").get("cursor")
        return self._first(r for r in self._at(asked) if (r.creator_id, r.cursor) == (creator, cursor))

    def _at(self, asked: Asked) -> list[Recorded]:
        return [r for r in self._recorded if (r.method, r.path) == (asked.method, asked.path)]

    @staticmethod
    def _first(recorded: Any) -> Answer | None:
        return next(((r.status, r.told) for r in recorded), None)


def top_level(fields: str) -> list[str]:
    """`a,media.limit(2){b,c}` is `a` and `media.limit(2){b,c}`."""
    found, depth = [""], 0
    for sign in fields:
        depth += (sign in "({") - (sign in ")}")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return [field for field in found if field]


def _has_insights(field: str) -> bool:
    return "insights.metric(" in field


def _recorded(folder: Path, line: Mapping[str, Any]) -> Recorded:
    return Recorded(
        line["creator_id"], line["method"], line["path"], line.get("query", {}), line.get("after"),
        line.get("with_insights"), line.get("body", {}).get("cursor"), line["status"],
        json.loads((folder / line["file"]).read_text()),
    )  # fmt: skip
