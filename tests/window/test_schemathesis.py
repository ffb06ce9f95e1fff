"""The house's own API is held to its OpenAPI document: by hand, and by schemathesis with whatever it comes up with."""

import asyncio
import contextlib
import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.supervision.health import HealthBoard
from tests.fakes.clock import START, FakeClock
from tests.fakes.window import window_app
from tests.window.test_visitors_api import brought, owed
from tests.window.world import API, house, listened

TOKEN = "open sesame"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
SETTINGS = settings(
    max_examples=2, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""Of each operation, with good requests and with bad ones."""
DAYS = ["2026-10-21", "2026-10-19", "2026-03-29"]
KNOWN: dict[str, list[Any]] = {
    "station": ["main", "nobody"], "camera": ["lobby", "nobody"], "target": ["partner"], "from": DAYS[1:], "to": DAYS[:1],
    "day": DAYS, "week": ["2026-W43", "2026-10-21"], "month": ["2026-10"], "name": ["web", "nobody"],
    "key": ["1", "no_files", "lobby"],
}  # fmt: skip


def documented(token: str | None = None) -> tuple[FastAPI, dict[str, Any]]:
    """The app, and its document without other rooms' routes."""
    app = window_app(token=token)
    document = copy.deepcopy(app.openapi())
    document["paths"] = {path: of for path, of in document["paths"].items() if path.startswith(API)}
    return app, document


def test_every_route_has_words_refusals_and_a_shape() -> None:
    _, document = documented()

    assert len(document["paths"]) >= 22
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where, answers = f"{method} {path}", operation["responses"]
            assert operation["tags"], where
            assert operation["description"], where
            assert operation["security"], where
            refusals = {status for status in answers if status >= "400"}
            assert refusals >= {"401", "422", "503"}, where
            assert all("application/problem+json" in answers[each]["content"] for each in refusals), where
            assert "$ref" in answers["200"]["content"]["application/json"]["schema"], where


def test_every_shape_that_is_named_is_there() -> None:
    app, _ = documented()
    named = {part.split('"')[0] for part in str(app.openapi()).replace("'", '"').split('"#/components/schemas/')[1:]}

    assert named <= app.openapi()["components"]["schemas"].keys()


@pytest.mark.slow
async def test_whatever_is_asked_the_answer_is_documented(tmp_path: Path) -> None:
    clock = FakeClock()
    board = HealthBoard(clock)
    board.enter("web", essential=True)
    async with house(tmp_path, clock, board=board) as doors:
        await listened(doors.store)
        await brought(doors.store, "a.json", [(START - 5000, 0)])
        await owed(doors.store, START)
        doors.desk.raise_alarm(Condition.NO_FILES, "visitors.lobby", camera="lobby")
        await doors.desk.turn()
        app, document = await asyncio.to_thread(documented, TOKEN)
        app.state.house = doors
        async with standing_in(app) as url:
            statuses = await asyncio.to_thread(fuzz, url, about_what_is_there(document))

    assert statuses.total() > 80
    assert statuses.keys() >= {200, 404, 422}


def about_what_is_there(document: dict[str, Any]) -> dict[str, Any]:
    """The document, whose parameters are mostly what the house holds: else hardly a request would find anything."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if known := KNOWN.get(parameter["name"]):
                    parameter["schema"] = {"enum": known}
    return document


def fuzz(url: str, document: dict[str, Any]) -> Counter[int]:
    """How often each status came. Raises what schemathesis finds."""
    statuses: Counter[int] = Counter()

    def ask(case: schemathesis.Case[Any]) -> None:
        answer = case.call(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"})
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    for each in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(each, Ok)
        for mode in GenerationMode:
            strategy = each.ok().as_strategy(generation_mode=mode)
            with contextlib.suppress(Unsatisfiable):  # nothing about it can be wrong
                SETTINGS(given(case=strategy)(ask))()
    return statuses
