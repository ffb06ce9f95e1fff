"""Every command as somebody types it, on a store filled by real polls over real HTTP."""

import asyncio
import csv
import io
import json
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest
from structlog.typing import EventDict

from lahmadaemon.building.secret import house_secret
from lahmadaemon.demo.event_log import EventLog
from lahmadaemon.demo.stand_in import standing_in
from lahmadaemon.settings import read_settings
from tests.fakes.scripted_azuracast import ScriptedStation
from tests.system import mother
from tests.system.process import environment, started
from tests.system.test_twelve_polls import KEY, MANIFEST, scripted

DAY = "2026-10-21"


@dataclass
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


async def say(folder: Path, *arguments: str, **settings: str) -> Said:
    """Run one command to its end, as in a shell without a terminal."""
    environ = environment(folder, **settings)
    if not mother.can_bear(environ):
        return await _ended(folder, ["-m", "lahmadaemon", *arguments], settings)
    code, out, err = await mother.born(arguments, environ, folder)
    return Said(code, out.decode(), err.decode())


SEVERAL = """
import json, sys
from lahmadaemon.cli import main
for arguments in json.loads(sys.argv[1]):
    code = main(arguments)
    for stream in (sys.stdout, sys.stderr):
        print(chr(0), code, file=stream, flush=True)
"""


async def say_all(folder: Path, commands: Sequence[Sequence[str]], **settings: str) -> list[Said]:
    """Run several commands one after the other in one process: most of a short command's time is its start."""
    said = await _ended(folder, ["-c", SEVERAL, json.dumps(commands)], settings)
    assert said.code == 0, said.err
    outs, codes = _parts(said.out)
    errs, _ = _parts(said.err)
    return [Said(int(code), out, err) for code, out, err in zip(codes, outs, errs, strict=True)]


def _parts(text: str) -> tuple[list[str], list[str]]:
    """What each said, and its code."""
    *parts, rest = re.split(r"\0 (\d+)\n", text)
    assert rest == ""
    return parts[::2], parts[1::2]


async def _ended(folder: Path, program: Sequence[str], settings: Mapping[str, str]) -> Said:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *program,
        env=environment(folder, **settings), cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 40)
    return Said(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which three polls were measured, each by a process of its own."""
    folder = tmp_path_factory.mktemp("commands")

    async def measure() -> None:
        async with standing_in(ScriptedStation([scripted(poll) for poll in MANIFEST["polls"]])) as url:
            station = {"LAHMA_RADIO__STATIONS__POGACSA__URL": url, "LAHMA_RADIO__STATIONS__POGACSA__API_KEY": KEY}
            for _ in range(3):
                said = await say(folder, "once", "radio.snapshot.pogacsa", **station)
                assert said.code == 0, said.err

    asyncio.run(measure())
    return folder


async def test_report_day_as_json_has_the_shape_programs_rely_on(measured: Path) -> None:
    said = await say(measured, "report", "day", "--date", DAY, "--json")

    day = json.loads(said.out)["days"][DAY]
    figures = {"cume", "ss", "as", "tlh", "aas", "atsl", "tsl", "peak", "long_listeners", "short_listeners"}
    assert said.code == 0
    assert figures <= day["net"].keys()
    assert figures <= day["gross"].keys()
    assert 0 < day["coverage"] < 0.01
    assert day["flags"] == ["measuring_began", "gaps"]


async def test_three_polls_of_the_sample_give_the_figures_one_can_work_out_by_hand(measured: Path) -> None:
    gross = json.loads((await say(measured, "report", "day", "--date", DAY, "--json")).out)["days"][DAY]["gross"]

    # 19:57:03 to 19:58:03. Thirteen rows at first, two of them one person's: twelve people, all of them long since valid.
    # `arrival` and the bot come later and have not yet listened for a minute; `departure` and `reconnect` lose some seconds.
    assert gross["connections"] == 13 + 3
    assert gross["peak"] == gross["cume"] == 12
    assert 11 * 60 < gross["tlh"] * 3600 < 12 * 60


async def test_several_days_are_several_keys(measured: Path) -> None:
    said = await say(measured, "report", "day", "--date", "2026-10-20", "--to", "2026-10-22", "--json")

    days = json.loads(said.out)["days"]
    assert list(days) == ["2026-10-20", "2026-10-21", "2026-10-22"]
    assert days["2026-10-20"]["flags"] == ["no_data"]
    assert days["2026-10-20"]["gross"]["cume"] == 0, "people were connected, but nobody was measuring"


@pytest.mark.parametrize(
    ("kind", "date", "label"),
    [("week", "2026-W43", "2026-W43"), ("month", "2026-10", "2026-10"), ("week", DAY, "2026-W43")],
)
async def test_weeks_and_months_go_by_their_names_or_by_a_day_in_them(
    measured: Path, kind: str, date: str, label: str
) -> None:
    said = await say(measured, "report", kind, "--date", date, "--json")

    assert json.loads(said.out)[f"{kind}s"][label]["gross"]["connections"] == 16


async def test_report_as_csv_has_a_net_and_a_gross_row(measured: Path) -> None:
    said = await say(measured, "report", "day", "--date", DAY, "--csv")

    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [(row["station"], row["period"], row["kind"]) for row in rows] == [
        ("pogacsa", DAY, "net"),
        ("pogacsa", DAY, "gross"),
    ]


async def test_report_for_people_is_a_plain_table_when_piped(measured: Path) -> None:
    said = await say(measured, "report", "day", "--date", DAY)

    assert "Unique listeners" in said.out
    assert "Measured" in said.out
    assert "\x1b" not in said.out


async def test_a_date_nobody_can_read_is_answered_with_how_to_write_one(measured: Path) -> None:
    said = await say(measured, "report", "day", "--date", "14.10.2026")

    assert said.code == 2
    assert "--date 14.10.2026: write 2026-10-14" in said.err


async def test_a_station_never_measured_is_answered_with_those_that_were(measured: Path) -> None:
    said = await say(measured, "report", "day", "--station", "lahmacun")

    assert said.code == 2
    assert "say --station with one of: pogacsa" in said.err


async def test_a_report_before_any_measuring_says_how_to_begin(tmp_path: Path) -> None:
    said = await say(tmp_path, "report", "day")

    assert said.code == 2
    assert "lahmadaemon run" in said.err


async def test_export_writes_sessions_and_totals_and_says_the_number_of_valid_listeners(
    measured: Path, tmp_path: Path
) -> None:
    formats = ["--format", "csv", "--format", "parquet", "--format", "legacy"]
    said = await say(measured, "export", "--day", DAY, "--folder", str(tmp_path), *formats)

    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")}
    assert said.code == 0, said.err
    assert {str(Path(line).relative_to(tmp_path)) for line in said.out.split()} == names
    assert names == {
        f"pogacsa_{DAY}_sessions.csv", f"pogacsa_{DAY}_totals.csv", f"sessions/day={DAY}/pogacsa.parquet",
        f"totals/day={DAY}/pogacsa.parquet", f"pogacsa_{DAY}_legacy.csv",
    }  # fmt: skip
    assert "valid listeners" in said.err
    assert (tmp_path / f"pogacsa_{DAY}_legacy.csv").read_text().splitlines()[0] == "ip;location;connected_time;valid"


async def test_parquet_of_several_days_is_one_table_for_duckdb(measured: Path, tmp_path: Path) -> None:
    await say(measured, "export", "--day", DAY, "--folder", str(tmp_path), "--format", "parquet", "--format", "csv")

    asked = duckdb.execute(
        "select day, count(*), round(sum(hours_inside), 3), min(started_at) < max(ended_at) "
        f"from read_parquet('{tmp_path}/sessions/*/*.parquet', hive_partitioning = true) group by day"
    ).fetchall()

    rows = list(csv.DictReader(io.StringIO((tmp_path / f"pogacsa_{DAY}_sessions.csv").read_text())))
    hours = round(sum(float(row["hours_inside"]) for row in rows), 3)
    assert asked == [(date.fromisoformat(DAY), len(rows), hours, True)]


async def test_files_for_publishing_name_nobody(measured: Path, tmp_path: Path) -> None:
    said = await say(measured, "export", "--day", DAY, "--folder", str(tmp_path), "--format", "csv", "--anonymous")

    (rows,) = [path.read_text().splitlines() for path in tmp_path.glob("*_sessions_anonymous.csv")]
    assert said.code == 0, said.err
    assert "user_agent" not in rows[0]
    assert {row.split(",")[1] for row in rows[1:]} <= {str(number) for number in range(1, len(rows))}
    assert not list(tmp_path.glob("*_sessions.csv"))


async def test_no_address_stands_in_any_file_unless_the_setting_says_so(measured: Path, tmp_path: Path) -> None:
    await say(measured, "export", "--day", DAY, "--folder", str(tmp_path), "--format", "csv", "--format", "legacy")

    files = "".join(path.read_text() for path in tmp_path.iterdir())
    everything = files + (measured / "state" / "lahmadaemon.db").read_bytes().decode("latin-1")
    for row in json.loads(scripted(MANIFEST["polls"][0]).listeners.body):
        assert row["ip"] not in everything
        assert row["hash"] not in everything


async def test_check_shows_each_setting_with_its_origin_and_secrets_as_stars(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "LAHMA_LOG__LEVEL=debug\nOTHER_PROGRAM=1\nLAHMA_RADIO__STATIONS__X__URL=http://127.0.0.1:1\n"
    )

    said = await say(tmp_path, "check", "--offline", LAHMA_RADIO__STATIONS__X__API_KEY="very:secret")

    assert said.code == 0
    assert "very:secret" not in said.out
    assert any("LAHMA_LOG__LEVEL" in line and "debug" in line and ".env" in line for line in said.out.splitlines())
    assert any("API_KEY" in line and "****" in line and "environment" in line for line in said.out.splitlines())


async def test_check_says_which_room_is_off_and_how_to_switch_it_on(tmp_path: Path) -> None:
    said = await say(tmp_path, "check")

    assert "radio: off; set LAHMA_RADIO__STATIONS__<NAME>__URL" in said.out


async def test_status_shows_what_the_running_daemon_says(tmp_path: Path) -> None:
    async with started(environment(tmp_path), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")

        people, machines = await say(tmp_path, "status"), await say(tmp_path, "status", "--json")
        daemon.send(signal.SIGTERM)
        await daemon.ended()

    assert (people.code, machines.code) == (0, 0)
    assert "web*" in people.out
    assert json.loads(machines.out)["services"]["web"]["state"] == "running"


async def test_status_without_a_daemon_says_so_with_exit_code_1(tmp_path: Path) -> None:
    said = await say(tmp_path, "status", LAHMA_WEB__PORT="1")

    assert said.code == 1
    assert "no lahmadaemon answers at http://127.0.0.1:1" in said.err


async def test_status_needs_the_token_where_the_window_has_one(tmp_path: Path) -> None:
    async with started(environment(tmp_path, LAHMA_WEB__TOKEN="open sesame"), folder=tmp_path) as daemon:
        await daemon.heard("daemon.ready")

        with_it = await say(tmp_path, "status", LAHMA_WEB__TOKEN="open sesame")
        without = await say(tmp_path, "status")
        daemon.send(signal.SIGTERM)
        await daemon.ended()

    assert with_it.code == 0
    assert without.code == 2
    assert "LAHMA_WEB__TOKEN" in without.err


async def test_once_with_an_unknown_service_names_those_there_are(measured: Path) -> None:
    said = await say(measured, "once", "radio.snapshots")

    assert said.code == 2
    assert "there are: alerts.desk, house.disk, house.retention, house.backup, web, loop, systemd" in said.err


async def test_the_demo_ends_by_itself_with_a_summary_and_leaves_nothing_behind(tmp_path: Path) -> None:
    said = await say(tmp_path, "demo", "--seconds", "4", TMPDIR=str(tmp_path))

    assert said.code == 0, said.err
    assert "60 times faster than life" in said.out
    assert "unique listeners" in said.out.partition("the demo had measured")[2]
    assert said.out.splitlines()[-1].startswith("Nothing is left behind")
    assert list(tmp_path.iterdir()) == []


async def test_the_demo_ends_with_its_terminal_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Story: the doorbell knew what a hangup means to a demo, but the signal was never led to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", "lahmadaemon", "demo",
        env=environment(tmp_path, TMPDIR=str(tmp_path)), cwd=tmp_path, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(120):
        while b"daemon.ready" not in await process.stdout.readline():
            continue
        process.send_signal(signal.SIGHUP)
        await process.communicate()

    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_nobody_reads_any_more_is_not_the_secret_s_fault(tmp_path: Path) -> None:
    """Story: `lahmadaemon demo | head -3` said that secret.key cannot be read or made: Broken pipe."""

    def hang_up(_: EventDict) -> None:
        raise BrokenPipeError

    settings = read_settings(None, environment(tmp_path)).settings
    with EventLog(hang_up).catching(), pytest.raises(BrokenPipeError):
        house_secret(settings)


async def test_the_demo_keeps_its_data_where_it_is_told_to(tmp_path: Path) -> None:
    await say(tmp_path, "demo", "--seconds", "3", "--keep", str(tmp_path / "kept"))

    assert (tmp_path / "kept" / "lahmadaemon.db").is_file()


async def test_the_program_itself_starts_as_its_forks_do(measured: Path) -> None:
    """What `say` leaves out."""
    arguments = ["report", "day", "--date", DAY, "--json"]

    assert await _ended(measured, ["-m", "lahmadaemon", *arguments], {}) == await say(measured, *arguments)


async def test_a_command_nobody_knows_is_answered_with_those_there_are(tmp_path: Path) -> None:
    said = await say(tmp_path, "stauts")

    assert said.code == 2
    assert "status" in said.err
