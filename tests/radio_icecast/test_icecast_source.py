"""An Icecast on the loopback is asked, and every way it can fail is told apart and told what to do about."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from lahmadaemon.clock import SECOND
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.radio.icecast import source as icecast
from lahmadaemon.radio.snapshot import OnAir, Snapshot, Totals
from tests.fakes.clock import START, FakeClock
from tests.fakes.scripted_azuracast import Reply
from tests.radio_icecast.stand_in import CASES, MP3, OGG, PASSWORD, STATS, STATUS, asking, evening, reply
from tests.samples import sample

SERVED = 1792606500 * SECOND
"""The Date of the samples."""
EPOCH = 1791774221 * SECOND
SHOW = OnAir(online=True, artist="Kőbányai Műhely", title="Őszi adás #41")
SETTING = "LAHMA_RADIO__STATIONS__MAIN__"


async def snapshot_of(clock: FakeClock, replies: Mapping[str, Reply], **settings: Any) -> Snapshot:
    async with asking(clock, replies, **settings) as (source, _):
        return await source.snapshot()


async def refusal(clock: FakeClock, replies: Mapping[str, Reply], **settings: Any) -> UpstreamError | HopelessError:
    """What a snapshot raises; it says neither the password nor what was asked."""
    with pytest.raises((UpstreamError, HopelessError)) as raised:
        await snapshot_of(clock, replies, **settings)
    assert PASSWORD not in str(raised.value)
    assert "?" not in str(raised.value)
    assert isinstance(raised.value, UpstreamError | HopelessError)
    return raised.value


async def test_a_snapshot_says_who_listens_where_since_when_and_what_plays(clock: FakeClock) -> None:
    snapshot = await snapshot_of(clock, evening())

    assert len(snapshot.connections) == 9
    assert {connection.mount for connection in snapshot.connections.values()} == {"/radio.mp3"}
    assert min(key[1] for key in snapshot.connections) == SERVED - 234196 * SECOND
    assert (snapshot.polled_at, snapshot.at, snapshot.skew) == (START, SERVED, SERVED - START)
    assert snapshot.totals == Totals(9, 8)  # two of the nine are one identity
    assert (snapshot.on_air, snapshot.epoch, snapshot.dropped) == (SHOW, EPOCH, 0)


async def test_one_mount_after_the_other_is_asked_with_the_password_in_a_header(clock: FakeClock) -> None:
    async with asking(clock, evening()) as (source, server):
        await source.snapshot()

    assert server.asked == [STATS, MP3, OGG]
    login = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
    assert {headers["authorization"] for headers in server.headers} == {f"Basic {login}"}


async def test_a_user_and_a_password_may_be_in_any_alphabet(clock: FakeClock) -> None:
    async with asking(clock, evening(), user="főnök", password=SecretStr("jelszó: Őszi")) as (source, server):
        await source.snapshot()

    assert base64.b64decode(server.headers[0]["authorization"].split()[1]).decode() == "főnök:jelszó: Őszi"


async def test_a_mount_is_asked_for_by_its_very_name(clock: FakeClock) -> None:
    name = "/a b&c=ű?d#e"
    stats = f'<icestats><server_id>x</server_id><source mount="{name.replace("&", "&amp;")}"/></icestats>'
    async with asking(clock, {STATS: Reply(stats.encode())}, mounts=(name,)) as (source, server):
        with pytest.raises(UpstreamError):
            await source.snapshot()

    assert server.asked[1] == "/admin/listclients?mount=/a%20b%26c%3D%C5%B1%3Fd%23e"


async def test_only_the_mounts_that_the_settings_name_are_measured(clock: FakeClock) -> None:
    async with asking(clock, evening(), mounts=("/radio.ogg",)) as (source, server):
        snapshot = await source.snapshot()

    assert server.asked == [STATS, OGG]
    assert (len(snapshot.connections), snapshot.totals) == (0, Totals(0, 0))
    assert snapshot.on_air == SHOW


async def test_who_was_there_at_the_last_poll_is_recognised(clock: FakeClock) -> None:
    async with asking(clock, evening()) as (source, _):
        first = await source.snapshot()
        second = await source.snapshot(list(first.connections))

    assert all(second.connections[key] is connection for key, connection in first.connections.items())


@pytest.mark.parametrize("silent", [file for file in CASES if "unknown_mount" in file or "mount_down" in file])
async def test_a_mount_whose_encoder_left_between_two_questions_has_nobody(clock: FakeClock, silent: str) -> None:
    snapshot = await snapshot_of(clock, evening() | {MP3: reply(silent)})

    assert snapshot.connections == {}
    assert snapshot.totals == Totals(9, 0)  # so the fold will hold it until the statistics agree


async def test_a_mount_that_nobody_named_may_come_and_go_without_a_word(clock: FakeClock) -> None:
    with capture_logs() as logs:
        await snapshot_of(clock, evening() | {OGG: reply("error_400_unknown_mount_2.4.4.html")})

    assert logs == []


async def test_a_server_s_own_trouble_is_no_silence_whatever_it_says(clock: FakeClock) -> None:
    trouble = await refusal(clock, evening() | {MP3: Reply(b"Source is not available", 503)})

    assert trouble.outcome == "server_error"


async def test_listeners_without_an_id_are_counted(clock: FakeClock) -> None:
    odd = b'<icestats><source mount="/radio.mp3"><listener/><listener id="5"/></source></icestats>'
    snapshot = await snapshot_of(clock, evening() | {MP3: Reply(odd)})

    assert (len(snapshot.connections), snapshot.dropped) == (1, 1)


MEANINGS: dict[str, tuple[type[Exception], str, str]] = {
    "error_400_missing_mount_2.4.4.html": (UpstreamError, "invalid", f"{SETTING}URL"),
    "error_401_2.4.4.txt": (HopelessError, "password_wrong", f"correct {SETTING}PASSWORD"),
    "error_401_2.5.xml": (HopelessError, "password_wrong", f"correct {SETTING}PASSWORD"),
    "error_401_kh.txt": (HopelessError, "password_wrong", f"correct {SETTING}PASSWORD"),
    "error_404_2.4.4.html": (UpstreamError, "invalid", f"{SETTING}URL"),
    "error_404_kh.txt": (UpstreamError, "invalid", f"{SETTING}URL"),
    "listclients_kh_no_mount.xml": (UpstreamError, "invalid", "not a list of listeners"),
}


def test_every_sample_of_an_error_is_looked_at() -> None:
    errors = {file for file in CASES if file.startswith("error_")}

    assert errors <= MEANINGS.keys() | {file for file in CASES if "unknown_mount" in file or "mount_down" in file}


@pytest.mark.parametrize("file", MEANINGS)
async def test_every_failure_of_a_list_is_told_apart_and_says_what_to_do(clock: FakeClock, file: str) -> None:
    kind, outcome, hint = MEANINGS[file]

    trouble = await refusal(clock, evening() | {MP3: reply(file)})

    assert (type(trouble), trouble.outcome) == (kind, outcome)
    assert hint in str(trouble)


@pytest.mark.parametrize("file", [file for file in CASES if file.startswith("error_") and "401" not in file])
async def test_statistics_that_are_not_there_are_no_empty_house(clock: FakeClock, file: str) -> None:
    trouble = await refusal(clock, evening() | {STATS: reply(file)})

    assert (type(trouble), trouble.outcome) == (UpstreamError, "invalid")


async def test_a_refusal_by_2_5_s_roles_says_which_rights_are_missing(clock: FakeClock) -> None:
    forbidden = Reply(sample("icecast/error_401_2.5.xml"), 403)

    trouble = await refusal(clock, evening() | {MP3: forbidden})

    assert (type(trouble), trouble.outcome) == (HopelessError, "permission_missing")
    assert f"{SETTING}USER" in str(trouble)


async def test_a_guard_s_page_passes(clock: FakeClock) -> None:
    trouble = await refusal(clock, evening() | {STATS: Reply(b"<html>Checking your browser", 403)})

    assert (type(trouble), trouble.outcome) == (UpstreamError, "invalid")


async def test_a_server_that_has_moved_says_what_to_write_instead(clock: FakeClock) -> None:
    location = {"Location": "https://stream.example.org/admin/stats?x=1"}

    trouble = await refusal(clock, evening() | {STATS: Reply(b"", 302, location)})

    assert (type(trouble), trouble.outcome) == (HopelessError, "moved")
    assert f"sends us to https://stream.example.org: put the final address into {SETTING}URL" in str(trouble)


@pytest.mark.parametrize("path", [STATS, MP3])
async def test_a_server_in_trouble_is_asked_again_when_it_says(clock: FakeClock, path: str) -> None:
    trouble = await refusal(clock, evening() | {path: Reply(b"", 503, {"Retry-After": "17"})})

    assert isinstance(trouble, UpstreamError)
    assert (trouble.outcome, trouble.retry_after) == ("server_error", 17)


@pytest.mark.parametrize("path", [STATS, MP3, OGG])
async def test_a_snapshot_has_one_deadline_however_many_mounts_there_are(clock: FakeClock, path: str) -> None:
    async with asking(clock, evening(), deadline=0.2) as (source, server):
        server.never_answers = path
        with pytest.raises(UpstreamError, match=r"for all its mounts within 0\.2 s") as trouble:
            await source.snapshot()

    assert trouble.value.outcome == "timeout"


async def test_a_list_beyond_the_limit_is_refused(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icecast, "LISTENERS_LIMIT", len(sample("icecast/listclients_2.4.4.xml")) - 1)

    assert (await refusal(clock, evening())).outcome == "invalid"


async def test_a_server_without_any_encoder_has_nobody_and_nothing_on_air(clock: FakeClock) -> None:
    async with asking(clock, {STATS: reply("stats_2.4.4_no_source.xml")}) as (source, server):
        snapshot = await source.snapshot()

    assert server.asked == [STATS]
    assert (snapshot.connections, snapshot.totals, snapshot.on_air) == ({}, Totals(0, 0), OnAir(online=False))
    assert (snapshot.at, snapshot.epoch) == (SERVED, EPOCH)


async def test_a_mount_that_is_not_there_is_told_once_with_those_that_are_and_again_when_it_is(
    clock: FakeClock,
) -> None:
    async with asking(clock, evening(), mounts=("/radio.mp3", "/raido.ogg")) as (source, server):
        with capture_logs() as logs:
            first, _ = await source.snapshot(), await source.snapshot()
            server.replies[STATS] = Reply(server.replies[STATS].body.replace(b"/radio.ogg", b"/raido.ogg"))
            server.replies[OGG.replace("radio.ogg", "raido.ogg")] = server.replies[OGG]
            await source.snapshot()

    assert len(first.connections) == 9
    assert [entry["event"] for entry in logs] == ["radio.mount_silent", "radio.mount_sounds"]
    assert logs[0] == {
        "event": "radio.mount_silent", "log_level": "warning", "station": "main",
        "mount": "/raido.ogg", "mounts_there": "/radio.mp3, /radio.ogg",
    }  # fmt: skip


async def test_without_a_date_the_server_s_clock_is_taken_for_as_far_from_ours_as_it_was(clock: FakeClock) -> None:
    async with asking(clock, evening()) as (source, server):
        await source.snapshot()
        server.replies = {path: Reply(told.body) for path, told in server.replies.items()}
        await clock.advance(30)
        second = await source.snapshot()

    assert (second.at, second.skew) == (SERVED + 30 * SECOND, None)


def encoder_s(**more: Reply) -> dict[str, Reply]:
    """What a server says to a source's own user: its mounts' listeners, and what everybody may know."""
    return evening() | {STATS: reply("error_401_2.4.4.txt")} | more


async def test_a_source_s_own_password_serves_for_the_mounts_that_are_named(clock: FakeClock) -> None:
    mounts = ("/radio.mp3", "/hidden.mp3")
    replies = encoder_s() | {"/admin/listclients?mount=/hidden.mp3": reply("listclients_2.4.4_nobody.xml")}
    async with asking(clock, replies, user="source", mounts=mounts) as (source, server):
        snapshot = await source.snapshot()
    whole = await snapshot_of(clock, evening())

    assert server.asked == [STATS, STATUS, MP3, "/admin/listclients?mount=/hidden.mp3"]  # hidden ones are not in there
    assert snapshot.connections == whole.connections
    assert (snapshot.totals, snapshot.on_air, snapshot.epoch) == (Totals(9, 8), SHOW, EPOCH)


async def test_a_source_s_own_password_without_named_mounts_says_what_is_missing(clock: FakeClock) -> None:
    trouble = await refusal(clock, encoder_s(), user="source")

    assert (type(trouble), trouble.outcome) == (HopelessError, "password_wrong")
    assert f"{SETTING}MOUNTS" in str(trouble)
    wrong = await refusal(clock, encoder_s() | {MP3: reply("error_401_kh.txt")}, mounts=("/radio.mp3",))
    assert "MOUNTS" not in str(wrong)


async def test_kh_has_no_public_statistics_and_is_measured_without(clock: FakeClock) -> None:
    replies = encoder_s() | {STATUS: reply("error_404_kh.txt"), MP3: reply("listclients_kh.xml")}
    snapshot = await snapshot_of(clock, replies, user="source", mounts=("/radio.mp3",))

    assert len(snapshot.connections) == 9
    assert (snapshot.totals, snapshot.on_air, snapshot.epoch) == (Totals(9, 8), None, None)


async def test_a_mount_that_is_down_is_nobody_for_a_source_s_own_password_too(clock: FakeClock) -> None:
    replies = encoder_s() | {STATUS: reply("error_404_kh.txt"), MP3: reply("error_400_unknown_mount_kh.txt")}
    snapshot = await snapshot_of(clock, replies, user="source", mounts=("/radio.mp3",))

    assert (snapshot.connections, snapshot.totals, snapshot.at) == ({}, Totals(0, 0), SERVED)


@pytest.mark.parametrize("trouble", [Reply(b"", 502), Reply(b"{}"), Reply(b'{"icestats":{"title":-x}}')])
async def test_public_statistics_in_trouble_are_not_taken_for_none(clock: FakeClock, trouble: Reply) -> None:
    """Story: for one poll the epoch would be unknown, every id somebody new, and everybody begin anew twice."""
    found = await refusal(clock, encoder_s() | {STATUS: trouble}, user="source", mounts=("/radio.mp3",))

    assert isinstance(found, UpstreamError)
