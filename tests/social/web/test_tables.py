"""What a page shows as a table is there for spreadsheets, too, with the same numbers."""

import csv
import io
from typing import Any

import httpx

from lahmadaemon.web.sheets import MARK, harmless

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


async def test_there_is_no_table_of_nobody(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(f"{API}/creators/999/months.csv")).status_code == 404
