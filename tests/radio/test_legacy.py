"""The older script's file is written as that script wrote it, and can be read back."""

import ast
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lahmadaemon.clock import SECOND, instant
from lahmadaemon.radio import periods
from lahmadaemon.radio.legacy import as_legacy
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Listening, chain
from tests.radio.builders import digest, listening
from tests.samples import sample, told

BUDAPEST = ZoneInfo("Europe/Budapest")
DAY = periods.day(date(2026, 10, 14), BUDAPEST)
NOON = DAY.start / SECOND + 12 * 3600
OLD = "legacy/lahma_2022-09-14_2200"
TOTALS = ["Total Listeners", "Total Long Listeners", "Total Short Listeners", "Total N/A entries", "Total Sessions"]

Times = list[tuple[str, timedelta]]


def written(*connections: Listening, gap: int = 120 * SECOND, period: Period = DAY) -> bytes:
    return as_legacy(chain(connections, gap), period, BUDAPEST, addresses=True)


def read(content: bytes) -> tuple[dict[str, tuple[str, Times, int]], dict[str, int]]:
    """Listeners by address, and totals by name; nothing of the file is run."""
    header, *lines = content.decode().splitlines()
    assert header == "ip;location;connected_time;valid"
    rows = [line.split(";") for line in lines]
    assert all(len(row) == 4 for row in rows)
    listeners = {ip: (place, times(text), int(valid)) for ip, place, text, valid in rows[:-5]}
    assert len(listeners) == len(rows) - 5
    assert all((place, text) == ("", "") for _, place, text, _ in rows[-5:])
    return listeners, {name: int(count) for name, _, _, count in rows[-5:]}


def times(text: str) -> Times:
    return [pair(entry) for entry in elements(ast.parse(text, mode="eval").body)]


def elements(node: ast.AST) -> list[ast.expr]:
    assert isinstance(node, ast.List)
    return node.elts


def pair(node: ast.expr) -> tuple[str, timedelta]:
    began, length = elements(node)
    assert isinstance(began, ast.Constant)
    assert isinstance(length, ast.Call)
    assert ast.unparse(length.func) == "datetime.timedelta"
    days = [ast.literal_eval(value) for value in length.args]
    return str(began.value), timedelta(
        *days, **{str(word.arg): ast.literal_eval(word.value) for word in length.keywords}
    )


def of_day(time: str) -> timedelta:
    hours, minutes, seconds = time.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def test_the_old_file_itself_reads_as_it_should() -> None:
    listeners, totals = read(sample(f"{OLD}.csv"))

    expected = told(f"{OLD}.expected.json")
    assert totals == expected["totals_in_file"]
    for person in expected["listeners"]:
        place, visits, valid = listeners[person["ip"]]
        assert (place, valid) == (person["location"] or "N/A", person["valid_in_file"])
        assert [(began, length.total_seconds()) for began, length in visits] == [
            (session["time_text"], session["seconds"]) for session in person["sessions"]
        ]


def test_what_the_old_file_tells_is_written_again_the_same_without_its_two_mistakes() -> None:
    expected = told(f"{OLD}.expected.json")
    start, end = (instant(datetime.fromisoformat(expected["window"][edge])) for edge in ("start", "end"))
    connections = [
        listening(
            session["first_seen_epoch"],
            session["first_seen_epoch"] + session["seconds"],
            person["ip"][:16],
            ip=person["ip"],
            country=person["location"],
            located=person["geo_ok"],
        )
        for person in expected["listeners"]
        for session in person["sessions"]
    ]

    listeners, totals = read(written(*connections, gap=0, period=Period("", start, end)))
    old, _ = read(sample(f"{OLD}.csv"))

    assert listeners.keys() == old.keys()
    for person in expected["listeners"]:
        place, visits, valid = listeners[person["ip"]]
        assert (place, valid) == (old[person["ip"]][0], person["valid_recomputed"])
        for (began, length), (old_began, old_length) in zip(visits, old[person["ip"]][1], strict=True):
            assert abs(of_day(began) - of_day(old_began)) <= timedelta(milliseconds=1)
            assert len(began) == len(old_began) == len("22:00:03.32820")
            assert abs(length - old_length) <= timedelta(milliseconds=1)
    assert totals == expected["totals_in_file"] | {"Total Long Listeners": 11}


def test_the_totals_come_last_in_their_old_order() -> None:
    assert written().decode() == (
        "ip;location;connected_time;valid\nTotal Listeners;;;0\nTotal Long Listeners;;;0\nTotal Short Listeners;;;0\n"
        "Total N/A entries;;;0\nTotal Sessions;;;0\n"
    )
    assert list(read(written(listening(NOON, NOON + 90)))[1]) == TOTALS


def test_a_row_is_written_letter_for_letter_as_the_old_script_did() -> None:
    content = written(listening(NOON + 3.328, NOON + 1803.904), listening(NOON + 5000, NOON + 5000))

    assert content.decode().splitlines()[1] == (
        "203.0.113.7;HU;[['12:00:03.32800', datetime.timedelta(seconds=1800, microseconds=576000)], "
        "['13:23:20.00000', datetime.timedelta(0)]];1"
    )


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [(0, 0, 1), (59.999, 0, 1), (60, 0, 0), (299, 0, 0), (300, 0, 0), (300.001, 1, 0), (301, 1, 0)],
)
def test_three_hundred_seconds_are_not_long_here_and_sixty_not_short(seconds: float, long: int, short: int) -> None:
    listeners, totals = read(written(listening(NOON, NOON + seconds)))

    assert listeners["203.0.113.7"][2] == long
    assert (totals["Total Long Listeners"], totals["Total Short Listeners"]) == (long, short)


def test_a_later_short_session_does_not_take_valid_back() -> None:
    listeners, totals = read(written(listening(NOON, NOON + 2000), listening(NOON + 5000, NOON + 5010)))

    assert listeners["203.0.113.7"][2] == 1
    assert (totals["Total Long Listeners"], totals["Total Sessions"]) == (1, 2)


def test_two_short_sessions_are_no_short_listener() -> None:
    assert (
        read(written(listening(NOON, NOON + 10), listening(NOON + 1000, NOON + 1010)))[1]["Total Short Listeners"] == 0
    )


def test_two_mounts_at_once_are_one_session() -> None:
    _, totals = read(written(listening(NOON, NOON + 600), listening(NOON + 300, NOON + 900)))

    assert totals["Total Sessions"] == 1


def test_listeners_behind_one_address_are_several() -> None:
    content = written(listening(NOON, NOON + 90, "anna"), listening(NOON, NOON + 90, "bela"))

    assert content.count(b"203.0.113.7;HU;") == 2
    assert b"Total Listeners;;;2\n" in content


def test_where_addresses_are_not_kept_a_pseudonym_stands_for_them() -> None:
    listeners, _ = read(written(listening(NOON, NOON + 90, ip=None)))

    assert listeners.keys() == {digest("anna").hex()}


def test_nobody_s_place_is_not_available() -> None:
    listeners, totals = read(written(listening(NOON, NOON + 90, located=False)))

    assert listeners["203.0.113.7"][0] == "N/A"
    assert totals["Total N/A entries"] == 1
    assert read(written(listening(NOON, NOON + 90, country=None)))[0]["203.0.113.7"][0] == "unknown"


def test_times_are_those_of_the_day_and_long_is_the_whole_visit() -> None:
    midnight = DAY.start / SECOND
    listeners, _ = read(written(listening(midnight - 400, midnight + 50)))

    assert listeners["203.0.113.7"] == ("HU", [("00:00:00.00000", timedelta(seconds=50))], 1)


def test_a_listener_of_the_whole_longest_day_fits() -> None:
    longest = periods.day(date(2026, 10, 25), BUDAPEST)
    everything = listening(longest.start / SECOND - 9, longest.end / SECOND + 9)

    listeners, _ = read(written(everything, period=longest))
    assert listeners["203.0.113.7"][1] == [("00:00:00.00000", timedelta(hours=25))]


@pytest.mark.parametrize("evil", ["=1+1", "@x", "-1;2", "a;b", "a\nTotal Listeners;;;9", "\r\n=x"])
def test_what_strangers_send_as_their_address_breaks_no_row_and_runs_nowhere(evil: str) -> None:
    listeners, totals = read(written(listening(NOON, NOON + 90, ip=evil, country=evil)))

    [(ip, (place, _, _))] = listeners.items()
    assert ip[0] not in "=+-@\t"
    assert place[0] not in "=+-@\t"
    assert totals["Total Listeners"] == 1


def test_without_being_asked_for_addresses_it_shows_pseudonyms() -> None:
    day = periods.day(date(2026, 10, 14), BUDAPEST)
    anna = listening(day.start / SECOND + 3600, day.start / SECOND + 3630, "anna")

    row = as_legacy(chain([anna], 0), day, BUDAPEST).decode().splitlines()[1]

    assert anna.ip
    assert anna.ip not in row
    assert row.startswith(f"{anna.identity.hex()};")
