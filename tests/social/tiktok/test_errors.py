"""What TikTok's answers mean: by their keys, whatever the status and the wording."""

import json

import pytest

from lahmadaemon.social.tiktok.errors import OAuthTrouble, Trouble, judge, judge_token
from tests.samples import sample, told

SAMPLES = {
    "error_access_token_invalid": Trouble.TOKEN,
    "error_scope_not_authorized": Trouble.SCOPE,
    "error_scope_permission_missed": Trouble.FIELDS,
    "error_invalid_params": Trouble.WRONG,
    "error_rate_limit_exceeded": Trouble.LIMIT,
    "error_internal_error": Trouble.PASSING,
    "user_info": None,
    "video_list_none": None,
}
OAUTH_SAMPLES = {
    "error_invalid_grant": OAuthTrouble.DEAD,
    "error_invalid_grant_200": OAuthTrouble.DEAD,
    "error_temporarily_unavailable": OAuthTrouble.NOTHING_DONE,
    "error_invalid_client": OAuthTrouble.SETTINGS,
    "token": None,
    "refresh_rotated": None,
}


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
@pytest.mark.parametrize(("name", "trouble"), SAMPLES.items())
def test_an_answer_is_judged_by_its_code_whatever_its_status(name: str, trouble: Trouble | None, status: int) -> None:
    assert judge(status, sample(f"social/tiktok/{name}.json")).trouble is trouble


@pytest.mark.parametrize("status", [200, 400, 401, 500, 503])
@pytest.mark.parametrize(("name", "trouble"), OAUTH_SAMPLES.items())
def test_an_answer_about_tokens_is_judged_by_its_keys(name: str, trouble: OAuthTrouble | None, status: int) -> None:
    assert judge_token(status, sample(f"social/tiktok/{name}.json")).trouble is trouble


def test_the_log_id_is_kept_for_tiktok_s_support_and_the_message_is_not() -> None:
    said = told("social/tiktok/error_internal_error.json")

    judged = judge(500, json.dumps(said).encode())
    assert (judged.code, judged.log_id) == ("internal_error", said["error"]["log_id"])
    assert said["error"]["message"] not in repr(judged)
    assert (
        judge_token(400, sample("social/tiktok/error_invalid_grant.json")).log_id == "2026091012000000EXAMPLE00000001"
    )


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"[" * 100_000, b'"ok"', b"\xff\xfe"])
def test_what_is_not_their_json_passes_but_for_too_many_requests(body: bytes) -> None:
    for status in (200, 404, 500, 503):
        assert judge(status, body).trouble is Trouble.PASSING
        assert judge_token(status, body).trouble is OAuthTrouble.UNSURE
    assert judge(429, body).trouble is Trouble.LIMIT
    assert judge_token(429, body).trouble is OAuthTrouble.NOTHING_DONE


def test_a_page_of_html_passes() -> None:
    assert judge(503, sample("social/tiktok/error_503.html")).trouble is Trouble.PASSING


def test_a_code_nobody_knows_is_not_repeated_unless_the_server_failed() -> None:
    new = b'{"data": {}, "error": {"code": "something_new", "log_id": "EXAMPLE"}}'

    assert judge(400, new).trouble is Trouble.WRONG
    assert judge(500, new).trouble is Trouble.PASSING
    assert judge_token(400, b'{"error": "something_new"}').trouble is OAuthTrouble.NOTHING_DONE
    assert judge_token(500, b'{"error": "something_new"}').trouble is OAuthTrouble.UNSURE


def test_each_endpoint_s_errors_are_understood_in_the_other_s_form() -> None:
    assert judge(401, b'{"error": "access_token_invalid"}').trouble is Trouble.TOKEN
    assert judge_token(429, b'{"error": {"code": "rate_limit_exceeded"}}').trouble is OAuthTrouble.NOTHING_DONE


def test_a_code_is_fit_for_a_log() -> None:
    judged = judge(400, json.dumps({"error": {"code": "a\nb" + "x" * 500, "log_id": 7}}).encode())

    assert (judged.code, judged.log_id) == ("ab" + "x" * 57, None)
