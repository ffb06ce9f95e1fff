"""How much of an allowance is used, as headers tell it: by app, by account. Unknown keys and shapes are passed over. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta.payload import measure

APP = "meta.app"
_SHARES = ("call_count", "total_time", "total_cputime")
MINUTE = 60.0


def account_scope(account_id: str) -> str:
    """The allowance of one Instagram account or page."""
    return f"meta.account.{account_id}"


def token_scope(whose: int | str) -> str:
    """The allowance of whoever granted a token: a creator, for all their accounts; or ourselves, for looking at others."""
    return f"meta.token.{whose}"


@dataclass(frozen=True)
class Use:
    """Percent of a scope's allowance; `regain`: seconds until it is back, where Meta says."""

    scope: str
    percent: float
    regain: float | None = None


def uses(headers: Mapping[str, str]) -> tuple[Use, ...]:
    """What an answer's headers (by lower-case name) say. Instagram platform and Graph API reference: rate limits."""
    return tuple(_told(headers))


def _told(headers: Mapping[str, str]) -> Iterator[Use]:
    app = _json(headers.get("x-app-usage"))
    if isinstance(app, dict) and (percent := _percent(app)) is not None:
        yield Use(APP, percent)
    objects = _json(headers.get("x-business-use-case-usage"))
    for object_id, cases in objects.items() if isinstance(objects, dict) else ():
        rows = [case for case in cases if isinstance(case, dict)] if isinstance(cases, list) else []
        percents = [percent for case in rows if (percent := _percent(case)) is not None]
        minutes = max((measure(case.get("estimated_time_to_regain_access")) or 0.0 for case in rows), default=0.0)
        if percents:
            yield Use(account_scope(object_id), max(percents), minutes * MINUTE or None)


def _percent(told: Mapping[str, object]) -> float | None:
    return max((share for name in _SHARES if (share := measure(told.get(name))) is not None), default=None)


def _json(text: str | None) -> object:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def note(limits: Limits, headers: Mapping[str, str]) -> dict[str, float | None]:
    """Tell the limits; gives back by scope in how many seconds its allowance is back."""
    told = uses(headers)
    for use in told:
        limits.used(use.scope, use.percent, use.regain)
    return {use.scope: use.regain for use in told}
