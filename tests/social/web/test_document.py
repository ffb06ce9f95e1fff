"""The API is held to its own OpenAPI document: by hand, and by schemathesis with whatever it comes up with."""

import asyncio
import contextlib
import copy
from collections import Counter
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from lahmadaemon.demo.stand_in import standing_in
from tests.social.web.room import REEL, STORY, TOKEN, Room

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
SETTINGS = settings(
    max_examples=4, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""Of each operation, with good requests and with bad ones."""
HOUSE = (
    "/api/v1/alarms",
    "/api/v1/house",
    "/api/v1/radio",
    "/api/v1/services",
    "/api/v1/visitors",
    "/metrics",
    "/pictures",
)
"""What is no affair of this room; tests/window asks there."""
KNOWN: dict[str, list[Any]] = {
    "campaign_id": [101, 103, 0, 2**63 - 1], "creator_id": [11, 13, 0, 2**63 - 1],
    "platform_id": [REEL.platform_id, STORY.platform_id, "0"], "run_id": ["run-0", "-"], "id": ["11", "12", "", "x"],
    "email": ["alma@example.org", "\0"],
}  # fmt: skip


async def test_the_document_names_every_route_with_its_words_and_refusals(visitor: httpx.AsyncClient) -> None:
    document = (await visitor.get("/openapi.json")).json()

    assert document["info"]["title"] == "lahmadaemon"
    assert {tag["name"] for tag in document["tags"]} >= {"campaigns", "posts", "creators", "connecting", "collecting"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["tags"], where
            assert operation["description"], where
            if path.startswith("/api/v1/"):
                refusals = {status for status in operation["responses"] if status >= "400"}
                assert refusals >= {"401", "422", "503"}, where
                assert all(
                    "application/problem+json" in operation["responses"][each]["content"] for each in refusals
                ), where
                assert operation["security"], where


async def test_every_shape_that_is_named_is_there(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/openapi.json")).text
    document = (await visitor.get("/openapi.json")).json()
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert named <= document["components"]["schemas"].keys()
    assert named == document["components"]["schemas"].keys()


async def test_ids_of_platforms_are_text(visitor: httpx.AsyncClient) -> None:
    shapes = (await visitor.get("/openapi.json")).json()["components"]["schemas"]

    for shape in shapes.values():
        for name, field in shape.get("properties", {}).items():
            if name in {"platform_id", "account_id", "page_id", "user_id"} and shape["title"] != "LegacyProfile":
                assert {each["type"] for each in field.get("anyOf", [field])} <= {"string", "null"}, (
                    shape["title"],
                    name,
                )


@pytest.mark.slow
async def test_whatever_is_asked_the_answer_is_documented(seeded: Room) -> None:
    app = seeded.app()
    async with standing_in(app) as url:
        statuses = await asyncio.to_thread(fuzz, url, about_what_is_there(app.openapi()))

    assert statuses.total() > 200
    assert statuses.keys() >= {200, 202, 204, 400, 404, 409, 422}


def about_what_is_there(document: dict[str, Any]) -> dict[str, Any]:
    """The room's part of the document, whose parameters are mostly what the seeded room holds: else hardly a request would
    find anything."""
    found = copy.deepcopy(document)
    found["paths"] = {path: of for path, of in found["paths"].items() if not path.startswith(HOUSE)}
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if known := KNOWN.get(parameter["name"]):
                    parameter["schema"] = {"enum": known}
    return found


def fuzz(url: str, document: dict[str, Any]) -> Counter[int]:
    """How often each status came. Raises what schemathesis finds."""
    statuses: Counter[int] = Counter()

    def ask(case: schemathesis.Case[Any]) -> None:
        answer = case.call(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"})
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    read = schemathesis.openapi.from_dict(document).get_all_operations()
    operations = [each.ok() for each in read if isinstance(each, Ok)]
    for operation in sorted(operations, key=lambda each: each.method == "delete"):
        for mode in GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)
            with contextlib.suppress(Unsatisfiable):  # nothing about it can be wrong
                SETTINGS(given(case=strategy)(ask))()
    return statuses
