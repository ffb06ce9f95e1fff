"""Every condition in every language, whatever the facts hold or lack."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import Line
from lahmadaemon.alerts.incidents import Incident, Notice, State
from lahmadaemon.alerts.wording import LANGUAGES, LONGEST_TEXT, MOST_LINES, Wording, fill, visible
from lahmadaemon.clock import HOUR, MINUTE, Instant
from tests.alerts.house import BUDAPEST

T = Instant(1_792_605_420_000)  # 19:57 in Budapest
NOW = Instant(T + 38 * MINUTE)
SAID = [Notice.FIRING, Notice.REMINDER, Notice.UNSTABLE, Notice.RESOLVED, Notice.WAS]
FACTS: dict[str, str | float] = {
    "creator": "11", "provider": "tiktok", "campaign": "Autumn", "platform": "meta", "until_at": T,
    "camera": "lobby", "target": "city", "station": "lahma", "last_file_at": T, "last_crossings_at": T, "since_at": T,
    "quiet_seconds": 320.0, "file": "a.json", "reason": "no rows", "count": 3.0, "folder": "/srv/lobby",
    "problem": "permission denied", "files": 12, "ahead_seconds": -3700.0, "windows": 4, "error": "timeout",
    "answer": "no", "before": "yes", "dead": 2, "why": "too many", "rows": 9,
}  # fmt: skip


def incident(
    condition: Condition, detail: dict[str, str | float] | None = None, subject: str = "visitors.lobby"
) -> Incident:
    return Incident(7, condition, subject, State.FIRING, T, detail or {}, fired_at=T)


def line(text: str, number: int = 1, severity: str = "warning") -> Line:
    return Line(number, "no_files", "visitors.lobby", severity, Notice.FIRING, True, text)


@pytest.mark.parametrize("notice", SAID)
@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unfilled(language: str, condition: Condition, notice: Notice) -> None:
    words = Wording(language, BUDAPEST)
    details: list[dict[str, str | float]] = [{}, FACTS, {"unheard_of": "x"}]
    for detail in details:
        said = words.line(incident(condition, detail), notice, NOW)

        assert not set("{}[]|?") & set(said), said
        assert len(said) > 10


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_a_language_knows_of_is_said_while_it_lasts(language: str, condition: Condition) -> None:
    words = Wording(language, BUDAPEST)
    bare = words.line(incident(condition), Notice.REMINDER, NOW)

    assert len(words.line(incident(condition, FACTS), Notice.REMINDER, NOW)) > len(bare)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_languages_say_the_same_facts(language: str) -> None:
    def names(template: str) -> set[str]:
        return {part.partition("}")[0] for part in template.split("{")[1:]}

    for condition in Condition:
        assert names(LANGUAGES[language].conditions[condition]) == names(LANGUAGES["en"].conditions[condition])
    assert LANGUAGES[language].digest.keys() == LANGUAGES["en"].digest.keys()
    assert LANGUAGES[language].frames.keys() == set(SAID)


def test_the_alarm_of_the_original_keeps_its_words() -> None:
    quiet: dict[str, str | float] = {"camera": "大廳", "quiet_seconds": 310.0, "last_file_at": T - 310_000}

    said = Wording("zh", BUDAPEST).line(incident(Condition.NO_FILES, quiet), Notice.FIRING, NOW)

    assert said == "已經五分鐘沒有資料了，快去查看一下吧 2026-10-21 19:57:00 大廳，最後一筆：19:51"


@pytest.mark.parametrize(
    ("seconds", "numeral"),
    [
        (0, "0"),
        (60, "一"),
        (600, "十"),
        (719, "十一"),
        (1200, "二十"),
        (2280, "三十八"),
        (5999, "九十九"),
        (6000, "100"),
    ],
)
def test_its_minutes_are_the_real_ones(seconds: float, numeral: str) -> None:
    said = Wording("zh", BUDAPEST).line(incident(Condition.NO_FILES, {"quiet_seconds": seconds}), Notice.FIRING, NOW)

    assert said.startswith(f"已經{numeral}分鐘沒有資料了，快去查看一下吧 ")


def test_a_camera_that_never_sent_anything_is_called_so() -> None:
    said = Wording("en", BUDAPEST).line(incident(Condition.NO_FILES, {"last_file_at": 0}), Notice.FIRING, NOW)

    assert said == "ALARM since 19:57: no files from camera lobby; last file: never"


def test_the_end_by_closing_time_is_no_recovery() -> None:
    closed = replace(incident(Condition.NO_FILES, {"because": "closed"}), cleared_at=NOW)

    for notice in (Notice.RESOLVED, Notice.WAS):
        said = Wording("en", BUDAPEST).line(closed, notice, NOW)
        assert said == "NOT WATCHED NOW (closing time), after 38 min (19:57–20:35): no files from camera lobby"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (89, "1 min"), (2279, "38 min"), (3599, "1 h"), (3600, "1 h"),
        (3900, "1 h 5 min"), (86400, "1 d"), (90000, "1 d 1 h"), (86700, "1 d"), (-60, "1 min"), (float("nan"), "?"),
        (float("inf"), "?"),
    ],
)  # fmt: skip
def test_durations_are_said_in_their_two_largest_units(seconds: float, said: str) -> None:
    assert Wording("en", UTC).span(seconds) == said


@pytest.mark.parametrize(("language", "said"), [("hu", "1 óra 5 perc"), ("zh", "1 小時 5 分鐘"), ("cs", "1 h 5 min")])
def test_durations_are_said_in_the_language(language: str, said: str) -> None:
    assert Wording(language, UTC).span(3900) == said


def test_moments_are_local_and_carry_their_date_on_another_day() -> None:
    words = Wording("en", BUDAPEST)

    assert words.moment(T, NOW) == "19:57"
    assert words.moment(T, Instant(NOW + 24 * HOUR)) == "2026-10-21 19:57"
    assert words.moment(10**18, NOW) == "?"
    assert words.moment(-(10**18), NOW) == "?"


def test_a_clock_that_goes_behind_has_a_sign() -> None:
    said = Wording("en", BUDAPEST).line(incident(Condition.CAMERA_CLOCK, {"ahead_seconds": -3600}), Notice.FIRING, NOW)

    assert said.endswith("the clock of camera lobby is wrong by −1 h")


def test_texts_from_outside_cannot_act() -> None:
    assert visible("a\nb\x1b[31m\u202etxt.exe\u2028\0é\udcff") == r"a\nb\x1b[31m\u202etxt.exe\u2028\x00é\udcff"
    assert visible("x" * 201) == "x" * 199 + "…"

    evil: dict[str, str | float] = {"file": "{error}[{lasted}]\n/mute", "reason": "*bold* <b>"}
    said = Wording("en", BUDAPEST).line(incident(Condition.BAD_FILES, evil), Notice.FIRING, NOW)
    assert said == r"ALARM since 19:57: unusable files from camera lobby; {error}[{lasted}]\n/mute: *bold* <b>"


@given(st.dictionaries(st.sampled_from([*FACTS, "because"]), st.text() | st.floats() | st.integers()))
@pytest.mark.slow
def test_no_facts_break_a_message(detail: dict[str, str | float]) -> None:
    for condition in Condition:
        for language in LANGUAGES:
            said = Wording(language, BUDAPEST).line(incident(condition, detail, subject="\n"), Notice.FIRING, NOW)
            assert said.splitlines() == [said]
            assert said.encode()


def test_a_message_begins_with_what_is_gravest() -> None:
    lines = [line("later", 2, "critical"), line("small", 3, "info"), line("usual", 4), line("first", 1, "critical")]

    assert Wording("en", UTC).text(lines).split("\n") == ["first", "later", "usual", "small"]


@pytest.mark.parametrize(("count", "length"), [(MOST_LINES, 10), (MOST_LINES + 1, 10), (200, 200), (19, 250)])
def test_a_message_says_how_much_it_leaves_out(count: int, length: int) -> None:
    text = Wording("en", UTC).text([line("x" * length, number) for number in range(count)])

    shown = [each for each in text.split("\n") if each.startswith("x")]
    assert len(text) <= LONGEST_TEXT
    left = count - len(shown)
    assert len(shown) == min(count, MOST_LINES) or left > 0
    assert text.endswith("x" if not left else f"and {left} more: lahmadaemon alarms")


def test_a_part_is_left_out_where_one_of_its_facts_is_unknown() -> None:
    assert fill("{a}[ and {b}][ or {c}{a}]", {"a": "1", "b": "2"}) == "1 and 2"
