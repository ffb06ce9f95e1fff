"""Allowances: how much of them is used, who is refused for how long, and the two headers that tell."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lahmadaemon.clock import DAY, HOUR, MINUTE, SECOND, Instant
from lahmadaemon.demo.social.graph.switches import Switches, Trouble

APP = "app"
UNTOLD = 60 * SECOND
"""A refusal that does not say for how long asks for at least so much patience."""
APP_CLOSED, BLOCKED = 15 * MINUTE, HOUR


class Account(NamedTuple):
    """What has an allowance of its own; `kind` as the header names it: instagram or pages."""

    id: str
    kind: str


class Refusal(NamedTuple):
    """Nobody should call within the scope before `until`; it counts from when it was answered."""

    scope: str
    until: Instant


@dataclass
class _Meter:
    level: float = 0.0
    at: int = 0
    closed_until: int = 0


class Usage:
    """One meter for the app, one for each account that was asked for."""

    def __init__(self, switches: Switches) -> None:
        self.calls_while_throttled = 0
        self._switches = switches
        self._meters: dict[str, _Meter] = {}
        self._answered: dict[str, Instant] = {}

    def arrived(self, scopes: Iterable[str], now: Instant) -> None:
        """A call comes; perhaps it should not have."""
        self.calls_while_throttled += any(self._answered.get(scope, 0) > now for scope in scopes)

    def answered(self, refusals: Iterable[Refusal]) -> None:
        """The caller knows by now."""
        for scope, until in refusals:
            self._answered[scope] = max(until, self._answered.get(scope, until))

    def charge(self, account: Account | None, now: Instant, *, app: bool) -> Trouble | None:
        """Counts a call; `app`: to the app too. The app's refusal holds for everybody, an account's for that account."""
        if not self._take(APP, now, int(app)):
            return Trouble.APP_LIMIT
        if account is None or self._take(account.id, now, 1):
            return None
        return Trouble.INSTAGRAM_LIMIT if account.kind == "instagram" else Trouble.PAGES_LIMIT

    def spend(self, scope: str, percent: float, now: Instant) -> None:
        """As if so much of the allowance were used."""
        self._meters[scope] = _Meter(self._allowance(scope) * percent / 100, now)

    def refusal(self, trouble: Trouble, account: Account | None, token: str, now: Instant) -> Refusal | None:
        """What the answer closes, and for how long it says so; None where it is no refusal."""
        scope = account.id if account else token
        match trouble:
            case Trouble.APP_LIMIT:
                return Refusal(APP, Instant(now + UNTOLD))
            case Trouble.INSTAGRAM_LIMIT | Trouble.PAGES_LIMIT:
                closed = self._meter(scope).closed_until
                return Refusal(scope, Instant(closed if closed > now else now + self._regain()))
            case Trouble.USER_LIMIT | Trouble.BURST:
                return Refusal(token, Instant(now + UNTOLD))
            case Trouble.BLOCKED:
                return Refusal(scope, Instant(now + BLOCKED))
        return None

    def headers(self, account: Account | None, now: Instant, refused: Refusal | None = None) -> dict[str, str]:
        """They come only where a whole percent is used."""
        told = {}
        if percent := self._percent(APP, refused):
            told["X-App-Usage"] = json.dumps(_percents(percent))
        if account and (percent := self._percent(account.id, refused)):
            until = refused.until if refused and refused.scope == account.id else now
            regain = {"estimated_time_to_regain_access": -((now - until) // MINUTE)}
            rows = [{"type": account.kind, **_percents(percent), **regain}]
            told["X-Business-Use-Case-Usage"] = json.dumps({account.id: rows})
        return told

    def _take(self, scope: str, now: Instant, calls: int) -> bool:
        """An hour or a day's allowance comes back evenly. After a refusal an account begins anew, the app with half."""
        meter, allowance, own = self._meter(scope), self._allowance(scope), scope != APP
        if meter.closed_until and meter.closed_until <= now:
            meter.level, meter.closed_until = 0.0 if own else allowance / 2, 0
        meter.level = max(0.0, meter.level - (now - meter.at) * allowance / (DAY if own else HOUR)) + calls
        meter.at = now
        if meter.level > allowance and not meter.closed_until:
            meter.closed_until = now + (self._regain() if own else APP_CLOSED)
        return not meter.closed_until

    def _regain(self) -> int:
        return self._switches.regain_minutes * MINUTE

    def _meter(self, scope: str) -> _Meter:
        return self._meters.setdefault(scope, _Meter())

    def _allowance(self, scope: str) -> int:
        return self._switches.app_allowance if scope == APP else self._switches.account_allowance

    def _percent(self, scope: str, refused: Refusal | None) -> int:
        percent = int(self._meter(scope).level * 100 / self._allowance(scope))
        return max(101, percent) if refused and refused.scope == scope else percent


def _percents(calls: int) -> dict[str, int]:
    return {"call_count": calls, "total_cputime": calls // 4, "total_time": calls // 3}
