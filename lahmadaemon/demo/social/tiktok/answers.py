"""How TikTok answers: its two forms of errors with their HTTP statuses, and every answer as its trouble leaves it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from lahmadaemon.demo.social.tiktok.troubles import Trouble
from lahmadaemon.demo.social.unfinished import Unfinished

STATUS = {
    "access_token_invalid": 401,
    "scope_not_authorized": 401,
    "scope_permission_missed": 400,
    "invalid_params": 400,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
    "503": 503,
    "invalid_request": 400,
    "invalid_client": 401,
    "invalid_grant": 400,
    "unsupported_grant_type": 400,
    "server_error": 500,
    "temporarily_unavailable": 503,
}
OAUTH = {
    Trouble.INTERNAL_ERROR: "server_error",
    Trouble.BUSY: "temporarily_unavailable",
    Trouble.LIMITED: "temporarily_unavailable",
    Trouble.TOKEN_INVALID: "invalid_grant",
}


class RefusedError(Exception):
    """The request is not answered as asked, for a reason that has a code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Told:
    """An answer; `code` is `ok` where it is a good one."""

    code: str
    content: dict[str, Any]
    status: int = 200


def good(data: dict[str, Any], log_id: str) -> Told:
    """Of the Display API."""
    return Told("ok", {"data": data, "error": {"code": "ok", "message": "", "log_id": log_id}})


def refused(error: RefusedError, log_id: str, *, oauth: bool) -> Told:
    if oauth:
        content: dict[str, Any] = {"error": error.code, "error_description": error.message, "log_id": log_id}
    else:
        content = {"data": {}, "error": {"code": error.code, "message": error.message, "log_id": log_id}}
    return Told(error.code, content, STATUS[error.code])


def refuse_for(trouble: Trouble | None, *, oauth: bool) -> None:
    """Raise the trouble's own error, where it has one."""
    if trouble in OAUTH:
        code = OAUTH[trouble] if oauth else trouble.value
        raise RefusedError(code, "It is one of those days.")


def rendered(told: Told, trouble: Trouble | None) -> Response:
    answer = JSONResponse(told.content, told.status)
    match trouble:
        case Trouble.LOST:
            return Unfinished(bytes(answer.body))
        case Trouble.HANGS:
            return Unfinished(b"", speaks=False, hangs=True)
        case Trouble.PAGE:
            return HTMLResponse("<html><body>TikTok - Make Your Day</body></html>")
        case Trouble.BUSY if told.code == Trouble.BUSY.value:
            return HTMLResponse("<html><body>upstream busy</body></html>", 503)
    return answer
