"""Settings read anew: what is touched is built anew, the rest stays the same; what is wrong changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import SystemClock
from lahmadaemon.daemon import House, open_house
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.renewal import Renewal
from lahmadaemon.serving import bind
from lahmadaemon.settings import Loaded, read_settings
from lahmadaemon.supervision.service import Service
from lahmadaemon.systemd import Notifier
from tests.fakes.house import Systemd

FULL = {
    "LAHMA_WEB__PORT": "0",
    "LAHMA_RADIO__STATIONS__ONE__URL": "http://127.0.0.1:1",
    "LAHMA_RADIO__STATIONS__ONE__API_KEY": "0123456789abcdef:one",
    "LAHMA_RADIO__STATIONS__TWO__URL": "http://127.0.0.1:2",
    "LAHMA_RADIO__STATIONS__TWO__API_KEY": "0123456789abcdef:two",
    "LAHMA_VISITORS__FOLDERS__A__PATH": "/nowhere/a",
    "LAHMA_VISITORS__FOLDERS__B__PATH": "/nowhere/b",
    "LAHMA_VISITORS__PUSHES__MALL__URL": "http://127.0.0.1:3",
    "LAHMA_SOCIAL__CREATORS__URL": "http://127.0.0.1:4",
    "LAHMA_TELEGRAM__API_ID": "12345",
    "LAHMA_TELEGRAM__API_HASH": "0123456789abcdef0123456789abcdef",
    "LAHMA_TELEGRAM__BOT_TOKEN": "12345:AAF0123456789abcdef0123456789abcdef",
    "LAHMA_TELEGRAM__RECIPIENTS": "@anna",
    "LAHMA_HEARTBEAT__URL": "http://127.0.0.1:5",
}
RADIO = {"radio.export", "radio.rollups", "radio.retention"}
ONE = {"radio.snapshot.one", "radio.reconcile.one", "radio.on_air.one"}
SOCIAL = {"social.sync", "social.collect", "social.stories", "social.tokens"}
WINDOW = {"web", "web.ahead"}
SHOWN = WINDOW | {"alerts.weekly"}
FOLDERS = WINDOW | {"visitors.hints", "visitors.push.mall"}


class Paper:
    """Settings somebody writes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.written = FULL | {"LAHMA_STATE_FOLDER": str(folder)} | settings
        self.applied: list[Loaded] = []
        self.loaded = self.read()

    def read(self) -> Loaded:
        return read_settings(None, self.written)

    def apply(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.applied.append(loaded)


class Standing:
    """A house as it stands, its renewal, and what the supervisor was told."""

    def __init__(self, house: House, paper: Paper) -> None:
        self.house, self.paper = house, paper
        self.changes: list[Sequence[Service]] = []
        self.renewal = Renewal(house, paper, asyncio.Event(), self._change, desk=house.desk, herald=house.ground.herald)

    async def _change(self, services: Sequence[Service]) -> None:
        self.changes.append(services)

    async def renewed(self, **settings: str) -> list[dict[str, object]]:
        """The log of a renewal by these; an empty text takes one away."""
        self.paper.written |= settings
        with capture_logs() as logs:
            await self.renewal.turn()
        return [dict(line) for line in logs if line["event"].startswith("daemon.re")]

    def alarmed(self) -> str | None:
        signal = self.house.desk._signals.get((Condition.SETTINGS_REFUSED, "settings"))
        return str(signal.detail["error"]) if signal and signal.raised else None


@asynccontextmanager
async def opened(folder: Path, **settings: str) -> AsyncIterator[Standing]:
    paper = await asyncio.to_thread(Paper, folder, **settings)
    async with open_house(paper.loaded.settings, SystemClock(), Notifier({})) as house:
        yield Standing(house, paper)


async def test_only_what_a_setting_touches_is_another_service(tmp_path: Path) -> None:
    everything = {
        "nothing": ({}, set[str]()),
        "a station's key": ({"LAHMA_RADIO__STATIONS__ONE__API_KEY": "0123456789abcdef:new"}, ONE | RADIO | SHOWN),
        "a camera's patience": ({"LAHMA_VISITORS__FOLDERS__A__QUIET_AFTER": "10m"}, {"visitors.intake.a"} | FOLDERS),
        "a partner's pace": ({"LAHMA_VISITORS__PUSHES__MALL__EVERY": "10m"}, WINDOW | {"visitors.push.mall"}),
        "who is told": (
            {"LAHMA_TELEGRAM__RECIPIENTS": "@anna,@bela"}, {"alerts.sender", "alerts.digest", "alerts.weekly"},
        ),
        "the heartbeat": ({"LAHMA_HEARTBEAT__EVERY": "5m"}, {"alerts.heartbeat"}),
        "the window's token": ({"LAHMA_WEB__TOKEN": "a long and random token"}, WINDOW),
        "social's pace": ({"LAHMA_SOCIAL__EVERY": "12h"}, SOCIAL | WINDOW),
        "the log": ({"LAHMA_LOG__LEVEL": "debug"}, set[str]()),
    }  # fmt: skip
    async with opened(tmp_path) as standing:
        before = {service.name: service for service in standing.house.services}
        for what, (change, touched) in everything.items():
            loaded = await asyncio.to_thread(read_settings, None, standing.paper.written | change)
            house = await standing.house.rebuilt(loaded.settings)
            others = {service.name for service in house.services if before[service.name] is not service}
            assert (what, others) == (what, touched)


async def test_another_zone_touches_all_that_counts_days(tmp_path: Path) -> None:
    async with opened(tmp_path) as standing:
        [line] = await standing.renewed(LAHMA_TIMEZONE="Europe/London")

        kept = {service.name for service in standing.changes[0]} - set(line["started"])  # type: ignore[call-overload]
        assert kept == {"alerts.desk", "alerts.heartbeat", "loop", "systemd"}


async def test_what_came_and_went_is_told_by_name_and_never_by_value(tmp_path: Path) -> None:
    async with opened(tmp_path) as standing:
        lines = await standing.renewed(
            LAHMA_VISITORS__FOLDERS__B__PATH="", LAHMA_VISITORS__FOLDERS__C__PATH="/nowhere/c", LAHMA_WEB__TOKEN="s3cret-token"
        )  # fmt: skip

        [line] = lines
        names = ["LAHMA_VISITORS__FOLDERS__B__PATH", "LAHMA_VISITORS__FOLDERS__C__PATH", "LAHMA_WEB__TOKEN"]
        assert line["changed"] == names
        assert set(line["ended"]) - set(line["started"]) == {"visitors.intake.b"}  # type: ignore[call-overload]
        assert "visitors.intake.c" in line["started"]  # type: ignore[operator]
        assert "s3cret" not in str(lines)
        assert [each.name for each in standing.changes[0]].count("web") == 1


async def test_wrong_settings_change_nothing_and_are_told_with_the_nearest_right_name(tmp_path: Path) -> None:
    async with opened(tmp_path) as standing:
        [line] = await standing.renewed(LAHMA_RADIO__SNAPSHOT_EVRY="1m")

        expected = "LAHMA_RADIO__SNAPSHOT_EVRY is not a setting; did you mean LAHMA_RADIO__SNAPSHOT_EVERY?"
        assert (line["event"], line["problems"]) == ("daemon.reload_refused", [expected])
        assert (standing.changes, standing.paper.applied, standing.alarmed()) == ([], [], expected)

        del standing.paper.written["LAHMA_RADIO__SNAPSHOT_EVRY"]
        [line] = await standing.renewed(LAHMA_RADIO__SNAPSHOT_EVERY="1m")
        assert (line["event"], standing.alarmed()) == ("daemon.reloaded", None)


async def test_a_port_that_is_taken_is_a_wrong_setting(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        async with opened(tmp_path) as standing:
            [line] = await standing.renewed(LAHMA_WEB__PORT=str(port))

            assert f"LAHMA_WEB__PORT={port}" in str(line["problems"])
            assert standing.changes == []


async def test_what_is_read_at_a_start_only_is_named_and_the_rest_is_taken_up(tmp_path: Path) -> None:
    async with opened(tmp_path) as standing:
        other, key = f"sqlite:///{tmp_path}/other.db", "another key, quite long"
        lines = await standing.renewed(LAHMA_STORE__URL=other, LAHMA_SECRET_KEY=key, LAHMA_HEARTBEAT__EVERY="5m")

        assert [line["event"] for line in lines] == ["daemon.reloaded", "daemon.restart_needed"]
        assert lines[0]["started"] == ["alerts.heartbeat"]
        assert lines[1]["settings"] == ["LAHMA_STORE__URL", "LAHMA_SECRET_KEY"]
        assert not (tmp_path / "other.db").exists()


async def test_a_room_that_breaks_while_it_is_built_leaves_the_old_house_standing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ConfigurationError("no such room")

    async with opened(tmp_path) as standing:
        monkeypatch.setattr("lahmadaemon.building.visitors._intake", broken)
        [line] = await standing.renewed(LAHMA_HEARTBEAT__EVERY="5m", LAHMA_VISITORS__FOLDERS__C__PATH="/nowhere/c")
        assert (line["problems"], standing.changes) == (["no such room"], [])
        monkeypatch.undo()

        [line] = await standing.renewed()
        assert {"alerts.heartbeat", "visitors.intake.c"} <= set(line["started"])  # type: ignore[call-overload]


async def test_alarms_about_what_is_gone_are_forgotten_and_the_chat_answers_by_the_new_settings(tmp_path: Path) -> None:
    async with opened(tmp_path) as standing:
        desk = standing.house.desk
        desk.raise_alarm(Condition.NO_FILES, "visitors.intake.b", camera="b")
        desk.raise_alarm(Condition.NO_FILES, "visitors.intake.a", camera="a")

        await standing.renewed(LAHMA_VISITORS__FOLDERS__B__PATH="", LAHMA_TELEGRAM__RECIPIENTS="@bela")

        assert [key for key in desk._signals if key[0] is Condition.NO_FILES] == [
            (Condition.NO_FILES, "visitors.intake.a")
        ]
        assert desk._recipients == ["@bela"]


async def test_systemd_hears_that_settings_are_taken_up_and_when_that_is_over(tmp_path: Path) -> None:
    with Systemd(tmp_path / "notify") as systemd:
        paper = await asyncio.to_thread(Paper, tmp_path / "state")
        notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        async with open_house(paper.loaded.settings, SystemClock(), notifier) as house:
            await Standing(house, paper).renewed()

        [message] = systemd.hear()
        assert message["RELOADING"] == "1"
        assert int(message["MONOTONIC_USEC"]) > 0
