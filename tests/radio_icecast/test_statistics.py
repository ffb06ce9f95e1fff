"""What servers say of themselves, in XML and in what a style sheet takes for JSON."""

import json

import pytest

from lahmadaemon.clock import SECOND
from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.icecast.statistics import Mount, Server, server_start, statistics
from lahmadaemon.radio.icecast.status import status
from lahmadaemon.radio.snapshot import OnAir
from tests.samples import names, sample

STARTED = 1791774221 * SECOND
SHOW = ("Kőbányai Műhely", "Őszi adás #41")
STATUSES = names("icecast", "status_*.json")
PLAYING = {
    "one_source": SHOW,
    "several_sources": SHOW,
    "no_source": None,
    "numeric_title": ("", "1984"),
    "true_title": ("", "true"),
    "null_title": ("", ""),
    "numeric_server_name": ("", "1e3"),
    "entity_title": SHOW,
    "dash_title.invalid": ("", ""),
    "blank_dash_title.invalid": ("", ""),
    "dot5_title.invalid": ("", ".5"),
}


@pytest.mark.parametrize(
    ("file", "started", "mounts"),
    [
        ("stats_2.4.4.xml", STARTED, {"/radio.mp3": Mount(9, *SHOW), "/radio.ogg": Mount(0, *SHOW)}),
        ("stats_2.4.4_no_source.xml", STARTED, {}),
        ("stats_2.4.4_restarted.xml", 1792606590 * SECOND, {"/radio.mp3": Mount(2, *SHOW)}),
        ("stats_kh.xml", STARTED, {"/radio.mp3": Mount(9, *SHOW)}),
    ],
)
def test_statistics_tell_the_start_the_mounts_and_what_plays(file: str, started: int, mounts: dict[str, Mount]) -> None:
    server = statistics(sample(f"icecast/{file}"))

    assert (server.started_at, server.mounts, server.complete) == (started, mounts, True)


@pytest.mark.parametrize("file", STATUSES)
def test_the_public_statistics_are_read_in_all_their_shapes(file: str) -> None:
    server = status(sample(file))
    plays = PLAYING[file.removeprefix("icecast/status_").removesuffix(".json")]

    assert (server.started_at, server.complete) == (STARTED, False)
    expected = {} if plays is None else {"/radio.mp3": Mount(9, *plays)}
    if "several" in file:
        expected["/radio.ogg"] = Mount(0, *SHOW)
    assert server.mounts == expected


def test_three_samples_are_no_json_as_they_stand() -> None:
    broken = [file for file in STATUSES if ".invalid." in file]

    assert len(broken) == 3
    for file in broken:
        with pytest.raises(ValueError, match="Expecting value"):
            json.loads(sample(file))


@pytest.mark.parametrize(
    ("bare", "title"),
    [
        ("-", ""), (" - ", ""), (".5", ".5"), ("1.", "1."), ("-.5", "-.5"), ("1e", "1e"), (" 1", "1"),
        ("1984", "1984"), ("9" * 5000, "9" * 300), ("true", "true"), ("false", "false"), ("null", ""), ('"\\t\x01x"', "x"),
        ('"a\\":-,\\"b"', 'a":-,"b'),
    ],
)  # fmt: skip
def test_a_title_is_the_text_that_was_sent_whatever_the_style_sheet_took_it_for(bare: str, title: str) -> None:
    """Each of the bare ones was seen from a 2.4.4."""
    source = f'{{"listeners":3,"listenurl":"http://x:8000/a","title":{bare},"server_name":-,"dummy":null}}'

    [mount] = status(f'{{"icestats":{{"source":{source}}}}}'.encode()).mounts.values()

    assert mount.title == title
    assert mount.listeners == 3


def test_a_sign_in_no_alphabet_spoils_a_title_and_nothing_else() -> None:
    body = b'{"icestats":{"source":{"listenurl":"http://x/a","listeners":3,"title":"K\xffv\xe9"}}}'

    assert status(body).mounts == {"/a": Mount(3, "", "K\ufffdv\ufffd")}


def test_every_mount_has_its_own_title_or_none() -> None:
    one, other = '<source mount="/a"><title>A</title></source>', '<source mount="/b"/><source><title>C</title></source>'

    server = statistics(f"<icestats><server_id>x</server_id>{one}{other}</icestats>".encode())

    assert server.mounts == {"/a": Mount(0, "", "A"), "/b": Mount(0, "", "")}


def test_a_stranger_s_title_cannot_make_up_fields() -> None:
    title = json.dumps('x","listeners":-,"y":-5,')
    source = f'{{"listeners":3,"listenurl":"http://x/a","title":{title},"bitrate":-}}'

    [mount] = status(f'{{"icestats":{{"source":{source}}}}}'.encode()).mounts.values()

    assert mount == Mount(3, "", 'x","listeners":-,"y":-5,')


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"null", b'{"icestats":[]}', b'{"icestats":{"source":', b'{"icestats":{"title":-x}}',
        b"[" * 200_000, sample("icecast/error_404_kh.txt"),
    ],
)  # fmt: skip
def test_what_is_no_public_statistics_is_a_named_error(body: bytes) -> None:
    with pytest.raises(UpstreamError) as trouble:
        status(body)

    assert trouble.value.outcome == "invalid"


@pytest.mark.parametrize(
    "source", ['"a"', "3", "null", "[3]", '{"listeners":5}', '{"listenurl":null}', '{"listenurl":"http://[x"}', "{}"]
)
def test_a_source_without_an_address_is_no_mount(source: str) -> None:
    assert status(f'{{"icestats":{{"source":{source}}}}}'.encode()).mounts == {}


@pytest.mark.parametrize("count", ["null", '"many"', "-3", "[]"])
def test_a_count_that_is_none_is_nought(count: str) -> None:
    body = f'{{"icestats":{{"source":{{"listenurl":"http://x/a","listeners":{count}}}}}}}'

    assert status(body.encode()).mounts["/a"].listeners == 0


@pytest.mark.parametrize(
    "body",
    [
        sample("icecast/listclients_2.4.4.xml"),
        sample("icecast/error_401_2.5.xml"),
        sample("icecast/error_404_2.4.4.html"),
        b"<icestats/>",
        b"<html><body/></html>",
    ],
)
def test_what_is_no_statistics_is_a_named_error(body: bytes) -> None:
    with pytest.raises(UpstreamError) as trouble:
        statistics(body)

    assert trouble.value.outcome == "invalid"


@pytest.mark.parametrize(
    ("fields", "started"),
    [
        ({"server_start_iso8601": "2026-10-12T03:03:41+0000"}, STARTED),
        ({"server_start_iso8601": "2026-10-12T05:03:41+0200"}, STARTED),
        ({"server_start": "Mon, 12 Oct 2026 03:03:41 +0000"}, STARTED),
        ({"server_start": "Mon, 12 Oct 2026 05:03:41 +0200"}, STARTED),
        ({"server_start": "12/Oct/2026:03:03:41 +0000"}, STARTED),
        ({"server_start": "12/Oct/2026:05:03:41 +0200"}, STARTED),
        ({"server_start_iso8601": "soon", "server_start": "12/Oct/2026:03:03:41 +0000"}, STARTED),
        ({"server_start_iso8601": "2026-10-12T03:03:41"}, None),  # without a zone it is no moment
        ({"server_start": "yesterday"}, None),
        ({"server_start": None}, None),
        ({}, None),
    ],
)
def test_the_start_of_a_server_is_one_moment_however_it_is_written(
    fields: dict[str, object], started: int | None
) -> None:
    assert server_start(fields) == started


MOUNTS = {"/a": Mount(1, "", ""), "/b": Mount(1, "Show", "Episode"), "/c": Mount(1, "", "Song")}


@pytest.mark.parametrize(
    ("wanted", "on_air"),
    [
        (["/a", "/b", "/c"], OnAir(online=True, artist="Show", title="Episode")),
        (["/c", "/b"], OnAir(online=True, title="Song")),
        (["/gone", "/c"], OnAir(online=True, title="Song")),
        (["/a"], OnAir(online=True)),
        (["/gone"], OnAir(online=False)),
        ([], OnAir(online=False)),
    ],
)
def test_the_first_mount_that_says_what_plays_speaks_for_the_station(wanted: list[str], on_air: OnAir) -> None:
    assert Server(None, MOUNTS).on_air(wanted) == on_air
