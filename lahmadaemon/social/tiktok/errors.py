"""What TikTok's errors mean (its documentation of API and OAuth errors). By their keys; by status only where there is none."""

import json
from dataclasses import dataclass
from enum import Enum, auto


class Trouble(Enum):
    """What is to be done about an answer of the Display API that is not a good one."""

    TOKEN = auto()
    """The access token is not valid: refresh once."""
    LIMIT = auto()
    """Too many requests to this endpoint: wait for the window."""
    PASSING = auto()
    """Theirs, or the way's: again, later."""
    SCOPE = auto()
    """The creator has not granted it."""
    FIELDS = auto()
    """A field needs a scope that was not granted."""
    WRONG = auto()
    """Our mistake, or something new: nobody repeats it."""


class OAuthTrouble(Enum):
    """The same of the token endpoint."""

    DEAD = auto()
    """The code or the refresh token is not valid, or the creator said no."""
    NOTHING_DONE = auto()
    """It says that it did not work on the request."""
    UNSURE = auto()
    """It may have been done, and what came of it is lost."""
    SETTINGS = auto()
    """The app's key, secret or rights: nobody's refresh works."""


OK = "ok"
UNREADABLE = "unreadable"
_TROUBLES = {
    "access_token_invalid": Trouble.TOKEN,
    "rate_limit_exceeded": Trouble.LIMIT,
    "internal_error": Trouble.PASSING,
    "scope_not_authorized": Trouble.SCOPE,
    "scope_permission_missed": Trouble.FIELDS,
    "invalid_params": Trouble.WRONG,
}
_OAUTH = {
    "invalid_grant": OAuthTrouble.DEAD,
    "access_denied": OAuthTrouble.DEAD,
    "temporarily_unavailable": OAuthTrouble.NOTHING_DONE,
    "rate_limit_exceeded": OAuthTrouble.NOTHING_DONE,
    "server_error": OAuthTrouble.UNSURE,
    "internal_error": OAuthTrouble.UNSURE,
    "invalid_client": OAuthTrouble.SETTINGS,
    "unauthorized_client": OAuthTrouble.SETTINGS,
    "invalid_request": OAuthTrouble.SETTINGS,
    "invalid_scope": OAuthTrouble.SETTINGS,
    "unsupported_grant_type": OAuthTrouble.SETTINGS,
}
_LONGEST = 60


@dataclass(frozen=True)
class Told:
    """`code`: the key; `log_id`: what TikTok's support asks for; `data`: what was asked for, where it is a good answer."""

    code: str
    log_id: str | None = None
    data: object = None
    trouble: Trouble | None = None


def judge(status: int, body: bytes) -> Told:
    """An answer of the Display API."""
    told = _read(body)
    if told is None:
        return Told(UNREADABLE, trouble=Trouble.LIMIT if status == 429 else Trouble.PASSING)
    error = told.get("error")
    code, log_id = _named(error)
    if code == OK and isinstance(error, dict | None):
        return Told(OK, log_id, told.get("data"))
    unknown = Trouble.PASSING if status >= 500 else Trouble.WRONG
    return Told(code, log_id, trouble=_TROUBLES.get(code, unknown))


@dataclass(frozen=True)
class TokenTold:
    """`content`: the answer's keys, where it is a good one."""

    code: str
    log_id: str | None
    content: dict[str, object]
    trouble: OAuthTrouble | None = None


def judge_token(status: int, body: bytes) -> TokenTold:
    """An answer of the token endpoint. Errors may come with any status, 200 among them."""
    told = _read(body)
    if told is None:
        trouble = OAuthTrouble.NOTHING_DONE if status == 429 else OAuthTrouble.UNSURE
        return TokenTold(UNREADABLE, None, {}, trouble)
    code, log_id = _named(told.get("error"))
    if code == OK:
        return TokenTold(OK, log_id, told)
    unknown = OAuthTrouble.UNSURE if status >= 500 else OAuthTrouble.NOTHING_DONE
    return TokenTold(code, log_id or _word(told.get("log_id")), {}, _OAUTH.get(code, unknown))


def _read(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):  # a few thousand brackets are enough for the latter
        return None
    return found if isinstance(found, dict) else None


def _named(error: object) -> tuple[str, str | None]:
    """The code and the log id; the token endpoint has the former as a plain text."""
    if isinstance(error, dict):
        return _word(error.get("code")) or OK, _word(error.get("log_id"))
    return _word(error) or OK, None


def _word(value: object) -> str | None:
    """A short name, for logs."""
    return "".join(sign for sign in value[:_LONGEST] if sign.isprintable()) or None if isinstance(value, str) else None
