"""`lahmadaemon visitors …` as somebody types it, over files whose names do harm to those who print them."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.system.test_commands import Said, say, say_all

NON_UTF8 = os.fsdecode(b"caf\xe9.json")
NAMES = ("plain.json", NON_UTF8, "\x1b[31mred\n.json", "大門.json")


def folders(house: Path) -> dict[str, str]:
    return {f"LAHMA_VISITORS__FOLDERS__{name.upper()}__PATH": str(house / name) for name in ("door", "back")}


async def visitors(house: Path, *arguments: str, **more: str) -> Said:
    return await say(house, "visitors", *arguments, **folders(house), **more)


async def house_with(house: Path, names: Iterable[str]) -> None:
    """A daemon's turn refused files of these names."""
    for folder in (house / "door", house / "back"):
        folder.mkdir()
    for number, name in enumerate(names):
        (house / "door" / name).write_text(f'{{"of no": "use {number} \\u001b[31m"}}')
    path = {"LAHMA_VISITORS__FOLDERS__DOOR__PATH": str(house / "door")}
    said = await say(house, "once", "visitors.intake.door", LAHMA_VISITORS__INCOMPLETE_AFTER="1ms", **path)
    assert said.code == 0, said.err


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
async def test_no_name_does_harm_to_a_terminal_or_ends_a_command(tmp_path: Path, encoding: str) -> None:
    """Story: a camera's name for a file that was no UTF-8 ended `visitors show` in a traceback."""
    await house_with(tmp_path, NAMES)
    speaking = {"PYTHONIOENCODING": encoding, "LC_ALL": "C"}

    listed = await visitors(tmp_path, "failed", "--json", **speaking)
    fingerprints = {file["path"].rpartition("__")[2][:12] for file in json.loads(listed.out)["failed"]}
    asked = [*NAMES, r"caf\xe9.json", r"\x1b[31mred\n.json", *fingerprints]
    typed = await visitors(tmp_path, "show", NON_UTF8, "--json", **speaking)
    nobody, *told = await say_all(
        tmp_path,
        [
            ["visitors", "show", "nobody\x1b[31m é.json"],
            *(["visitors", "show", name] for name in asked),
            ["visitors", "failed"],
            ["visitors", "show", NON_UTF8],
            ["visitors", "retry", r"caf\xe9.json"],
            ["visitors", "retry", "all"],
        ],
        **folders(tmp_path),
        **speaking,
    )
    told.append(typed)

    for said in told:
        assert (said.code, said.err) == (0, "")
    for said in (*told, nobody, listed):
        assert "\x1b" not in said.out
    assert nobody.code == 1
    assert r"caf\xe9.json" in told[1].out
    assert all("rejected" in said.out for said in told[: len(asked)])
    assert sorted(path.name for path in (tmp_path / "door").glob("*.json")) == sorted(NAMES)


async def test_one_file_that_cannot_come_back_does_not_stop_the_others(tmp_path: Path) -> None:
    await house_with(tmp_path, ["a.json", "b.json", "c.json"])
    (tmp_path / "door" / "b.json").write_text("the camera's new one")

    said = await visitors(tmp_path, "retry", "all")

    assert said.code == 1
    assert "b.json is there already; move one of the two away first" in said.err
    assert [line.rpartition("/")[2] for line in said.out.splitlines()] == ["a.json", "c.json"]
    assert (tmp_path / "door" / "b.json").read_text() == "the camera's new one"
    assert len(list((tmp_path / "door" / "failed").rglob("b__*"))) == 2


async def test_what_was_never_refused_cannot_be_tried_again(tmp_path: Path) -> None:
    await house_with(tmp_path, [])

    said = await visitors(tmp_path, "retry", "\x1b[31m.json")

    assert said.code == 2
    assert r"no refused file is called \x1b[31m.json; `lahmadaemon visitors failed` lists them" in said.err


@pytest.mark.parametrize("days", ["99999999", "0", "-5", "3661"])
async def test_days_that_cannot_be_shown_are_answered_with_those_that_can(tmp_path: Path, days: str) -> None:
    """Story: a hundred million days were an OverflowError, and none at all an empty table."""
    said = await visitors(tmp_path, "days", "--days", days)

    assert (said.code, said.err) == (2, f"lahmadaemon: --days {days}: write a number from 1 to 3660\n")


async def test_the_longest_stretch_of_days_is_shown(tmp_path: Path) -> None:
    await house_with(tmp_path, [])

    assert json.loads((await visitors(tmp_path, "days", "--days", "3660", "--json")).out) == {"days": []}


@pytest.mark.parametrize("command", [["failed"], ["retry", "all"]])
async def test_a_camera_nobody_knows_is_answered_with_those_there_are(tmp_path: Path, command: list[str]) -> None:
    said = await visitors(tmp_path, *command, "--camera", "nope")

    assert (said.code, said.err) == (2, "lahmadaemon: no camera is called nope; there are: door, back\n")
