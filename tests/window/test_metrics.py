"""The metrics: what they tell, that they never go back, and that the documents name no other."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from lahmadaemon.clock import MINUTE, SECOND, Instant
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.settings import RadioSettings, StationSettings
from lahmadaemon.radio.store import Poll, RadioStore
from lahmadaemon.supervision.health import HealthBoard, LoopLag, State
from lahmadaemon.web.house.tally import Tally
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import new_store
from tests.fakes.window import house_doors, window_app
from tests.window.seeded import seeded_house

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "metrics.md").read_text()
ROW = re.compile(r"^\| `(lahmadaemon_\w+)` \| (counter|gauge)( °)? \|([^|]*)\|", re.MULTILINE)


async def told(app: object, **headers: str) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Every sample by its name and its labels."""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        found.setdefault(family.name + ("_total" if family.type == "counter" else ""), {})
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


async def test_services_and_the_loop_are_told(clock: FakeClock) -> None:
    board = HealthBoard(clock)
    for name in ("web", "radio.snapshots.rigo"):
        board.enter(name, essential=name == "web")
        board.change(name, State.STARTING)
        board.beat(name)
    board.change("radio.snapshots.rigo", State.BACKING_OFF, error="no", restarted=True)
    board.lag = LoopLag(0.25, 1.5)
    await clock.advance(12)
    found = await told(window_app(house=house_doors(board, clock=clock)))

    radio = ("service", "radio.snapshots.rigo")
    assert found["lahmadaemon_ready"][()] == 1
    assert found["lahmadaemon_well"][()] == 0
    assert found["lahmadaemon_service_state"][(radio, ("state", "backing off"))] == 1
    assert found["lahmadaemon_service_state"][(radio, ("state", "running"))] == 0
    assert found["lahmadaemon_service_well"][(("essential", "false"), radio)] == 0
    assert found["lahmadaemon_service_restarts_total"][(radio,)] == 1
    assert found["lahmadaemon_service_beat_age_seconds"][(radio,)] == 12
    assert (found["lahmadaemon_loop_lag_seconds"][()], found["lahmadaemon_loop_lag_worst_seconds"][()]) == (0.25, 1.5)
    assert found["lahmadaemon_start_time_seconds"][()] == START / SECOND


async def test_the_age_of_the_last_backup_and_the_room_on_the_disk_are_told(clock: FakeClock) -> None:
    doors = replace(house_doors(clock=clock), last_backup=lambda: Instant(START - 90 * SECOND), disk_free=lambda: 7)
    found = await told(window_app(house=doors))
    assert (found["lahmadaemon_backup_age_seconds"][()], found["lahmadaemon_disk_free_bytes"][()]) == (90, 7)

    unknown = await told(window_app(house=house_doors(clock=clock)))
    assert unknown["lahmadaemon_backup_age_seconds"] == unknown["lahmadaemon_disk_free_bytes"] == {}


async def test_without_the_store_the_rest_is_told(clock: FakeClock) -> None:
    found = await told(window_app(house=house_doors(clock=clock)))

    assert found["lahmadaemon_store_up"][()] == 0
    assert "lahmadaemon_ready" in found
    assert "lahmadaemon_deliveries_owed" not in found


def a_poll(at: int, outcome: str = "valid") -> Poll:
    return Poll(Instant(at), Instant(at), 30 * SECOND, outcome, 9, 9, 9, 20, 0)


async def test_polls_are_counted_from_the_start_and_never_twice(tmp_path: Path, clock: FakeClock) -> None:
    radio = RadioSettings(stations={"rigo": StationSettings(kind="icecast", url="https://radio.example", password="x")})
    counted = []
    async with new_store(tmp_path / "house.db") as store:
        kept = RadioStore(store, "rigo")
        await kept.record(a_poll(START - MINUTE))
        app = window_app(house=house_doors(store=store, clock=clock, radio=radio))
        for _ in range(4):
            await clock.advance(4 * 60)
            await kept.record(a_poll(clock.now()))
            await kept.record(a_poll(clock.now() - 1, "unreachable"))
            counted.append((await told(app))["lahmadaemon_radio_polls_total"])
        await clock.advance(70)
        found = await told(app)

    for number, each in enumerate(counted, start=1):
        assert set(each.values()) == {number}
        assert len(each) == 2
    assert found["lahmadaemon_radio_valid_poll_age_seconds"] == {(("station", "rigo"),): 70}


async def test_a_tally_that_was_broken_off_counts_nothing_twice_and_forgets_nothing() -> None:
    rows, broken = [1 * MINUTE, 7 * MINUTE, 8 * MINUTE, 20 * MINUTE], True

    async def count(start: Instant, end: Instant) -> Counter[tuple[str, ...]]:
        if broken:
            raise UpstreamError("busy")
        return Counter({("x",): sum(start <= each < end for each in rows)})

    tally = Tally(Instant(2 * MINUTE), count)
    totals = []
    for now in (3, 9, 9, 14, 30):
        broken = True
        with pytest.raises(UpstreamError):
            await tally.total(Instant(now * MINUTE))
        broken = False
        totals.append((await tally.total(Instant(now * MINUTE)))[("x",)])

    assert totals == [1, 2, 2, 2, 3]


async def test_every_metric_is_in_the_document_with_its_kind_and_labels(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded:
        found = await told(window_app(house=seeded.house))

    documented = {name: re.findall(r"`(\w+)`", labels) for name, _, _, labels in ROW.findall(PAGE)}
    assert {name for name in found if name.startswith("lahmadaemon_")} == documented.keys()
    for name, labels in documented.items():
        for key in found[name]:
            assert [label for label, _ in key] == sorted(labels), name
    for name, kind, _, _ in ROW.findall(PAGE):
        assert (kind == "counter") == name.endswith("_total"), name
    assert found["process_resident_memory_bytes"][()] > 0


async def test_what_the_store_knows_is_told(tmp_path: Path) -> None:
    async with seeded_house(tmp_path) as seeded:
        found = await told(window_app(house=seeded.house))

    assert found["lahmadaemon_store_size_bytes"][()] > 100_000
    assert found["lahmadaemon_pushes_owed"][(("target", "mall"),)] == 1
    assert found["lahmadaemon_visitors_file_age_seconds"][(("camera", "garden"),)] > 7200
    assert found["lahmadaemon_alerts_open"][(("severity", "critical"),)] == 1
    assert found["lahmadaemon_alerts_fired_total"][(("condition", "bad_files"),)] == 1


async def test_the_example_rules_name_only_metrics_that_exist_and_can_be_read() -> None:
    rules = yaml.safe_load((DOCS / "alerts.example.yml").read_text())["groups"][0]["rules"]
    known = {name for name, _, _, _ in ROW.findall(PAGE)} | {"up"}

    assert len(rules) >= 10
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        named = set(re.findall(r"\b(?:lahmadaemon|process)_\w+|\bup\b", rule["expr"]))
        assert named, rule["alert"]
        assert named <= known, rule["alert"]
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"]


async def test_the_metrics_want_the_token_and_speak_openmetrics_too() -> None:
    app = window_app(token="open sesame")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        refused = await client.get("/metrics")
        headers = {"Authorization": "Bearer open sesame", "Accept": "application/openmetrics-text; version=1.0.0"}
        welcome = await client.get("/metrics", headers=headers)

    assert (refused.status_code, "lahmadaemon_" in refused.text) == (401, False)
    assert welcome.headers["content-type"].startswith("application/openmetrics-text")
    assert welcome.text.endswith("# EOF\n")
