"""What a page shows as a table is there for spreadsheets, too, with the same numbers."""

import csv
import io
from typing import Any

import httpx
import pytest

from lahmadaemon.web.sheets import MARK, harmless
from tests.social.web.room import REEL

API = "/api/v1/social"


async def table(visitor: httpx.AsyncClient, path: str) -> list[dict[str, str]]:
    answer = await visitor.get(f"{API}/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix(MARK))))


def as_cells(told: dict[str, Any], names: list[str]) -> list[str]:
    return ["" if told[name] is None else str(told[name]) for name in names]


async def test_campaigns_have_their_sums_beside_them(visitor: httpx.AsyncClient) -> None:
    rows = await table(visitor, "campaigns.csv")
    told = (await visitor.get(f"{API}/campaigns")).json()["items"]

    assert [row["id"] for row in rows] == [str(each["id"]) for each in told]
    sums = ["posts", "total_views", "avg_likes", "er_views_pooled"]
    assert [[row[name] for name in sums] for row in rows] == [as_cells(each["totals"], sums) for each in told]
    assert rows[0]["creators"] == "11 13"


async def test_creators_have_a_column_for_each_part_of_each_login_and_account(visitor: httpx.AsyncClient) -> None:
    rows = await table(visitor, "creators.csv")
    told = (await visitor.get(f"{API}/creators")).json()["items"]

    assert [row["email"] for row in rows] == [each["email"] or "" for each in told]
    logins = {(str(each["id"]), one["provider"]): one["state"] for each in told for one in each["connections"]}
    assert {(row["id"], name): row[f"{name}_state"] for row in rows for name in ("meta", "tiktok")} == logins
    chosen = {
        (str(each["id"]), one["platform"]): harmless(one["account_id"])
        for each in told
        for one in each["accounts"]
        if one["chosen"]
    }
    platforms = ("instagram", "facebook", "tiktok")
    shown = {(row["id"], name): row[f"{name}_account_id"] for row in rows for name in platforms}
    assert {key: value for key, value in shown.items() if value} == chosen


async def test_months_and_runs_are_rows(visitor: httpx.AsyncClient) -> None:
    rows = await table(visitor, "creators/11/months.csv")
    told = (await visitor.get(f"{API}/creators/11/months")).json()["months"]
    runs = (await visitor.get(f"{API}/runs")).json()["items"]

    assert {(row["month"], row["platform"]): row["posts"] for row in rows} == {
        (month, platform): str(each["posts"]) for month, by in told.items() for platform, each in by.items()
    }
    assert [row["id"] for row in await table(visitor, "runs.csv")] == [each["id"] for each in runs]


async def test_a_campaign_s_kinds_and_its_days_are_rows(visitor: httpx.AsyncClient) -> None:
    kinds = await table(visitor, "campaigns/101/kinds.csv")
    days = await table(visitor, "campaigns/101/days.csv")
    told = (await visitor.get(f"{API}/campaigns/101")).json()
    course = (await visitor.get(f"{API}/campaigns/101/days")).json()["days"]

    sums = ["platform", "kind", "posts", "total_views", "er_reach_pooled"]
    assert [[row[name] for name in sums] for row in kinds] == [as_cells(each, sums) for each in told["by_kind"]]
    assert [list(row.values()) for row in days] == [as_cells(each, list(each)) for each in course]
    assert [row["er_reach"] for row in days] == ["13.125", "13.125", "13.125", str(told["totals"]["er_reach_pooled"])]


async def test_a_post_s_readings_are_rows_each_with_what_it_gained(visitor: httpx.AsyncClient) -> None:
    post = f"posts/instagram/{REEL.platform_id}/captures"
    first, later = await table(visitor, f"{post}.csv")
    told = (await visitor.get(f"{API}/{post}")).json()["items"]

    names = ["taken_at", "views", "likes", "interactions", "er_reach", "er_story_reach"]
    assert [[row[name] for name in names] for row in (first, later)] == [as_cells(each, names) for each in told]
    assert (first["gained_views"], later["gained_views"], later["gained_likes"]) == ("", "300", "-1")


@pytest.mark.parametrize(
    "path",
    ["creators/999/months.csv", "campaigns/999/kinds.csv", "campaigns/999/days.csv", "posts/tiktok/9/captures.csv"],
)
async def test_there_is_no_table_of_nobody(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(f"{API}/{path}")).status_code == 404
