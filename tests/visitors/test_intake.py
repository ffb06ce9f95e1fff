"""The intake of one camera: whatever comes, in whatever order, is counted once and ends where it belongs."""

import json
import random
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.clock import SECOND
from lahmadaemon.errors import UpstreamError
from lahmadaemon.visitors.intake import voice
from tests.samples import names, sample, told
from tests.visitors.builders import NOW, record, written
from tests.visitors.world import World

GOOD = [Path(name).name for name in names("visitors/good")]
EXPECTED = {
    f"{day[:4]}-{day[4:6]}-{day[6:]}": (counts["in"], counts["out"], counts["neither"])
    for day, counts in told("visitors/expected.json")["by_local_day"].items()
}
TWO = written(record(1), record(2, 1))


@pytest.mark.parametrize("seed", range(4))
async def test_the_good_samples_add_up_in_any_order_and_with_repetitions(world: World, seed: int) -> None:
    chance = random.Random(seed)
    order = chance.sample(GOOD, len(GOOD))
    async with world.watching():
        for name in order:
            world.put(name, f"good/{name}")
            if chance.random() < 0.5:
                await world.advance(10)
            if chance.random() < 0.5:
                world.put(f"copy of {name}", f"good/{chance.choice(order)}")
        await world.advance(20)

    assert await world.counts() == EXPECTED
    assert await world.crossings() == told("visitors/expected.json")["all_files"]["records"]
    assert (world.waiting(), world.archived("failed")) == ([], [])
    assert set(GOOD) <= set(world.archived("processed"))


async def test_what_lay_there_before_the_start_is_kept_at_once(world: World) -> None:
    world.put_samples("good")
    intake = world.intake()

    with capture_logs() as logs:
        async with world.watching(intake):
            assert intake.caught_up.is_set()
            assert await world.counts() == EXPECTED

    assert [event["files_waiting"] for event in logs if event["event"] == "visitors.folder_scanned"] == [8]
    assert world.archived("processed") == GOOD


@pytest.mark.slow
async def test_the_bad_samples_in_one_go_end_with_their_counts_and_their_reasons(world: World) -> None:
    world.put("20260318093341.json", "good/20260318093341.json")
    async with world.watching():
        world.put_samples("bad")
        await world.advance(90)
    kept = await world.files()

    for expected in told("visitors/bad/expected.json")["files"]:
        name, verdict = expected["file"], expected["verdict"]
        extra = int(name == "20260318103025.json")  # nobody needs the outputTime that one record of it lacks
        if verdict == "ignore":
            assert world.waiting() == [name]
        elif verdict == "accept":
            assert name in world.archived("processed")
            assert kept.get(name) is None or kept[name].rows_new == expected["crossings_to_store"]
        else:
            assert name in world.archived("failed")
            assert kept[name].rows_new == expected["crossings_to_store"] + extra
            assert kept[name].rows_bad == (expected["records_refused"] or extra) - extra
            assert str(kept[name].reason) in world.reason(name)
    assert await world.crossings() == 8 + 1 + 3 + 1 + 2 + 2 + 1 + 1 + 1 + 10_000


async def test_the_reason_beside_a_file_tells_people_what_to_do(world: World) -> None:
    world.put("20260318103020.json", "bad/20260318103020.json")
    async with world.watching():
        pass

    lines = world.reason("20260318103020.json").splitlines()
    assert lines[:4] == [
        "20260318103020.json of camera door was refused on 2026-03-18:",
        '  13 of 14 records are wrong: ID "45" is not a whole number from 0',
        "  1 good records of it were kept, 13 were not.",
        '  record 0: ID "45" is not a whole number from 0: ' + json.dumps(record("45", time="20260318103018", frame=10)
                                                                       | {"outputTime": "20260318103020"}),
    ]  # fmt: skip
    assert "lahmadaemon visitors retry" in lines[-1]


async def test_a_half_written_file_is_kept_once_it_is_whole_and_counted_once(world: World) -> None:
    async with world.watching():
        for length in (0, 1, 40, len(TWO) - 1):
            world.put("a.json", TWO[:length])
            await world.advance(20)
            assert world.waiting() == ["a.json"]
        world.put("a.json", TWO)
        await world.advance(2)
        assert world.archived("processed") == ["a.json"]

    assert await world.counts() == {"2026-03-18": (1, 1, 0)}
    assert world.archived("failed") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [(TWO[:-1], "it ends in the middle of a record"), (b"", "the file is empty"), (b"\0" * 50, "zero bytes only"),
     (b'[{"ID": 1, ]', "not JSON: "), (b"\xff", "not UTF-8: byte 0 is wrong")],
)  # fmt: skip
async def test_a_file_that_stays_half_written_is_refused_after_its_time(
    world: World, content: bytes, reason: str
) -> None:
    async with world.watching():
        world.put("a.json", content)
        await world.advance(68)
        assert world.archived("failed") == []
        await world.advance(4)
        assert world.archived("failed") == ["a.json"]
        assert Condition.BAD_FILES in world.alarms.now
        assert world.alarms.detail(Condition.BAD_FILES)["file"] == "a.json"

    assert reason in world.reason("a.json")


async def test_a_refused_file_that_is_finished_later_under_the_same_name_is_kept(world: World) -> None:
    async with world.watching():
        world.put("a.json", TWO[:-1])
        await world.advance(80)
        world.put("a.json", TWO)
        await world.advance(10)

    assert (world.archived("failed"), world.archived("processed")) == (["a.json"], ["a.json"])
    assert await world.counts() == {"2026-03-18": (1, 1, 0)}


async def test_the_same_file_under_another_name_is_counted_once_and_told(world: World) -> None:
    async with world.watching():
        world.put("a.json", TWO)
        await world.advance(10)
        world.put("b.json", TWO)
        with capture_logs() as logs:
            await world.advance(10)

    assert await world.counts() == {"2026-03-18": (1, 1, 0)}
    assert world.archived("processed") == ["a.json", "b.json"]
    [event] = [event for event in logs if event["event"] == "visitors.files_known"]
    assert (event["example"], event["came_before_as"]) == ("b.json", "a.json")


async def test_the_same_name_with_more_in_it_adds_only_what_is_new(world: World) -> None:
    async with world.watching():
        world.put("a.json", TWO)
        await world.advance(10)
        world.put("a.json", written(record(1), record(2, 1), record(3, 2)))
        await world.advance(10)

    assert await world.counts() == {"2026-03-18": (1, 1, 1)}
    assert world.archived("processed") == ["a.json", "a.json"]


async def test_two_equal_empty_lists_are_two_signs_of_life(world: World) -> None:
    async with world.watching():
        for minute in range(4):
            world.put(f"{minute}.json", b"[]")
            await world.advance(240)
        assert world.alarms.story(Condition.NO_FILES) == []
    state = await world.door.meet(world.clock.now())

    assert len(await world.files()) == 4
    assert (state.last_file_at, state.last_crossings_at) == (NOW + 730 * SECOND, None)
    assert world.archived("processed") == ["0.json", "1.json", "2.json", "3.json"]


async def test_a_partial_file_put_back_as_it_was_adds_nothing(world: World) -> None:
    async with world.watching():
        world.put("a.json", written(record(1), {"ID": 2}))
        await world.advance(10)
        [path] = (world.path / "failed").glob("*/a__*.json")
        path.rename(world.path / "a.json")
        await world.advance(10)
        assert await world.counts() == {"2026-03-18": (1, 0, 0)}

    assert world.archived("failed") == ["a.json"]


async def test_a_file_put_back_after_mending_adds_what_was_wrong(world: World) -> None:
    async with world.watching():
        world.put("a.json", written(record(1), {"ID": 2}))
        await world.advance(10)
        [path] = (world.path / "failed").glob("*/a__*.json")
        path.write_bytes(TWO)
        path.rename(world.path / "a.json")
        await world.advance(10)

    assert await world.counts() == {"2026-03-18": (1, 1, 0)}
    assert world.archived("processed") == ["a.json"]


async def test_a_hint_takes_a_file_without_a_scan(world: World) -> None:
    intake = world.intake(scan_every=600.0)
    async with world.watching(intake):
        world.put("a.json", TWO)
        world.put("unheard.json", written(record(9)))
        intake.hint(["a.json", "gone.json", "processed", "../state"])
        await world.rest()
        assert (world.archived("processed"), world.waiting()) == (["a.json"], ["unheard.json"])
        assert world.clock.monotonic() == 0
        await world.advance(600)
        assert world.waiting() == []

    assert await world.counts() == {"2026-03-18": (2, 1, 0)}


async def test_hints_do_not_put_off_the_scan(world: World) -> None:
    intake = world.intake(scan_every=60.0)
    async with world.watching(intake):
        world.put("unheard.json", TWO)
        for _ in range(6):
            await world.advance(10)
            intake.hint(["other.json"])
            await world.rest()
        assert world.archived("processed") == ["unheard.json"]


async def test_a_half_written_file_that_was_hinted_at_is_looked_at_again_at_the_next_hint(world: World) -> None:
    intake = world.intake(scan_every=600.0)
    async with world.watching(intake):
        for content in (TWO[:20], TWO):
            world.put("a.json", content)
            intake.hint(["a.json"])
            await world.rest()
        assert world.archived("processed") == ["a.json"]


async def test_a_file_that_cannot_be_a_camera_s_is_told_of_once(world: World) -> None:
    (world.path / "link.json").symlink_to("/etc/passwd")
    with capture_logs() as logs:
        async with world.watching():
            await world.advance(60)
            (world.path / "\u202egnp.json").symlink_to("/etc/passwd")
            await world.advance(60)

    told_of = [event["files"] for event in logs if event["event"] == "visitors.files_ignored"]
    assert told_of == [["link.json"], ["link.json", "\\u202egnp.json"]]
    assert await world.files() == {}


async def test_names_of_all_kinds_are_kept_and_logged_harmlessly(world: World) -> None:
    from tests.visitors.test_folder import STRANGE_NAMES

    for number, name in enumerate(STRANGE_NAMES):
        world.put(name, written(record(number), *([{}] if number % 2 else [])))
    with capture_logs() as logs:
        async with world.watching():
            pass

    assert await world.crossings() == len(STRANGE_NAMES)
    assert world.waiting() == []
    assert all(str(value).isprintable() or isinstance(value, list) for event in logs for value in event.values())


async def test_more_files_than_one_transaction_takes_are_all_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "BACKLOG", 500)
    for number in range(600):
        world.put(f"{number:04}.json", written(record(number)))
    with capture_logs() as logs:
        async with world.watching():
            assert await world.crossings() == 600
            assert world.waiting() == []
    assert [event["files"] for event in logs if event["event"] == "visitors.backlog_taken"] == [600]


async def test_a_processed_folder_that_is_replayed_changes_nothing(world: World) -> None:
    world.put_samples("good")
    async with world.watching():
        for path in list((world.path / "processed").glob("*/*.json")):
            path.rename(world.path / path.name)
        await world.advance(10)
        assert await world.counts() == EXPECTED
        assert world.waiting() == []


async def test_an_archive_may_be_elsewhere(world: World, tmp_path: Path) -> None:
    from lahmadaemon.visitors.intake.folder import Folder

    world.put("a.json", TWO)
    async with world.watching(world.intake(folder=Folder(world.path, tmp_path / "archive"))):
        pass

    assert [path.name for path in world.path.iterdir()] == []
    assert len(list((tmp_path / "archive/processed/2026-03-18").iterdir())) == 1


async def test_a_file_larger_than_may_be_is_refused_unread(world: World) -> None:
    from lahmadaemon.visitors.intake.folder import Folder

    world.put("large.json", b" " * 2000)
    async with world.watching(world.intake(folder=Folder(world.path, max_size=1000))):
        pass

    assert "2000 bytes are more than a file may have (1000)" in world.reason("large.json")


async def test_one_turn_alone_does_the_same(world: World) -> None:
    world.put("a.json", TWO)

    await world.intake().turn()

    assert world.archived("processed") == ["a.json"]
    world.path.rename(world.path.with_name("gone"))
    with pytest.raises(UpstreamError, match="cannot be read"):
        await world.intake().turn()


async def test_files_of_one_moment_are_taken_in_the_order_of_their_names(world: World) -> None:
    world.put("2.json", sample("visitors/good/20260318081002.json"))
    world.put("1.json", sample("visitors/good/20260318081002.json"))
    async with world.watching():
        pass

    assert list(await world.files()) == ["1.json"]
