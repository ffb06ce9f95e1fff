"""Every condition somebody can raise an alarm about: how grave, how long it must last, what makes it moot. Pure tables."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Severity(StrEnum):
    """Alertmanager's usual three."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Condition(StrEnum):
    """What can be wrong; the subject says with whom. Names are what people type after /mute."""

    STORE_FAILING = "store_failing"
    SETTINGS_REFUSED = "settings_refused"
    DISK_LOW = "disk_low"
    DISK_FULL = "disk_full"
    SERVICE_FAILED = "service_failed"
    SERVICE_CRASHING = "service_crashing"
    SERVICE_STUMBLING = "service_stumbling"
    DATA_SUSPICIOUS = "data_suspicious"
    RADIO_FROZEN = "radio_frozen"
    RADIO_COUNTS_ONLY = "radio_counts_only"
    RADIO_HOURLY_RESET = "radio_hourly_reset"
    RADIO_PROXY = "radio_proxy"
    RADIO_OFF_AIR = "radio_off_air"
    RADIO_CLOCK = "radio_clock"
    RADIO_RESET = "radio_reset"
    RADIO_REMARK = "radio_remark"
    FOLDER_MISSING = "folder_missing"
    NO_FILES = "no_files"
    ONLY_EMPTY = "only_empty"
    ONLY_INVALID = "only_invalid"
    BAD_FILES = "bad_files"
    FILES_UNREADABLE = "files_unreadable"
    FILES_STUCK = "files_stuck"
    BACKLOG_GROWING = "backlog_growing"
    CAMERA_CLOCK = "camera_clock"
    PUSH_FAILING = "push_failing"
    PUSH_BLOCKED = "push_blocked"
    PUSH_REFUSED = "push_refused"
    PUSH_ANSWER_CHANGED = "push_answer_changed"
    PUSH_CLOCK = "push_clock"
    CREATOR_LOGIN_ENDING = "creator_login_ending"
    CREATOR_LOGIN_DEAD = "creator_login_dead"
    CREATORS_APP_SUSPICIOUS = "creators_app_suspicious"
    CAMPAIGN_UNMATCHABLE = "campaign_unmatchable"
    PLATFORM_LIMIT = "platform_limit"


@dataclass(frozen=True)
class Rule:
    """How a condition is judged; seconds. `pending`: how long it must last before it fires (Prometheus' `for`);
    `steady`: how long it must be gone before it is over; `told_when_over`: whether its end is a message."""

    severity: Severity
    pending: float = 0.0
    steady: float = 30.0
    told_when_over: bool = True


RULES: dict[Condition, Rule] = {
    Condition.STORE_FAILING: Rule(Severity.CRITICAL, pending=10.0),
    Condition.SETTINGS_REFUSED: Rule(Severity.WARNING, steady=0.0),
    Condition.DISK_LOW: Rule(Severity.WARNING, pending=60.0, steady=60.0),
    Condition.DISK_FULL: Rule(Severity.CRITICAL, steady=60.0),
    Condition.SERVICE_FAILED: Rule(Severity.CRITICAL),
    Condition.SERVICE_CRASHING: Rule(Severity.WARNING, pending=60.0, steady=120.0),
    Condition.SERVICE_STUMBLING: Rule(Severity.WARNING, pending=300.0, steady=60.0),
    Condition.DATA_SUSPICIOUS: Rule(Severity.WARNING, pending=300.0, steady=60.0),
    Condition.RADIO_FROZEN: Rule(Severity.WARNING),
    Condition.RADIO_COUNTS_ONLY: Rule(Severity.WARNING),
    Condition.RADIO_HOURLY_RESET: Rule(Severity.WARNING, steady=0.0),
    Condition.RADIO_PROXY: Rule(Severity.WARNING, steady=0.0),
    Condition.RADIO_OFF_AIR: Rule(Severity.WARNING, pending=300.0, steady=60.0),
    Condition.RADIO_CLOCK: Rule(Severity.WARNING, pending=600.0, steady=0.0),
    Condition.RADIO_RESET: Rule(Severity.INFO, steady=0.0, told_when_over=False),
    Condition.RADIO_REMARK: Rule(Severity.INFO, pending=600.0, told_when_over=False),
    Condition.FOLDER_MISSING: Rule(Severity.CRITICAL, pending=15.0, steady=15.0),
    Condition.NO_FILES: Rule(Severity.CRITICAL, steady=0.0),
    Condition.ONLY_EMPTY: Rule(Severity.WARNING, steady=0.0),
    Condition.ONLY_INVALID: Rule(Severity.CRITICAL, steady=0.0),
    Condition.BAD_FILES: Rule(Severity.WARNING, steady=0.0),
    Condition.FILES_UNREADABLE: Rule(Severity.WARNING, pending=60.0),
    Condition.FILES_STUCK: Rule(Severity.WARNING, pending=60.0),
    Condition.BACKLOG_GROWING: Rule(Severity.WARNING, pending=300.0, steady=60.0),
    Condition.CAMERA_CLOCK: Rule(Severity.WARNING, pending=60.0, steady=60.0),
    Condition.PUSH_FAILING: Rule(Severity.WARNING, steady=0.0),
    Condition.PUSH_BLOCKED: Rule(Severity.CRITICAL, steady=0.0),
    Condition.PUSH_REFUSED: Rule(Severity.WARNING, steady=0.0),
    Condition.PUSH_ANSWER_CHANGED: Rule(Severity.WARNING, steady=0.0, told_when_over=False),
    Condition.PUSH_CLOCK: Rule(Severity.WARNING, pending=600.0, steady=60.0),
    Condition.CREATOR_LOGIN_ENDING: Rule(Severity.WARNING, steady=0.0, told_when_over=False),
    Condition.CREATOR_LOGIN_DEAD: Rule(Severity.WARNING, steady=0.0),
    Condition.CREATORS_APP_SUSPICIOUS: Rule(Severity.WARNING, steady=0.0),
    Condition.CAMPAIGN_UNMATCHABLE: Rule(Severity.INFO, steady=0.0, told_when_over=False),
    Condition.PLATFORM_LIMIT: Rule(Severity.WARNING, pending=3600.0, steady=60.0),
}

INHIBITED_BY: dict[Condition, frozenset[Condition]] = {
    Condition.DISK_LOW: frozenset({Condition.DISK_FULL}),
    Condition.NO_FILES: frozenset({Condition.FOLDER_MISSING, Condition.STORE_FAILING, Condition.ONLY_INVALID}),
    Condition.ONLY_EMPTY: frozenset({Condition.FOLDER_MISSING, Condition.STORE_FAILING, Condition.NO_FILES}),
    Condition.ONLY_INVALID: frozenset({Condition.FOLDER_MISSING, Condition.STORE_FAILING}),
    Condition.BAD_FILES: frozenset({Condition.ONLY_INVALID}),
    Condition.FILES_STUCK: frozenset({Condition.FOLDER_MISSING, Condition.STORE_FAILING}),
    Condition.BACKLOG_GROWING: frozenset({Condition.STORE_FAILING}),
    Condition.SERVICE_STUMBLING: frozenset(
        {Condition.STORE_FAILING, Condition.DISK_FULL, Condition.CREATORS_APP_SUSPICIOUS}
    ),
    Condition.DATA_SUSPICIOUS: frozenset({Condition.RADIO_COUNTS_ONLY}),
    Condition.RADIO_OFF_AIR: frozenset({Condition.RADIO_FROZEN}),
    Condition.RADIO_RESET: frozenset({Condition.RADIO_HOURLY_RESET}),
    Condition.PUSH_FAILING: frozenset({Condition.PUSH_BLOCKED, Condition.STORE_FAILING}),
    Condition.CREATOR_LOGIN_ENDING: frozenset({Condition.CREATOR_LOGIN_DEAD}),
}
"""A condition says nothing while one of these holds for the same subject, or for the subject `store` that all share."""

STORE = "store"
"""The subject of STORE_FAILING, and of what is wrong with the disk under it."""


class Alarms(Protocol):
    """All that a service needs to know of the desk. Both are cheap, synchronous and level-triggered: say at every turn
    what holds and what does not; saying it again changes nothing. `detail` holds plain facts for the message:
    texts, numbers; keys ending in `_at` are Instants and are shown as local times, keys ending in `_seconds` as durations."""

    def raise_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        """The condition holds for the subject."""
        ...

    def clear_alarm(self, condition: Condition, subject: str, **detail: str | float) -> None:
        """It does not, or not any more."""
        ...
