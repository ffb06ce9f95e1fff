"""Says what is strange, once: to the log when it begins and ends, to the alarm desk while it lasts."""

from collections.abc import Mapping

import structlog

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.clock import MINUTE, Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.radio.snapshot import Snapshot
from lahmadaemon.radio.truth.anomalies.detector import Seen
from lahmadaemon.radio.truth.anomalies.kinds import MOMENTS, Anomaly, Kind

log = structlog.get_logger()

CONDITIONS = {
    Kind.FROZEN: Condition.RADIO_FROZEN,
    Kind.COUNTS_ONLY: Condition.RADIO_COUNTS_ONLY,
    Kind.HOURLY_RESET: Condition.RADIO_HOURLY_RESET,
    Kind.PROXY: Condition.RADIO_PROXY,
    Kind.CLOCK_SKEW: Condition.RADIO_CLOCK,
    Kind.OFF_AIR: Condition.RADIO_OFF_AIR,
}
REMARKS = {
    Kind.ROWS_DROPPED: "rows that are no connections",
    Kind.NO_PLACES: "no geo database",
    Kind.WEAK_IDENTITIES: "many players without a name",
    Kind.HLS_FLAPPING: "HLS listeners come and go",
    Kind.TIMEZONE_DIFFERS: "another time zone on the server",
}
"""Small things, told together."""
RESET_TOLD_FOR = 10 * MINUTE
"""A moment is over when it is recognised; for so long it is said, and what comes again meanwhile is no news."""


class Teller:
    """One station's voice."""

    def __init__(self, name: str, station: str, alarms: Alarms) -> None:
        self._name = name
        self._station = station
        self._alarms = alarms
        self._measuring = self._held = False
        self._reset: Anomaly | None = None

    def tell(self, snapshot: Snapshot, seen: Seen) -> None:
        """One line a poll for the curious; what is odd is told at its edges."""
        folded = seen.fold
        log.debug(
            "radio.snapshot_folded", station=self._station, listeners=len(snapshot.connections),
            opened=len(folded.opened), closed=len(folded.closed), continued=folded.continued, latency_ms=snapshot.latency,
        )  # fmt: skip
        if not self._measuring and folded.outcome is Outcome.VALID:
            self._measuring = True
            log.info("radio.measuring", station=self._station, connections=len(snapshot.connections))
        for anomaly in seen.changed:
            self._log(anomaly)
        opened = seen.known.memory.open
        self._tell_held(folded.outcome, folded.continued, opened)
        self._tell_open(opened)
        self._tell_resets(snapshot.at)

    def _log(self, anomaly: Anomaly) -> None:
        told = {"station": self._station, "kind": anomaly.kind.value, "began_at": anomaly.began_at, **anomaly.detail}
        if anomaly.kind in MOMENTS:
            self._reset = anomaly
            log.warning("radio.reset_seen", **told)
        elif anomaly.ended_at is None:
            log.warning("radio.anomaly_began", **told)
        else:
            log.info("radio.anomaly_over", **told)

    def _tell_held(self, outcome: str, kept: int, opened: Mapping[Kind, Anomaly]) -> None:
        """An empty list is nothing new from a server that never gives another."""
        held = outcome in {Outcome.EMPTY, Outcome.SUSPICIOUS} and Kind.COUNTS_ONLY not in opened
        if held:
            self._alarms.raise_alarm(Condition.DATA_SUSPICIOUS, self._name, station=self._station, why=outcome)
        else:
            self._alarms.clear_alarm(Condition.DATA_SUSPICIOUS, self._name)
        if held and not self._held:
            log.warning("radio.snapshot_held", station=self._station, why=outcome, connections_kept_open=kept)
        elif self._held and outcome == Outcome.VALID:
            log.info("radio.snapshot_believed", station=self._station)
        self._held = held

    def _tell_open(self, opened: Mapping[Kind, Anomaly]) -> None:
        for kind, condition in CONDITIONS.items():
            if anomaly := opened.get(kind):
                facts = {**anomaly.detail, "since_at": anomaly.began_at}
                self._alarms.raise_alarm(condition, self._name, station=self._station, **facts)
            else:
                self._alarms.clear_alarm(condition, self._name)
        if remarks := [words for kind, words in REMARKS.items() if kind in opened]:
            self._alarms.raise_alarm(Condition.RADIO_REMARK, self._name, station=self._station, why=", ".join(remarks))
        else:
            self._alarms.clear_alarm(Condition.RADIO_REMARK, self._name)

    def _tell_resets(self, at: Instant) -> None:
        if self._reset and 0 <= at - (self._reset.ended_at or at) < RESET_TOLD_FOR:
            facts = {**self._reset.detail, "since_at": self._reset.began_at}
            self._alarms.raise_alarm(Condition.RADIO_RESET, self._name, station=self._station, **facts)
        else:
            self._reset = None
            self._alarms.clear_alarm(Condition.RADIO_RESET, self._name)
