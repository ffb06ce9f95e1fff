"""A file's bytes: read exactly, or refused by name; never guessed, never the end of the service."""

import json
from bisect import bisect_left
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lahmadaemon.visitors.intake import parsing
from lahmadaemon.visitors.intake.crossings import Crossing
from lahmadaemon.visitors.intake.parsing import Parsed, Wrong, parse
from tests.samples import sample, told
from tests.visitors.builders import BOUNDS, NOW, at, record, written

PLAIN = written(record(1), record(2, 1))
REASONS = {
    "20260318103000.json": "the file is empty",
    "20260318103005.json": "it ends in the middle of a record",
    "20260318103015.json": "the top level is an object instead of a list",
    "20260318103040.json": "NaN is not JSON",
    "20260318103045.json": 'the key "inOut" comes twice in one record',
    "20260318103120.json": "nested too deeply",
    "20260318103125.json": "the file holds zero bytes only, as a power cut leaves them",
}
"""Of every bad sample that is refused as a whole."""
VERDICTS = [file for file in told("visitors/bad/expected.json")["files"] if file["verdict"] != "ignore"]


def refused(content: bytes) -> Wrong:
    with pytest.raises(Wrong) as caught:
        parse(content, BOUNDS)
    return caught.value


def read_or_wrong(content: bytes) -> Parsed | Wrong:
    """Anything else that is raised is red."""
    try:
        return parse(content, BOUNDS)
    except Wrong as wrong:
        return wrong


def the_bad_row(**changes: Any) -> str:
    """The reason why the one record of a file, changed like this, is refused."""
    parsed = parse(written(record() | changes), BOUNDS)
    assert not parsed.crossings
    [bad] = parsed.bad
    return bad.reason


def reads_so_deep(depth: int) -> bool:
    """Which depth is too deep depends on the Python: below 1,000 in 3.11, tens of times as much in later ones."""
    try:
        json.loads("[" * depth + "]" * depth)
    except RecursionError:
        return False
    return True


@pytest.mark.parametrize("expected", VERDICTS, ids=lambda expected: expected["file"])
def test_a_bad_sample_gives_its_reason_and_its_counts(expected: dict[str, Any]) -> None:
    content = sample(f"visitors/bad/{expected['file']}")
    if reason := REASONS.get(expected["file"]):
        if reason == "nested too deeply" and reads_so_deep(len(content)):
            reason = "it ends in the middle of a record"
        assert (expected["verdict"], refused(content).reason) == ("refuse", reason)
        return

    parsed = parse(content, BOUNDS)

    known_before = {"20260318103100.json": 8, "20260318103025.json": 1}
    # its 8 are those of a good file; and what lacks only the outputTime, which nobody needs, is taken
    assert len(set(parsed.crossings)) == expected["crossings_to_store"] + known_before.get(expected["file"], 0)
    assert len(parsed.bad) == expected["records_refused"] - (expected["file"] == "20260318103025.json")


def test_every_wrong_record_of_the_samples_says_what_is_wrong_with_it() -> None:
    parsed = parse(sample("visitors/bad/20260318103020.json"), BOUNDS)

    assert [row.reason for row in parsed.bad] == [
        'ID "45" is not a whole number from 0',
        'inOut "0" is not 0 (in), 1 (out) or 2 (neither)',
        "time 20260318103018 is not fourteen digits in quotes, YYYYMMDDhhmmss",
        "frameNumber null is not a whole number from 0",
        "inOut true is not 0 (in), 1 (out) or 2 (neither)",
        "inOut 0.0 is not 0 (in), 1 (out) or 2 (neither)",
        "inOut 3 is not 0 (in), 1 (out) or 2 (neither)",
        "inOut -1 is not 0 (in), 1 (out) or 2 (neither)",
        'time "2026-03-18 10:30:18" is not fourteen digits, YYYYMMDDhhmmss',
        "time 20260318256199 does not exist",
        "a text instead of a record",
        "null instead of a record",
        "a list instead of a record",
    ]
    assert [row.position for row in parsed.bad] == [*range(10), 11, 12, 13]


@pytest.mark.parametrize("key", ["ID", "inOut", "time", "frameNumber"])
def test_a_missing_key_is_named(key: str) -> None:
    row = record()
    del row[key]

    [bad] = parse(written(row), BOUNDS).bad

    assert (bad.reason, json.loads(bad.raw)) == (f"{key} is missing", row)


@pytest.mark.parametrize("key", ["ID", "frameNumber"])
@pytest.mark.parametrize("value", [True, False, 1.0, 1.5, "1", None, -1, 2**63, [], {}, 10**30])
def test_a_number_is_a_whole_one_that_the_store_can_hold(key: str, value: object) -> None:
    assert the_bad_row(**{key: value}).endswith("is not a whole number from 0")


@pytest.mark.parametrize("value", [0, 1, 2**63 - 1])
def test_numbers_from_nought_to_the_largest_the_store_can_hold_are_taken(value: int) -> None:
    [crossing] = parse(written(record(value, frame=value)), BOUNDS).crossings

    assert (crossing.person, crossing.frame) == (value, value)


@pytest.mark.parametrize("value", [True, False, 0.0, "0", None, -1, 3, [0], {"0": 0}])
def test_a_direction_is_nought_one_or_two_and_nothing_that_resembles_them(value: object) -> None:
    assert the_bad_row(inOut=value).endswith("is not 0 (in), 1 (out) or 2 (neither)")


@pytest.mark.parametrize(
    "value",
    [20260318103000, None, "", "2026031810300", "202603181030000", "2026-03-18T10:30", " 20260318103000",
     "٢٠٢٦٠٣١٨١٠٣٠٠٠", "2026031810300²", "+2026031810300", "2026031810_300", True, ["20260318103000"], "1" * 4000],
)  # fmt: skip
def test_a_time_is_fourteen_digits(value: object) -> None:
    reason = the_bad_row(time=value)

    quotes = "" if isinstance(value, str) else " in quotes"
    assert reason.endswith(f"is not fourteen digits{quotes}, YYYYMMDDhhmmss")
    assert len(reason) < 100


@pytest.mark.parametrize("value", [0, "text", 1.5, None, True, [record()]])
def test_what_is_no_record_among_records_is_refused_and_the_others_are_taken(value: object) -> None:
    parsed = parse(written(record(1), value, record(2)), BOUNDS)

    assert [crossing.person for crossing in parsed.crossings] == [1, 2]
    assert [(bad.position, bad.raw) for bad in parsed.bad] == [(1, json.dumps(value))]
    assert parsed.bad[0].reason.endswith("instead of a record")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{}", "an object"), (b"7", "a number"), (b"1.5", "a number"), (b'"x"', "a text"), (b"null", "null"),
     (b"true", "true"), (b"false", "false")],
)  # fmt: skip
def test_a_file_is_a_list(content: bytes, kind: str) -> None:
    wrong = refused(content)

    assert (wrong.reason, wrong.perhaps_unfinished) == (f"the top level is {kind} instead of a list", False)


@pytest.mark.parametrize("content", [b"[]", b" [ ]\n", b"\xef\xbb\xbf[]", "\ufeff[]".encode("utf-16-le")])
def test_an_empty_list_is_a_list(content: bytes) -> None:
    assert parse(content, BOUNDS) == Parsed((), ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_text_with_its_mark_is_read(encoding: str) -> None:
    assert parse(PLAIN.decode().encode(encoding), BOUNDS) == parse(PLAIN, BOUNDS)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-32"])
def test_wide_text_that_does_not_say_which_it_is_is_not_guessed(encoding: str) -> None:
    assert refused(PLAIN.decode().encode(encoding)).reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [(written(record(place="x")).replace(b'"x"', '"大門"'.encode("big5")), "not UTF-8: byte 109 is wrong"),
     (PLAIN.replace(b"inOut", b"in\xffOut", 1), "not UTF-8: byte 14 is wrong"),
     (b"\xff\xfe[\x00]", "not UTF-16: byte 4 is wrong")],
)  # fmt: skip
def test_bytes_that_are_no_text_are_named_by_their_place(content: bytes, reason: str) -> None:
    assert refused(content).reason == reason


def test_chinese_text_in_unknown_keys_is_kept_whatever_the_locale() -> None:
    row = json.dumps([record(place="大門")], ensure_ascii=False).encode()

    [crossing] = parse(row, BOUNDS).crossings

    assert json.loads(crossing.more or "") == {"place": "大門"}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400"])
@pytest.mark.parametrize("key", ["ID", "time", "frameNumber", "confidence"])
def test_a_number_that_json_does_not_know_or_nobody_can_hold_spoils_the_file(number: str, key: str) -> None:
    """1e400 in an unknown key was once kept, and written into the store as `Infinity`: no JSON any more."""
    wrong = refused(written(record() | {key: "here"}).replace(b'"here"', number.encode()))

    assert (number in wrong.reason, wrong.perhaps_unfinished) == (True, False)


@pytest.mark.parametrize(
    ("content", "key"),
    [(b'[{"ID": 1, "ID": 1}]', "ID"), (b'[{"x": 1, "x": 2}]', "x"), (b'[{"more": {"deep": [{"y": 1, "y": 1}]}}]', "y"),
     (b'[{"a": 1, "\\u0061": 2}]', "a"), (b'[{"digits": 1, "digits": 2}]', "digits"), (b'{"z": 1, "z": 2}', "z")],
)  # fmt: skip
def test_a_key_that_comes_twice_spoils_the_file(content: bytes, key: str) -> None:
    """Also a key called `digits`, which was once taken for a number of too many digits."""
    wrong = refused(content)

    assert (wrong.reason, wrong.perhaps_unfinished) == (f'the key "{key}" comes twice in one record', False)


@pytest.mark.timeout(10)
def test_a_hundred_thousand_keys_of_which_the_last_comes_twice_do_not_keep_it_busy_for_hours() -> None:
    names = [*(f"k{number}" for number in range(200_000)), "k199999"]
    content = "[{" + ",".join(f'"{name}":0' for name in names) + "}]"

    assert refused(content.encode()).reason == 'the key "k199999" comes twice in one record'


@pytest.mark.parametrize("digits", [4301, 100_000])
def test_a_number_of_thousands_of_digits_is_refused(digits: int) -> None:
    content = written(record() | {"ID": "here"}).replace(b'"here"', b"9" * digits)

    assert refused(content) == Wrong("a number is too long to be one")


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_a_hundred_thousand_deep_nesting_is_refused(opening: bytes) -> None:
    assert refused(opening * 100_000).reason == "nested too deeply"


@pytest.mark.parametrize("around", [b"[%b]", b'[{"a": %b}]', json.dumps([record(x=0)]).replace("0}", "%b}").encode()])
def test_no_depth_of_nesting_is_an_error_that_nobody_expects(around: bytes) -> None:
    """What could just be read was once too deep to be written again as JSON, and the service died of that, again and again."""

    def outcome(depth: int) -> str:
        try:
            parse(around.replace(b"%b", b"[" * depth + b"]" * depth), BOUNDS)
        except Wrong as wrong:
            return wrong.reason
        return "read"

    edge = bisect_left(range(100_000), True, key=lambda depth: outcome(depth) != "read")
    outcomes = {
        outcome(depth) for depth in [*range(1, edge, edge // 9), *range(edge - 10, edge + 150, 1 + edge // 1000)]
    }

    assert outcomes == {"read", "nested too deeply"}


@pytest.mark.parametrize("text", [r'"\ud800"', r'"\udfff x"', r'"\u0000"', r'"\ude00\ud83d"'])
def test_half_a_sign_is_kept_so_that_every_store_and_log_can_hold_it(text: str) -> None:
    content = written(record() | {"place": "here"}, record() | {"ID": "here"}).replace(b'"here"', text.encode())

    parsed = parse(content, BOUNDS)

    stored = [parsed.crossings[0].more, parsed.bad[0].raw, parsed.bad[0].reason]
    assert all(each is not None and each.isascii() and "\0" not in each for each in stored)
    assert json.loads(parsed.crossings[0].more or "") == {"place": json.loads(text)}


@pytest.mark.parametrize(
    "content",
    [PLAIN + b" x", PLAIN + PLAIN, PLAIN + b",", PLAIN[:-1] + b",]", b"[1 2]", b"[//\n]", b"[/* nobody */]",
     b"['x']", b"[{ID: 1}]", b"[01]", b"[+1]", b"[.5]", b"[0x10]", b'["\t"]', b'["\\x"]', PLAIN + b"\0", b"\0" + PLAIN],
)  # fmt: skip
def test_what_is_not_json_to_the_letter_is_refused(content: bytes) -> None:
    assert refused(content).reason.startswith("not JSON: ")


def test_keys_we_do_not_know_are_kept() -> None:
    more = {"confidence": 0.93, "zone": {"name": "door"}, "ids": [1, 2]}

    [crossing] = parse(written(record(**more)), BOUNDS).crossings

    assert json.loads(crossing.more or "") == more


def test_without_unknown_keys_nothing_is_kept_and_without_output_time_nothing_is_missed() -> None:
    row = record(7, 2, "20260318103000", 9)
    del row["outputTime"]

    expected = Crossing(at("2026-03-18 10:30"), "2026-03-18", 7, 2, 9, None)

    assert parse(written(row, record(7, 2, "20260318103000", 9)), BOUNDS).crossings == (expected, expected)


def test_very_much_of_a_wrong_record_or_of_unknown_keys_is_not_kept() -> None:
    parsed = parse(written(record(x="y" * 100_000), record(-1, x="y" * 100_000)), BOUNDS)

    assert (len(parsed.crossings[0].more or ""), len(parsed.bad[0].raw)) == (1000, 1000)


def test_more_records_than_a_file_may_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_ROWS", 3)

    assert len(parse(written(*[record()] * 3), BOUNDS).crossings) == 3
    assert refused(written(*[record()] * 4)).reason == "4 records are more than a file may hold (3)"


def test_a_crossing_ahead_of_our_clock_is_taken_for_five_minutes_and_one_of_long_ago_for_four_hundred_days() -> None:
    times = ["20260318103700", "20260318103701", "20250211103200", "20250211103159", "20360318103054", "19700101010000"]

    parsed = parse(written(*(record(time=time) for time in times)), BOUNDS)

    assert [crossing.at for crossing in parsed.crossings] == [BOUNDS.latest, BOUNDS.earliest]
    assert (BOUNDS.latest - NOW, [bad.reason for bad in parsed.bad]) == (300_000, [
        "time 20260318103701 is in the future",
        "time 20250211103159 is too long ago",
        "time 20360318103054 is in the future",
        "time 19700101010000 is too long ago",
    ])  # fmt: skip


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ALMOST = st.dictionaries(
    st.sampled_from(["ID", "inOut", "time", "frameNumber", "outputTime", "x"]),
    st.sampled_from([0, 1, 2, 7, True, -1, 2**63, "20260318103000", "20260318106100", "x", None, 1.5]) | ANYTHING,
)
CROSSINGS = st.builds(
    lambda person, direction, second, frame: record(
        person, direction, f"20260318{second // 3600:02}{second // 60 % 60:02}{second % 60:02}", frame
    ),
    st.integers(0, 2**63 - 1), st.integers(0, 2), st.integers(0, 10 * 3600), st.integers(0, 2**63 - 1),
)  # fmt: skip


@given(ANYTHING | st.lists(ALMOST | ANYTHING, max_size=5), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@example(json.loads('["\\ud800"]'), "utf-8")
@pytest.mark.slow
def test_whatever_json_may_say_is_read_or_wrong_and_every_record_is_good_or_bad(value: Any, encoding: str) -> None:
    content = json.dumps(value).encode(encoding)
    parsed = read_or_wrong(content)
    if isinstance(parsed, Wrong):
        assert parsed.reason
        return

    assert isinstance(value, list)
    assert len(parsed.crossings) + len(parsed.bad) == len(value)


@given(st.binary(max_size=60))
def test_whatever_bytes_there_are_they_are_read_or_wrong(content: bytes) -> None:
    parsed = read_or_wrong(content)

    assert isinstance(parsed, Parsed) or parsed.reason


@given(st.lists(CROSSINGS | ALMOST.filter(lambda row: "x" not in row), max_size=3), st.data())
@pytest.mark.slow
def test_every_beginning_of_a_file_could_still_become_one(rows: list[Any], data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    try:
        whole = json.dumps(rows, ensure_ascii=data.draw(st.booleans()), allow_nan=False).encode(encoding)
        parse(whole, BOUNDS)
    except (Wrong, ValueError):
        return

    length = data.draw(st.integers(0, len(whole) - 1))

    assert refused(whole[:length]).perhaps_unfinished


def test_every_beginning_of_every_good_sample_could_still_become_one() -> None:
    content = sample("visitors/good/20260318080214.json")

    assert all(refused(content[:length]).perhaps_unfinished for length in range(len(content)))


@given(st.lists(CROSSINGS, max_size=20))
def test_every_list_of_crossings_comes_out_as_it_went_in(rows: list[dict[str, Any]]) -> None:
    parsed = parse(written(*rows), BOUNDS)

    assert not parsed.bad
    assert [(each.person, each.direction, each.frame, each.more) for each in parsed.crossings] == [
        (row["ID"], row["inOut"], row["frameNumber"], None) for row in rows
    ]
    assert [each.at for each in parsed.crossings] == [
        at(f"{row['time'][:8]} {row['time'][8:10]}:{row['time'][10:12]}:{row['time'][12:]}") for row in rows
    ]
