"""What a sender says to the alarm desk and to the log."""

from zoneinfo import ZoneInfo

import structlog

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.clock import Instant
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.answers import Verdict
from lahmadaemon.visitors.push.partner import Reply
from lahmadaemon.visitors.push.pushes import Push, State
from lahmadaemon.visitors.push.store import Standing

log = structlog.get_logger()

SKEW_LIMIT = 120.0
FAILING_AFTER = 3
"""Windows without a delivery."""


class Telling:
    """One target's troubles. What an earlier life said stands until this one knows better."""

    def __init__(self, target: str, every: int, zone: ZoneInfo, alarms: Alarms) -> None:
        self._target = target
        self._every = every
        self._zone = zone
        self._alarms = alarms
        self._tried = False
        self._failing_since: Instant | None = None
        self._troubled = self._skipping = False
        self._delivered = 0
        self._error = ""
        self._blocked: str | None = None
        self._ahead: float | None = None
        self._skewed = False
        self._quiet_day: str | None = None
        self._heard = False
        self._changed: tuple[str, str] | None = None

    def windows_written(self, due: list[Instant], written: list[Instant]) -> None:
        """Windows have been looked at; some days have nobody yet."""
        if len(written) > 1:
            log.info(
                "visitors.push_windows_missed", target=self._target, windows=len(written),
                first=windows.shown(written[0], self._zone), last=windows.shown(written[-1], self._zone),
            )  # fmt: skip
        if due and due[-1] not in written and (day := windows.day_of(due[-1], self._zone)) != self._quiet_day:
            self._quiet_day = day
            log.info("visitors.nothing_to_push", target=self._target, day=day)

    def clock_jumped(self, seconds: float) -> None:
        """The wall clock is ahead of the time that passed; windows wait until it is believed or right again."""
        log.warning("visitors.push_clock_jumped", target=self._target, jumped_seconds=round(seconds))

    def left_behind(self, push: Push, state: State) -> None:
        """A push was found that somebody began to send and never finished."""
        log.warning(
            "visitors.push_unfinished", target=self._target, window=self._window(push),
            then="skipped" if state is State.SKIPPED else "sent again",
        )  # fmt: skip

    def answered(self, push: Push, reply: Reply, state: State, before: Standing) -> None:
        """An attempt is over and settled. `before`: how the target stood until then."""
        judgement, self._tried = reply.judgement, True
        if reply.ahead is not None:
            self._clock_told(reply.ahead)
        if judgement.verdict is Verdict.DELIVERED:
            self._delivered_one(push, reply, before.learnt)
            return
        self._error, self._troubled, self._skipping = judgement.sentence, True, state is State.SKIPPED
        self._failing_since = self._failing_since or max(push.written_at, before.delivered_at or Instant(0))
        if judgement.verdict is Verdict.BLOCKED:
            if self._blocked is None:
                log.error("visitors.push_blocked", target=self._target, error=judgement.sentence)
            self._blocked = judgement.sentence
        elif judgement.verdict in {Verdict.REFUSED, Verdict.PERMANENT}:
            self._blocked = None  # it is listening again
        if state in {State.DEAD, State.SKIPPED}:
            log.warning(
                "visitors.push_given_up", target=self._target, window=self._window(push), state=state.value,
                error=judgement.sentence,
            )  # fmt: skip

    def _delivered_one(self, push: Push, reply: Reply, learnt: str | None) -> None:
        desc = reply.judgement.desc or ""
        log.debug(
            "visitors.push_delivered", target=self._target, window=self._window(push), answer=desc,
            attempts=push.attempts + 1, latency_ms=reply.latency,
        )  # fmt: skip
        self._delivered += self._troubled
        self._failing_since, self._blocked, self._skipping = None, None, False
        if learnt is None:
            log.info("visitors.push_answer_learnt", target=self._target, answer=desc)
        if reply.judgement.changed and not self._changed:
            log.warning("visitors.push_answer_changed", target=self._target, answer=desc, before=learnt)
        self._changed = (desc, learnt or "") if reply.judgement.changed else None
        self._heard = True

    def _clock_told(self, ahead: float) -> None:
        skewed, self._ahead = abs(ahead) > SKEW_LIMIT, ahead
        if skewed and not self._skewed:
            log.warning("visitors.push_clock_differs", target=self._target, ahead_seconds=round(ahead))
        self._skewed = skewed

    def standing(self, standing: Standing, now: Instant) -> None:
        """Say what holds and what does not; called at every turn."""
        self._say(Condition.PUSH_REFUSED, holds=standing.dead > 0, dead=standing.dead, answer=standing.dead_error)
        if not self._tried:
            return
        self._say(
            Condition.PUSH_BLOCKED, holds=self._blocked is not None, error=self._blocked or "", windows=standing.owed
        )
        self._failing(standing.owed, now)
        if self._heard:
            answer, before = self._changed or ("", "")
            self._say(Condition.PUSH_ANSWER_CHANGED, holds=self._changed is not None, answer=answer, before=before)
        if self._ahead is not None:
            self._say(Condition.PUSH_CLOCK, holds=self._skewed, ahead_seconds=self._ahead)

    def _failing(self, owed: int, now: Instant) -> None:
        """It is over when nothing is owed any more: a partner that answers once in a while has not recovered. Where what is
        unsure is skipped nothing is ever owed, and only a delivery ends it."""
        if not owed and not self._skipping:
            if self._delivered:
                log.info("visitors.push_caught_up", target=self._target, windows=self._delivered)
            self._say(Condition.PUSH_FAILING, holds=False, windows=self._delivered)
            self._failing_since, self._troubled, self._delivered = None, False, 0
        elif self._failing_since is not None and now - self._failing_since >= FAILING_AFTER * self._every:
            self._say(Condition.PUSH_FAILING, holds=True, windows=owed, error=self._error, since_at=self._failing_since)

    def _say(self, condition: Condition, *, holds: bool, **detail: str | float) -> None:
        say = self._alarms.raise_alarm if holds else self._alarms.clear_alarm
        say(condition, f"visitors.push.{self._target}", target=self._target, **detail)

    def _window(self, push: Push) -> str:
        return windows.shown(push.window_end, self._zone)
