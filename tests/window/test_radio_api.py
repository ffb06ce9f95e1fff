"""The radio's figures over HTTP: the command line's own, and null where nobody knows."""

import csv
import io
import json
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.rollups.keeping import margin_of
from lahmadaemon.radio.rollups.ledger import Keeping
from lahmadaemon.radio.rollups.making import make
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.web.sheets import MARK
from tests.fakes.clock import START, FakeClock
from tests.fakes.window import ZONE
from tests.radio.builders import connection
from tests.radio_rollups.builders import NOW, amend, at, came, measured
from tests.window.world import RADIO, asking, house, listened, poll, polled


async def got(client: httpx.AsyncClient, path: str, **parameters: str) -> Any:
    answer = await client.get(f"/radio/main/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix(MARK))))


async def test_an_empty_store_says_that_it_knows_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as doors, asking(doors) as client:
        stations = (await client.get("/radio")).json()["stations"]
        now, days, hours = await got(client, "now"), (await got(client, "days"))["days"], await got(client, "hours")
        shows, classes, covered = (
            await got(client, "shows"),
            await got(client, "classes"),
            await got(client, "coverage"),
        )
        weeks, months = await got(client, "weeks"), await got(client, "months")

    assert [(each["station"], each["measured"], each["poll"]) for each in stations] == [("main", False, None)]
    assert {now[name] for name in ("listeners", "connections", "poll", "on_air", "planned")} == {None}
    assert (now["fresh"], now["today"]["flags"], set(now["today"]["net"].values())) == (False, ["no_data"], {None})
    assert list(days) == [f"2026-10-{day}" for day in range(15, 22)]
    for day in (*days.values(), *weeks["weeks"].values(), *months["months"].values()):
        assert (day["flags"], day["gross"]["cume"], day["excluded"]) == (["no_data"], None, {})
    assert hours["hours"] == []
    assert (shows["flags"], shows["total"]["2026-W43"]["net"]["tlh"]) == ({"2026-W43": ["no_data"]}, None)
    assert (classes["tlh"], classes["days"]["2026-10-21"]["net"]) == ({}, None)
    assert covered["days"]["2026-10-21"] == {"coverage": 0.0, "flags": ["no_data"], "gaps": []}


async def test_after_a_minute_there_is_somebody_and_nothing_is_made_up(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store, START - MINUTE)
        async with asking(doors) as client:
            now, hours, shows = (
                await got(client, "now"),
                (await got(client, "hours"))["hours"],
                await got(client, "shows"),
            )
            covered = (await got(client, "coverage"))["days"]

    assert (now["listeners"], now["connections"], now["fresh"]) == (2, 2, True)
    assert {"measuring_began", "in_progress"} <= set(now["today"]["flags"])
    assert [hour["net"]["average"] for hour in hours[:-1]] == [None] * 19
    assert (hours[-1]["local"], hours[-1]["net"]["listeners"]) == ("2026-10-21T19:00+02:00", 2)
    assert "measuring_began" in shows["flags"]["2026-W43"]
    assert covered["2026-10-20"]["flags"] == ["no_data"]
    assert covered["2026-10-21"]["gaps"] == []


async def test_now_tells_who_listens_and_the_day_so_far(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        async with asking(doors) as client:
            now = await got(client, "now")

    assert (now["listeners"], now["connections"], now["fresh"]) == (1, 2, True)
    assert (now["poll"]["age_seconds"], now["poll"]["outcome"]) == (0, "valid")
    assert (now["today"]["net"]["cume"], now["today"]["gross"]["cume"]) == (2, 3)
    assert now["today"]["net"]["as"] == 2
    assert now["today"]["excluded"]["bot"]["listeners"] == 1
    assert "in_progress" in now["today"]["flags"]


async def test_who_listens_is_not_known_once_polls_fail(tmp_path: Path) -> None:
    clock = FakeClock()
    async with house(tmp_path, clock) as doors:
        radio = await listened(doors.store)
        await radio.record(replace(poll(START + 2 * MINUTE), outcome="unreachable", rows=None))
        await clock.advance(125)
        async with asking(doors) as client:
            now = await got(client, "now")

    assert (now["fresh"], now["listeners"], now["connections"], now["on_air"]) == (False, None, None, None)
    assert (now["poll"]["outcome"], now["poll"]["age_seconds"]) == ("unreachable", 4)
    assert now["today"]["net"]["cume"] == 2


async def test_the_next_poll_is_seen_at_once(tmp_path: Path) -> None:
    clock = FakeClock()
    async with house(tmp_path, clock) as doors, asking(doors) as client:
        radio = await listened(doors.store)
        before = await got(client, "now")
        await clock.advance(30)
        await came(radio, "cili", START - 20 * MINUTE, START)
        await radio.record(poll(START + 30_000, 2))
        after = await got(client, "now")

    assert (before["today"]["net"]["cume"], after["today"]["net"]["cume"]) == (2, 3)


async def test_days_that_are_not_settled_are_the_reports_own_though_they_are_read_together(tmp_path: Path) -> None:
    async with house(tmp_path, FakeClock(NOW)) as doors:
        radio = await measured(doors.store, "main")
        await came(radio, "dani", at("10-17 20:00"), at("10-18 03:00"))
        await came(radio, "emma", at("10-15 00:00"), at("10-19 12:00"))
        async with asking(doors) as client:
            told = (await got(client, "days"))["days"]
        reporter = Reporter(radio, RADIO, ZONE)
        expected = {
            label: (await reporter.report(periods.day(date.fromisoformat(label), ZONE), NOW)).as_json()
            for label in told
        }

    assert list(told) == [f"2026-10-{day}" for day in range(14, 21)]
    assert told == json.loads(json.dumps(expected))
    assert told["2026-10-18"]["excluded"]["always_on"]["listeners"] == 1


KEPT = (("day", "2026-09-11"), ("week", "2026-W37"), ("month", "2026-09"), ("shows_week", "2026-W37"))


@pytest.mark.slow
async def test_what_is_kept_is_told_as_the_reporter_has_it(tmp_path: Path) -> None:
    async with house(tmp_path, FakeClock(NOW)) as doors:
        radio = await measured(doors.store, "main")
        keep = Keeping(radio, RADIO, ZONE)
        for kind, label in KEPT:
            plain = kind.removeprefix("shows_")
            period = periods.KINDS[plain](periods.parse(label, plain, date(2026, 10, 20)), ZONE)
            made = await make(doors.store, keep.job(kind, period, NOW))
            await keep.rollups.keep(kind, period, made.kept, made.hours)
        reporter, shows = Reporter(radio, RADIO, ZONE), show_reporter(doors.store, "main", ZONE, RADIO)
        spans = {kind: periods.KINDS[kind](date(2026, 9, 11), ZONE) for kind in periods.KINDS}
        asked = {"from": "2026-09-11", "to": "2026-09-11"}
        async with asking(doors) as client:
            told = {kind: (await got(client, f"{kind}s", **asked))[f"{kind}s"] for kind in spans}
            hours = (await got(client, "hours", **asked))["hours"]
            table = await got(client, "shows", week="2026-W37")
        expected = {kind: {span.label: (await reporter.report(span, NOW)).as_json()} for kind, span in spans.items()}
        document = (await shows.report(spans["week"], NOW)).document()

    assert told == json.loads(json.dumps(expected))
    assert [hour["net"]["average"] for hour in hours[5:8]] == [0.0, 1.0, round(1 / 6, 4)]
    assert {name: table[name] for name in document} == json.loads(json.dumps(document))


async def test_many_kept_days_are_a_few_questions_and_not_a_few_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    async with house(tmp_path, FakeClock(NOW)) as doors:
        keep = Keeping(await measured(doors.store, "main"), RADIO, ZONE)
        days = [periods.day(date(2026, 9, number), ZONE) for number in range(11, 31)]
        made = await make(doors.store, keep.job("day", days[0], NOW))
        for day in days:
            stamp = (await keep.rollups.find(day.start, day.end, margin_of(RADIO), ["day"])).stamp
            hours = [replace(hour, start=Instant(hour.start - days[0].start + day.start)) for hour in made.hours]
            await keep.rollups.keep("day", day, replace(made.kept, stamp=stamp), hours)
        read = doors.store.read

        def counted() -> AbstractAsyncContextManager[AsyncConnection]:
            reads.append(1)
            return read()

        monkeypatch.setattr(doors.store, "read", counted)
        async with asking(doors) as client:
            asked = {"from": "2026-09-11", "to": "2026-09-30"}
            told = [await got(client, path, **asked) for path in ("days", "hours", "coverage")]

    assert [len(each.get("days") or each["hours"]) for each in told] == [20, 20 * 24, 20]
    assert len(reads) < 20


async def test_a_kept_day_is_made_anew_where_something_was_amended_since(tmp_path: Path) -> None:
    async with house(tmp_path, FakeClock(NOW)) as doors:
        radio = await measured(doors.store, "main")
        keep = Keeping(radio, RADIO, ZONE)
        day = periods.day(date(2026, 9, 16), ZONE)
        made = await make(doors.store, keep.job("day", day, NOW))
        await keep.rollups.keep("day", day, made.kept, made.hours)
        asked = {"from": "2026-09-16", "to": "2026-09-16"}
        async with asking(doors) as client:
            before = (await got(client, "days", **asked))["days"]["2026-09-16"]
            await came(radio, "cili", at("09-16 12:00"), at("09-16 13:00"))
            unseen = (await got(client, "days", **asked))["days"]["2026-09-16"]
            await amend(doors.store, at("09-16 12:00"), NOW, "main")
            after = (await got(client, "days", **asked))["days"]["2026-09-16"]

    assert [each["net"]["tlh"] for each in (before, unseen, after)] == [
        before["net"]["tlh"], before["net"]["tlh"], before["net"]["tlh"] + 1,
    ]  # fmt: skip


async def test_the_hour_that_runs_is_told_as_far_as_it_is_over(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store, START - 57 * MINUTE)  # since seven o'clock
        async with asking(doors) as client:
            hour = (await got(client, "hours"))["hours"][-1]

    assert (hour["hour"], hour["weekday"], hour["coverage"]) == (19, 3, 1.0)
    assert hour["net"]["average"] == pytest.approx(1 + 10 / 57, abs=0.01)
    assert hour["gross"]["average"] == pytest.approx(2 + 10 / 57, abs=0.01)


async def test_gaps_are_where_nobody_polled(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store, START - 3 * HOUR, START - 2 * HOUR)
        await polled(doors.store, START - HOUR, START)
        async with asking(doors) as client:
            day = (await got(client, "coverage", **{"from": "2026-10-21"}))["days"]["2026-10-21"]

    assert day["gaps"] == [
        {"start": "2026-10-21T15:57:30Z", "end": "2026-10-21T16:57:00Z", "seconds": 59 * 60 + 30}
    ]  # fmt: skip
    assert "gaps" in day["flags"]


async def test_classes_add_up_to_everybody(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        async with asking(doors) as client:
            found = await got(client, "classes")
            table = rows(await client.get("/radio/main/classes?from=2026-10-21&format=csv"))

    today = found["days"]["2026-10-21"]
    assert (today["net"]["listeners"], today["classes"]["bot"]["listeners"], today["gross"]["listeners"]) == (2, 1, 3)
    assert found["tlh"]["gross"] == pytest.approx(found["tlh"]["net"] + found["tlh"]["bot"])
    assert {row["class"] for row in table} == {"net", "gross", "bot", "relay", "probe", "always_on", "internal"}


@pytest.mark.parametrize("path", ["days", "weeks", "months", "hours", "shows", "classes", "coverage"])
async def test_each_table_comes_for_spreadsheets_too(tmp_path: Path, path: str) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        async with asking(doors) as client:
            table = rows(await client.get(f"/radio/main/{path}?format=csv"))

    assert table
    assert all(row["station"] == "main" for row in table)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("nobody/now", 404, "station_not_found"),
        ("main/days?from=2026-10-14&to=2026-10-13", 422, "invalid_span"),
        ("main/days?from=2020-01-01", 422, "span_too_long"),
        ("main/days?from=0", 422, "invalid_request"),
        ("main/days?from=9999-12-30", 422, "invalid_span"),
        ("main/days?form=2026-10-14", 422, "unknown_parameter"),
        ("main/hours?from=2026-01-01&to=2026-10-01", 422, "span_too_long"),
        ("main/shows?week=2026-W99", 422, "invalid_span"),
        ("main/shows?week=2026-W10&month=2026-03", 422, "invalid_span"),
    ],
)
async def test_what_cannot_be_told_is_refused_by_name(tmp_path: Path, path: str, status: int, error: str) -> None:
    async with house(tmp_path) as doors, asking(doors) as client:
        answer = await client.get(f"/radio/{path}")

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_has_it_already_is_told_so(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await listened(doors.store)
        async with asking(doors) as client:
            first = await client.get("/radio/main/days")
            again = await client.get("/radio/main/days", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_no_answer_has_an_address_or_a_pseudonym(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        radio = await listened(doors.store)
        await radio.record(poll(START + 1000, 3), [connection("fanni", (START - DAY) / SECOND)], keep_ip=True)
        async with asking(doors) as client:
            told = [
                (await client.get(f"/radio{path}")).text
                for path in (
                    "",
                    *(f"/main/{name}" for name in ("now", "days", "hours", "shows?airings=true", "classes")),
                )
            ]

    for text in told:
        assert "203.0.113" not in text
        assert not any(name.encode().ljust(16, b".").hex() in text for name in ("anna", "bot"))
