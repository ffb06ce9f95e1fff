"""Many calls in one request."""

import json
from typing import Any

import pytest

from tests.samples import told
from tests.social.graph_stand_in.asking import House, bearer, error_of, inner, url

pytestmark = pytest.mark.asyncio(loop_scope="module")


def sampled(name: str) -> Any:
    return told(f"social/meta/{name}")


async def test_each_operation_is_answered_in_order_with_its_own_token(house: House) -> None:
    tokens = {number: house.graph.page_token(number) for number in house.world.creators}
    urls = [url("v23.0/me", access_token=token) for token in tokens.values()]

    answer = await house.batch(urls, house.graph.app_token)

    assert answer.status_code == 200
    assert [inner(row)["id"] for row in answer.json()] == [each.page_id for each in house.world.creators.values()]
    assert answer.json()[0].keys() == sampled("batch.json")[0].keys()


async def test_an_operation_without_a_token_has_that_of_the_batch(house: House) -> None:
    answer = await house.batch([f"{house.ig}?fields=username", "/me"])

    assert inner(answer.json()[0])["username"] == house.creator.handle
    assert inner(answer.json()[1])["id"] == house.creator.page_id


async def test_the_batchs_own_token_may_come_in_the_header(house: House) -> None:
    form = {"batch": json.dumps([{"method": "GET", "relative_url": "me"}])}

    answer = await house.http.post("/", data=form, headers=bearer(house.token))

    assert [row["code"] for row in answer.json()] == [200]


async def test_a_failure_within_is_that_operations_own(house: House) -> None:
    house.creator.media[0].before_conversion = True
    dead = house.graph.page_token(11)
    house.graph.kill(11, 463)
    urls = [
        "me",
        url("me", access_token=dead),
        url(f"{house.creator.media[0].id}/insights", metric="views"),
        url(f"{house.ig}/media", fields="id,"),
        "v99.0/me",
    ]

    rows = (await house.batch(urls)).json()

    assert [row["code"] for row in rows] == [200, 400, 400, 400, 400]
    codes = [(inner(row)["error"]["code"], inner(row)["error"].get("error_subcode")) for row in rows[1:]]
    assert codes == [(190, 463), (100, 2108006), (2500, None), (2500, None)]
    headers = {header["name"] for header in rows[1]["headers"]}
    assert {header["name"] for header in sampled("batch.json")[2]["headers"]} <= headers


async def test_headers_can_be_left_out(house: House) -> None:
    (row,) = (await house.batch(["me"], include_headers="false")).json()

    assert row.keys() == {"code", "body"}


async def test_a_dead_token_of_the_batch_is_an_object(house: House) -> None:
    short = house.graph.short_token(10)
    await house.clock.advance(86_400)

    answer = await house.batch(["me"], short)

    assert error_of(answer) == (400, 190, 463)
    assert answer.json()["error"].keys() == sampled("batch_all_failed.json")["error"].keys()
    assert answer.headers["www-authenticate"]
    assert error_of(await house.http.post("/", data={"batch": "[]"})) == (400, 104, None)


async def test_fifty_are_answered_and_fifty_one_are_not(house: House) -> None:
    assert len((await house.batch(["me"] * 50)).json()) == 50

    answer = await house.batch(["me"] * 51)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "GraphBatchException"


@pytest.mark.parametrize("what", [{}, "me", [{"method": "GET"}], ["me"], None])
async def test_what_is_no_list_of_operations_is_refused(house: House, what: object) -> None:
    answer = await house.operations(what)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "GraphBatchException")


async def test_operations_that_are_not_done_in_time_are_null(house: House) -> None:
    house.graph.nulls(2)

    first, second = (await house.batch(["me"] * 3)).json(), (await house.batch(["me"])).json()

    assert [row and row["code"] for row in first] == [None, None, 200]
    assert second[0]["code"] == 200


async def test_every_operation_counts_as_a_call(house: House) -> None:
    calls, requests = house.graph.logical_calls, house.graph.http_requests

    await house.batch(["me", "me", "me?fields=nonsense"])

    assert (house.graph.logical_calls - calls, house.graph.http_requests - requests) == (3, 1)


async def test_each_token_in_a_batch_needs_its_own_proof(house: House) -> None:
    house.graph.require_proof = True
    app = house.graph.app_token
    proof = house.graph.proof(house.token)
    urls = [
        url("me", access_token=house.token, appsecret_proof=proof),
        url("me", access_token=house.token),
        url("me", access_token=house.token, appsecret_proof=house.graph.proof(app)),
    ]

    assert error_of(await house.batch(urls, app)) == (400, 100, None)
    rows = (await house.batch(urls, app, appsecret_proof=house.graph.proof(app))).json()

    assert [row["code"] for row in rows] == [200, 400, 400]
    (row,) = (await house.batch(["me"], appsecret_proof=proof)).json()
    assert row["code"] == 200


async def test_permissions_can_be_given_back_within_a_batch(house: House) -> None:
    operation = {"method": "DELETE", "relative_url": f"{house.creator.facebook_id}/permissions"}

    (row,) = (await house.operations([operation], house.graph.long_token(10))).json()

    assert inner(row) == {"success": True}
    assert error_of(await house.get("me")) == (400, 190, 458)
