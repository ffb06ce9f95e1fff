"""What answers mean, row by row; and how long to wait after them."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.errors import UpstreamError
from lahmadaemon.http import Answer
from lahmadaemon.visitors.push.answers import Judgement, Verdict, classify, plain, unanswered
from lahmadaemon.visitors.push.pacing import pause
from tests.samples import sample, told

NOON = "Wed, 18 Mar 2026 12:00:00 GMT"


def answered(
    status: int, body: bytes = b"", accepted: tuple[str, ...] = (), learnt: str | None = None, **headers: str
) -> Judgement:
    lower = {name.replace("_", "-"): value for name, value in headers.items()}
    return classify(Answer(status, lower, body), accepted, learnt)


def said(desc: str, accepted: tuple[str, ...] = (), learnt: str | None = None) -> Judgement:
    return answered(200, b'{"Desc": "%s"}' % desc.encode(), accepted, learnt)


MEANINGS = {
    "200_success.json": Verdict.DELIVERED,
    "200_success_bom.json": Verdict.DELIVERED,
    "200_failure.json": Verdict.REFUSED,
    "200_failure_time.json": Verdict.REFUSED,
    "200_no_desc.json": Verdict.REFUSED,
    "200_not_json.html": Verdict.AMBIGUOUS,
    "200_empty.txt": Verdict.AMBIGUOUS,
    "400_bad_request.json": Verdict.PERMANENT,
    "403_ip_not_allowed.html": Verdict.BLOCKED,
    "429_too_many.json": Verdict.TRANSIENT,
    "500_error.html": Verdict.TRANSIENT,
    "503_retry_after_date.html": Verdict.TRANSIENT,
}


@pytest.mark.parametrize("entry", told("visitors/partner/index.json"), ids=lambda entry: entry["file"])
def test_the_invented_answers_mean_what_their_index_says(entry: dict[str, object]) -> None:
    headers = {name.lower(): value for name, value in entry["headers"].items()}  # type: ignore[attr-defined]
    answer = Answer(entry["status"], headers, sample(f"visitors/partner/{entry['file']}"))  # type: ignore[arg-type]

    judgement = classify(answer)

    assert judgement.verdict is MEANINGS[str(entry["file"])]
    waits = {"429_too_many.json": 120.0, "503_retry_after_date.html": 840.0}
    assert judgement.retry_after == waits.get(str(entry["file"]))


def test_every_invented_answer_is_in_the_table() -> None:
    assert {entry["file"] for entry in told("visitors/partner/index.json")} == set(MEANINGS)


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ((408, 409, 425, 429, 500, 502, 503, 504), Verdict.TRANSIENT),
        ((501, 505, 507, 511, 599), Verdict.SLOW),
        ((400, 406, 411, 413, 414, 415, 418, 422), Verdict.PERMANENT),
        ((401, 403, 404, 405, 407, 410, 300, 301, 302, 303, 307, 308), Verdict.BLOCKED),
    ],
)
def test_a_status_says_what_kind_of_no_it_is(statuses: tuple[int, ...], verdict: Verdict) -> None:
    assert {status: answered(status).verdict for status in statuses} == dict.fromkeys(statuses, verdict)


@pytest.mark.parametrize(
    "body", [b"", b"  \r\n", b"<html>Login</html>", b"\xff\xfe{", b'{"Desc": "Succ', b"[" * 50_000, b"9" * 5000, b"OK"]
)
def test_a_200_that_cannot_be_read_may_have_been_received(body: bytes) -> None:
    assert answered(200, body).verdict is Verdict.AMBIGUOUS


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b'[{"Desc": "Success"}]', b"null", b"7", b'"Success"', b'{"Desc": ""}', b'{"Desc": null}', b'{"Desc": 1}',
     b'{"desc": "Success"}'],
)  # fmt: skip
def test_json_without_a_word_is_refused(body: bytes) -> None:
    assert answered(200, body).verdict is Verdict.REFUSED


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_any_2xx_with_a_good_word_is_delivered(status: int) -> None:
    assert answered(status, b'{"Desc":"Success"}').verdict is Verdict.DELIVERED


@pytest.mark.parametrize(
    "desc",
    ["Success", "OK", "資料已接收", "Badge read", "Noted", "Another day", "Knot tied", "接收成功",
     "Done without errors", "Done without error", "without any error", "Saved. No error", "no errors", "NoError",
     "SUCCESS_NO_ERROR", "3 saved, 0 errors", "3 rows, 0 rejected, 0 failed", "Zero failures", "no exceptions", "無錯誤",
     "无错误", "没有错误", "沒有錯誤", "成功，0個錯誤", "成功,0 错误", "无异常"],
)  # fmt: skip
def test_while_learning_any_other_word_will_do(desc: str) -> None:
    judgement = said(desc)

    assert (judgement.verdict, judgement.desc, judgement.changed) == (Verdict.DELIVERED, desc, False)


@pytest.mark.parametrize(
    "desc",
    ["Fail: no", "FAILURE", "failed", "Error 5", "invalid tag", "Denied", "Refused", "Rejected", "[Error] x", "  fail",
     "Unauthorized", "Not registered", "失敗", "錯誤：時間", "Unknown SSID", "Bad request",
     "Operation failed", "Request rejected", "SSID is invalid", "Access denied", "The server refuses", "Unsuccessful",
     "Upload unsuccessful", "You have no permission", "NoPermission", "No such SSID", "Data not saved", "not_found",
     "NotFound", "SSID NOT in list", "Cannot save", "Unable to parse", "Internal ERROR", "Database exception",
     "StartTime missing", "資料接收失敗", "数据接收失败", "發生錯誤", "系统错误", "存取被拒絕", "访问被拒绝", "參數無效",
     "参数无效", "系統異常", "未授權", "无权限", "不存在", "不成功",
     "No errors, but 1 failed", "0 errors, not saved", "10 errors", "20 failed", "100個錯誤", "無錯誤，但失敗"],
)  # fmt: skip
def test_a_word_that_reads_like_a_failure_anywhere_is_one(desc: str) -> None:
    """Seen: `Operation failed` was taken for success, and learnt."""
    assert said(desc).verdict is Verdict.REFUSED


def test_a_word_not_heard_before_is_told_and_taken() -> None:
    assert said("Accepted", learnt="Success").changed
    assert not said("Accepted", learnt="Accepted").changed
    assert not said("Accepted", ("Accepted",), learnt="Success").changed


def test_with_accepted_words_only_they_will_do() -> None:
    assert said("success", ("Success", "OK")).verdict is Verdict.DELIVERED
    assert said("Accepted", ("Success", "OK")).verdict is Verdict.REFUSED
    assert said("Fail-safe stored", ("Fail-safe stored",)).verdict is Verdict.DELIVERED


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0), ("0", 1.0), ("-1", None), ("1000000000", 3600.0), ("9" * 400, 3600.0), ("soon", None), ("1.5", None),
        ("", None), ("Wed, 18 Mar 2026 12:02:00 GMT", 120.0), ("Wed, 18 Mar 2026 11:00:00 GMT", 1.0),
        ("Fri, 18 Mar 2050 12:00:00 GMT", 3600.0), ("Wed, 99 Mar 2026 12:02:00 GMT", None),
    ],
)  # fmt: skip
def test_a_wish_to_wait_is_honoured_within_reason_and_nonsense_is_none(value: str, seconds: float | None) -> None:
    assert answered(429, retry_after=value, date=NOON).retry_after == seconds


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("unreachable", Verdict.TRANSIENT), ("certificate", Verdict.BLOCKED), ("unanswered", Verdict.AMBIGUOUS),
        ("invalid", Verdict.AMBIGUOUS),
    ],
)  # fmt: skip
def test_without_an_answer_it_matters_how_far_the_request_came(outcome: str, verdict: Verdict) -> None:
    assert unanswered(UpstreamError("it broke", outcome=outcome)) == Judgement(verdict, "it broke")


def test_a_partner_s_words_are_one_printable_line() -> None:
    assert plain("a\nb\x1b[31mc\0d\u202e") == "a b\ufffd[31mc\ufffdd\ufffd"
    assert len(plain("x" * 100_000)) == 200
    assert "\x1b" not in answered(400, b"<b>\x1b[2J</b> no").sentence


@given(st.integers(100, 599), st.binary(max_size=300), st.text(max_size=30))
def test_no_answer_is_too_strange_to_judge(status: int, body: bytes, wait: str) -> None:
    for each in (body, gzip.compress(body), b'{"Desc": ' + body + b"}"):
        judgement = answered(status, each, retry_after=wait, date=NOON)
        assert judgement.sentence
        assert judgement.verdict is not Verdict.DELIVERED or 200 <= status < 300
        assert judgement.retry_after is None or 1.0 <= judgement.retry_after <= 3600.0


def test_pauses_grow_to_five_minutes_and_never_below_a_minute_after_five_failures() -> None:
    longest = [pause(Verdict.TRANSIENT, failures, None, 1.0) for failures in range(1, 12)]
    shortest = [pause(Verdict.TRANSIENT, failures, None, 0.0) for failures in range(1, 12)]

    assert longest == [2, 4, 8, 16, 60, 64, 128, 256, 300, 300, 300]
    assert shortest == [1, 1, 1, 1, 60, 60, 60, 60, 60, 60, 60]
    assert pause(Verdict.AMBIGUOUS, 10**6, None, 1.0) == 300


def test_a_wish_wins_over_the_pace_and_a_block_is_probed_every_five_minutes() -> None:
    assert pause(Verdict.TRANSIENT, 9, 3.0, 1.0) == 3
    assert pause(Verdict.TRANSIENT, 1, 3600.0, 0.0) == 3600
    assert pause(Verdict.BLOCKED, 1, 3.0, 0.0) == 300
    assert pause(Verdict.SLOW, 1, None, 0.0) == 300
    assert pause(Verdict.DELIVERED, 0, None, 0.0) == pause(Verdict.PERMANENT, 0, None, 0.0) == 1
