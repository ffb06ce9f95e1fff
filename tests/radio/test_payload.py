"""Every era of the listener list is read, and what is none is refused in one way only."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.errors import UpstreamError
from lahmadaemon.radio.azuracast import payload
from lahmadaemon.radio.azuracast.door import Door
from lahmadaemon.radio.identity import Pseudonyms
from tests.samples import names, sample, told

ERAS = names("azuracast/listeners")
DEEP = b"[" * 100_000
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
text_or_none = st.text() | st.none()
moments = st.integers(0, 2_000_000_000) | st.none()
rows = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "ip": text_or_none | st.ip_addresses().map(str),
            "user_agent": text_or_none,
            "hash": text_or_none,
            "mount_name": text_or_none,
            "connected_on": moments,
            "connected_until": moments,
            "connected_time": moments | st.sampled_from(["nan", "inf", "-inf", 1e300]),
            "is_mobile": st.booleans() | st.none(),
            "device": st.dictionaries(st.sampled_from(["is_bot", "is_mobile"]), anything) | anything,
            "location": st.dictionaries(st.sampled_from(["status", "description", "country", "city"]), anything)
            | anything,
        },
    ),
    max_size=4,
)


def outcome(read: Callable[[bytes], object], body: bytes) -> str:
    try:
        read(body)
    except UpstreamError as refusal:
        return refusal.outcome
    return "read"


@pytest.mark.parametrize("name", ERAS)
def test_every_era_of_the_listener_list_is_read_and_nobody_is_dropped(name: str) -> None:
    found = payload.rows(sample(name))

    said = told(name)
    assert [(row.ip, row.user_agent, row.connected_on) for row in found] == [
        (row["ip"], row["user_agent"], row["connected_on"]) for row in said
    ]
    assert [row.hash for row in found] == [row.get("hash") for row in said]
    connections, dropped = Door(Pseudonyms(b"secret")).admit(found)
    assert (len(connections), dropped) == (len(said), 0)


@pytest.mark.parametrize("name", names("azuracast/history", "listeners_*"))
def test_rows_of_the_history_are_read_by_the_same_door(name: str) -> None:
    connections, dropped = Door(Pseudonyms(b"secret")).admit(payload.rows(sample(name)))

    assert dropped == 0
    assert len(connections) == len({(row["hash"], row["connected_on"]) for row in told(name)})


@pytest.mark.parametrize("name", [name for name in ERAS if "empty" not in name])
def test_every_era_tells_the_servers_clock(name: str) -> None:
    served = {row.served_at for row in payload.rows(sample(name))}

    assert served == {row["connected_on"] + row["connected_time"] for row in told(name)}
    assert len(served) == 1


@pytest.mark.parametrize("length", ["nan", "inf", "-inf", -5, 1e300])
def test_a_length_that_is_none_tells_no_clock(length: object) -> None:
    [row] = payload.rows(json.dumps([{"connected_on": 1, "connected_time": length}]).encode())

    assert row.served_at is None


@pytest.mark.parametrize(
    "body",
    [
        sample("azuracast/polls/06_listeners.truncated.json"),
        sample("azuracast/polls/04_listeners.500.html"),
        sample("azuracast/errors/200_null.json"),
        sample("azuracast/errors/200_object_instead_of_array.json"),
        sample("azuracast/errors/502_bad_gateway.html"),
        b"",
        b"   ",
        b"12",
        b'"people"',
        b"[null]",
        b"[[]]",
        b"[{}",
        b"[{}] and more",
        b"\xef\xbb\xbf[]",
        "[]".encode("utf-16"),
        b'[{"user_agent":"K\xf6nyv"}]',
        b'[{"user_agent":"\xed\xa0\x80"}]',
        b'[{"user_agent":"\\ud800"}]',
        b'[{"connected_on":NaN}]',
        b'[{"connected_on":Infinity}]',
        b'[{"connected_on":1.5}]',
        b'[{"connected_on":"soon"}]',
        b'[{"connected_on":-1}]',
        b'[{"connected_on":' + b"9" * 40 + b"}]",
        b'[{"connected_on":' + b"9" * 6000 + b"}]",
        b'[{"connected_until":' + b"9" * 40 + b"}]",
        b'[{"connected_time":1e400}]',
        DEEP,
        b'[{"a_future_key":' + DEEP,
        b'[{"location":' + DEEP + b"]" * len(DEEP) + b"}]",
    ],
    ids=lambda body: repr(body[:32]),
)
def test_what_is_no_list_of_listeners_is_invalid_and_nothing_else(body: bytes) -> None:
    with pytest.raises(UpstreamError) as refusal:
        payload.rows(body)

    assert refusal.value.outcome == "invalid"


def test_the_refusal_repeats_nothing_of_what_listeners_sent() -> None:
    with pytest.raises(UpstreamError) as refusal:
        payload.rows(b'[{"ip":"203.0.113.7","user_agent":"Secret Player","connected_on":"never"}]')

    assert "203.0.113.7" not in str(refusal.value)
    assert "Secret" not in str(refusal.value)


@given(st.binary() | st.text().map(str.encode) | anything.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read_or_refused_never_a_crash(body: bytes) -> None:
    payload.error_type(body)

    assert {outcome(payload.rows, body), outcome(payload.now_playing, body)} <= {"read", "invalid"}


@given(rows)
@pytest.mark.slow
def test_whatever_stands_in_a_row_it_passes_the_door_or_is_refused(said: list[dict[str, object]]) -> None:
    found = []
    with suppress(UpstreamError):
        found = payload.rows(json.dumps(said).encode())

    assert all(row.served_at is None or row.served_at < 1 << 38 for row in found)
    connections, dropped = Door(Pseudonyms(b"secret")).admit(found)
    assert len(connections) + dropped <= len(found)


@pytest.mark.parametrize(
    "nested", [b'{"city":"\xff"}', b'{"lat":1e999}', b'{"n":' + b"9" * 6000 + b"}", b"[]", b"null", b'"x"', b"3"]
)
def test_nobody_is_dropped_for_a_place_or_device_that_cannot_be_read(nested: bytes) -> None:
    body = b'[{"hash":"a","connected_on":5,"location":' + nested + b',"device":' + nested + b"}]"

    connections, dropped = Door(Pseudonyms(b"secret")).admit(payload.rows(body))

    assert (len(connections), dropped) == (1, 0)


@pytest.mark.parametrize("name", names("azuracast/nowplaying"))
def test_every_shape_of_now_playing_gives_its_counts(name: str) -> None:
    playing = payload.now_playing(sample(name))

    said = told(name)
    assert (playing.listeners.total, playing.listeners.unique) == (
        said["listeners"]["total"],
        said["listeners"]["unique"],
    )
    assert playing.station.timezone == said["station"].get("timezone")


def test_now_playing_of_0_15_2_has_no_zone_and_counts_all_the_same() -> None:
    playing = payload.now_playing(sample("azuracast/nowplaying/playlist_0.15.2.json"))

    assert playing.station.timezone is None
    assert playing.listeners.total == 14


def test_the_placeholder_of_a_station_that_is_offline_counts_nobody() -> None:
    assert payload.now_playing(sample("azuracast/nowplaying/offline_placeholder.json")).listeners.total == 0


def test_a_server_that_only_counts_has_a_total_and_no_unique_listeners() -> None:
    counts = payload.now_playing(sample("azuracast/nowplaying/counts_only.json")).listeners

    assert (counts.total, counts.unique) == (14, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"null",
        b"[]",
        b"",
        b"<html>",
        b'{"listeners":null}',
        b'{"listeners":[]}',
        b'{"listeners":{"total":-1}}',
        b'{"listeners":{"total":' + b"9" * 40 + b"}}",
        b'{"listeners":{"total":1},"x":' + DEEP,
    ],
    ids=lambda body: repr(body[:32]),
)
def test_what_is_not_now_playing_is_invalid_and_nothing_else(body: bytes) -> None:
    with pytest.raises(UpstreamError) as refusal:
        payload.now_playing(body)

    assert refusal.value.outcome == "invalid"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (sample("azuracast/errors/403_permission_denied.json"), "PermissionDeniedException"),
        (sample("azuracast/errors/404_no_extra_data.json"), "Error"),
        (sample("azuracast/errors/403_not_logged_in_0.12.3.json"), ""),
        (sample("azuracast/errors/400_analytics.json"), ""),
        (sample("azuracast/errors/403_plain_for_curl.txt"), None),
        (sample("azuracast/errors/500_php_memory.html"), None),
        (b'{"type":"NotFoundException"}', None),
        (b"[]", None),
        (b'{"message":' + DEEP, None),
    ],
    ids=lambda value: repr(value[:32]) if isinstance(value, bytes) else None,
)
def test_an_api_error_is_known_by_its_type_and_a_web_page_is_none(body: bytes, kind: str | None) -> None:
    assert payload.error_type(body) == kind
