"""What a refusal of the Graph API means: by its code and sub-code, never by its message, which may repeat the token. Pure."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from lahmadaemon.social.meta.payload import document


class Kind(Enum):
    """What is to be done about it is up to whoever asked."""

    THROTTLED_APP = auto()
    THROTTLED_TOKEN = auto()
    THROTTLED_ACCOUNT = auto()
    TOKEN_DEAD = auto()
    PERMISSION = auto()
    """Not granted; or, asked about one story, that fewer than five have seen it."""
    TRANSIENT = auto()
    TOO_MUCH = auto()
    """The list was too long to be answered in time."""
    METRIC = auto()
    """A metric or field that is not there for this object; in a list, for one object of it."""
    BEFORE_CONVERSION = auto()
    """Published before the account became a professional one; in a list, one of them was."""
    GONE = auto()
    NOT_PROFESSIONAL = auto()
    BLOCKED = auto()
    SYNTAX = auto()
    OUR_BUG = auto()


@dataclass(frozen=True)
class Trouble:
    """A refusal without its text. `reason`: a short name; `trace`: Meta's number for this answer."""

    kind: Kind
    reason: str
    code: int | None = None
    subcode: int | None = None
    trace: str | None = None


# Graph API reference: error handling, rate limiting; Instagram platform: error codes.
_DEAD = {
    458: "app_removed", 459: "checkpoint", 460: "password_changed", 463: "token_expired", 464: "unconfirmed",
    467: "token_invalid", 492: "page_role_lost",
}  # fmt: skip
_BY_CODE = {
    2: (Kind.TRANSIENT, "meta_failing"),
    3: (Kind.PERMISSION, "permission"),
    4: (Kind.THROTTLED_APP, "throttled"),
    10: (Kind.PERMISSION, "permission"),
    17: (Kind.THROTTLED_TOKEN, "throttled"),
    32: (Kind.THROTTLED_TOKEN, "throttled"),
    102: (Kind.TOKEN_DEAD, "token_invalid"),
    110: (Kind.NOT_PROFESSIONAL, "not_professional_or_renamed"),
    341: (Kind.THROTTLED_APP, "throttled"),
    368: (Kind.BLOCKED, "blocked"),
    613: (Kind.THROTTLED_TOKEN, "throttled"),
    803: (Kind.GONE, "gone"),
    2500: (Kind.SYNTAX, "syntax"),
    36104: (Kind.OUR_BUG, "field_not_for_this_node"),
} | dict.fromkeys(
    [80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014], (Kind.THROTTLED_ACCOUNT, "throttled")
)
_BAD_PARAMETER = {
    None: (Kind.METRIC, "metric_unsupported"),
    33: (Kind.GONE, "gone"),
    2108006: (Kind.BEFORE_CONVERSION, "before_conversion"),
    2207013: (Kind.NOT_PROFESSIONAL, "not_professional_or_renamed"),
}
_FAILING = (Kind.TRANSIENT, "meta_failing")
UNREADABLE = Trouble(*_FAILING)
"""An answer that is none: a page in HTML, nothing at all, a redirect; somebody between us and Meta."""


def classify(status: int, body: bytes, *, listing: bool = False) -> Trouble | None:
    """What the answer refuses, None: nothing. `listing`: a list was asked for, and code 1 means that it was too long.

    That one code has two meanings that only its text tells apart; to ask for half as much is right for both.
    """
    if 200 <= status < 300 and body[:1] == b"{" and body[-1:] == b"}" and b'"error"' not in body:
        return None  # most answers; they are long, and whoever asked reads them anyway
    told = document(body)
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, dict):
        return _classified(error, status, listing=listing)
    if status == 429:
        return Trouble(Kind.THROTTLED_APP, "throttled")
    if 200 <= status < 300 and isinstance(told, dict):
        return None
    return UNREADABLE


def dead(subcode: int | None) -> str:
    """Why a token is dead, by the sub-code of 190."""
    return _DEAD.get(subcode or 0, "token_invalid")


def _classified(error: dict[str, Any], status: int, *, listing: bool) -> Trouble:
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    passing = error.get("is_transient") is True or status >= 500
    kind, reason = _meaning(code, subcode, passing=passing, listing=listing)
    trace = error.get("fbtrace_id")
    told = trace if isinstance(trace, str) and re.fullmatch(r"[\w-]{1,40}", trace) else None
    return Trouble(kind, reason, code, subcode, told)


def _meaning(code: int | None, subcode: int | None, *, passing: bool, listing: bool) -> tuple[Kind, str]:
    if code == 190:
        return Kind.TOKEN_DEAD, dead(subcode)
    if code == 100 and (subcode in _BAD_PARAMETER or not passing):
        return _BAD_PARAMETER.get(subcode, (Kind.OUR_BUG, "bad_parameter"))
    if code == 1:
        return (Kind.TOO_MUCH, "too_much") if listing else _FAILING
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code is not None and 200 <= code <= 299:
        return Kind.PERMISSION, "permission"
    return _FAILING if passing or code is None else (Kind.OUR_BUG, "unknown_refusal")


def _number(value: object) -> int | None:
    """A code that is one; some gateways write numbers as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 12:
        return int(value)
    return value if isinstance(value, int) else None
