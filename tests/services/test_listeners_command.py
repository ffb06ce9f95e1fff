"""`lahmadaemon radio listeners`, as somebody types it: who was there by pseudonym, and why one is in a class or in none."""

import argparse
import asyncio
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.commands import listeners
from lahmadaemon.demo.people import ALWAYS_ON, BOT, CAFE, PROBES, RELAY, Client
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import periods
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.settings import read_settings
from lahmadaemon.store.database import open_store
from tests.radio.invented_listeners import BUDAPEST, heard, identity_of
from tests.store.listened import keep

WEDNESDAY = "2026-10-14"
MONDAY = periods.midnight(date(2026, 10, 12), BUDAPEST)
ADDRESS = re.compile(r"(192\.0\.2|198\.51\.100|203\.0\.113|192\.168\.7)\.\d|2001:db8")
STUDIO = Client("192.168.7.5", "Firefox/131.0", 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of the demo's audience, and of somebody in the studio."""
    folder = tmp_path_factory.mktemp("listeners")
    everybody = heard(1, MONDAY, 3, size=12)
    studio = next(each for each in everybody if each.identity == identity_of(CAFE))
    studio = replace(
        studio, identity=identity_of(STUDIO), internal=True, user_agent="[bold]Studio[/]", ip="192.168.7.5"
    )

    async def fill() -> None:
        settings = settings_in(folder).settings
        async with open_store(settings.store.resolved(settings.state_folder)) as store:
            end = Instant(MONDAY + 3 * DAY)
            await keep(RadioStore(store, "lahma"), [*everybody, studio], MONDAY, end)

    asyncio.run(fill())
    return folder


def settings_in(folder: Path, **more: str) -> Any:
    return read_settings(None, {"LAHMA_STATE_FOLDER": str(folder / "state")} | more)


def say(folder: Path, *arguments: str, day: str = WEDNESDAY) -> int:
    parser = argparse.ArgumentParser()
    listeners.add_to(parser.add_subparsers())
    return listeners.show(settings_in(folder), parser.parse_args(["listeners", "--date", day, *arguments]))


def told(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str, day: str = WEDNESDAY) -> Any:
    assert say(folder, *arguments, "--json", day=day) == 0
    return json.loads(capsys.readouterr().out)


def explained(folder: Path, capsys: pytest.CaptureFixture[str], client: Client, day: str = WEDNESDAY) -> str:
    assert say(folder, "--explain", identity_of(client).hex()[:10], day=day) == 0
    words = capsys.readouterr().out
    assert not ADDRESS.search(words)
    return " ".join(words.split())


def test_everybody_of_a_day_is_told_longest_first_and_by_no_address(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(folder) == 0
    table = capsys.readouterr().out

    assert "2026-10-14" in table
    assert identity_of(ALWAYS_ON).hex()[:12] in table
    assert table.index(identity_of(ALWAYS_ON).hex()[:12]) < table.index(identity_of(CAFE).hex()[:12])
    assert "always on" in table  # whole, in the last column
    assert not ADDRESS.search(table)


def test_a_program_gets_whole_pseudonyms_hours_and_classes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everybody = told(folder, capsys)["listeners"][WEDNESDAY]
    by_name = {each["listener"]: each for each in everybody}

    always = by_name[identity_of(ALWAYS_ON).hex()]
    assert (always["sessions"], always["hours"], always["classes"]) == (1, 24.0, ["always_on"])
    assert always["player"] == ALWAYS_ON.user_agent
    assert by_name[identity_of(CAFE).hex()]["classes"] == []
    assert any(each["classes"] == ["short"] for each in everybody)


@pytest.mark.parametrize(
    ("name", "clients"),
    [("probe", PROBES), ("relay", [RELAY]), ("bot", [BOT]), ("always_on", [ALWAYS_ON, RELAY])],
)
@pytest.mark.slow
def test_one_class_may_be_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, clients: list[Client]
) -> None:
    found = told(folder, capsys, "--class", name)["listeners"][WEDNESDAY]

    assert {each["listener"] for each in found} == {identity_of(client).hex() for client in clients}


def test_those_who_count_and_those_too_short_to_may_be_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = told(folder, capsys)["listeners"][WEDNESDAY]
    counting = told(folder, capsys, "--class", "none")["listeners"][WEDNESDAY]
    short = told(folder, capsys, "--class", "short")["listeners"][WEDNESDAY]

    assert [each for each in everybody if not each["classes"]] == counting
    assert [each for each in everybody if each["classes"] == ["short"]] == short
    assert counting
    assert short


def test_why_a_probe_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = explained(folder, capsys, PROBES[0])

    assert re.search(r"Probe: on 2026-10-14 it came for \d+ visits of 9:\d\d to 10:\d\d, usually 10:\d\d\.", words)
    assert "6 visits in turn within 10% of one length, of at most 30 minutes (LAHMA_RADIO__PROBE_SESSIONS" in words
    assert re.search(r"Its own visits: (\d+:\d\d, ){11}\d+:\d\d and \d more\.", words)
    assert "Neither bot nor relay: nothing in its User-Agent 'StreamCheck/1.4' says so" in words
    assert words.endswith("So it is left out of the net figures.")


def test_why_a_player_is_taken_for_a_forgotten_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = explained(folder, capsys, ALWAYS_ON)

    assert "Always on: it listened 24:00:00 on 2026-10-12, 24:00:00 on 2026-10-13, 24:00:00 on 2026-10-14." in words
    assert "20 h in a day, on 2 days: LAHMA_RADIO__ALWAYS_ON" in words


def test_why_a_cafe_that_listens_all_day_is_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = explained(folder, capsys, CAFE)

    assert re.search(r"Not always on: it listened 1\d:\d\d:\d\d on 2026-10-14\.", words)
    assert "No probe by its rhythm" in words
    assert "Not internal: its address is neither private nor in a network that the settings name." in words
    assert words.endswith("So it is in no class, and counts.")


def test_why_bots_relays_and_the_studio_are_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Bot: its User-Agent has 'ExampleBot' in it." in explained(folder, capsys, BOT)
    assert "Relay: its User-Agent 'Icecast 2.4.4' is another streaming server's." in explained(folder, capsys, RELAY)
    studio = explained(folder, capsys, STUDIO, day="2026-10-12")
    assert "Internal: its address is of a private network." in studio
    assert "'[bold]Studio[/]'" in studio


def test_a_program_gets_the_sentences_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(folder, capsys, "--explain", identity_of(RELAY).hex())

    assert [each["listener"] for each in found["listeners"][WEDNESDAY]] == [identity_of(RELAY).hex()]
    assert found["because"][-1] == "So it is left out of the net figures."


@pytest.mark.parametrize(
    ("letters", "problem"),
    [("zzz", "nobody of 2026-10-14 begins so"), ("", r"\d+ listeners of 2026-10-14 begin so; write more of it")],
)
def test_letters_that_fit_nobody_or_several_are_refused_with_the_way_to_better_ones(
    folder: Path, letters: str, problem: str
) -> None:
    with pytest.raises(ConfigurationError, match=problem + r" \(see `lahmadaemon radio listeners --date 2026-10-14`\)"):
        say(folder, f"--explain={letters}…")


def test_a_station_that_was_never_measured_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="--station other was never measured"):
        say(folder, "--station", "other")
