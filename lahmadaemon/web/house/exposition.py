"""The metrics by their names, as Prometheus reads them; docs/metrics.md lists them."""

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from lahmadaemon import __version__
from lahmadaemon.clock import SECOND, Instant
from lahmadaemon.radio.folding import Outcome
from lahmadaemon.supervision.health import Report, State
from lahmadaemon.visitors.intake.crossings import Status
from lahmadaemon.visitors.push.pushes import State as PushState
from lahmadaemon.web.house.figures import Figures

Values = Mapping[Any, float]
"""By labels: tuples of as many texts."""
NONE: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moment:
    """What is told at a moment; `figures`: None while the store does not answer. Names are those the settings have."""

    now: Instant
    report: Report
    open_alarms: Counter[str]
    figures: Figures | None
    stations: Iterable[str]
    cameras: Iterable[str]
    targets: Iterable[str]
    last_backup: Instant | None = None
    disk_free: int | None = None


def families(of: Moment) -> Iterator[Metric]:
    """All of them, each with its words."""
    yield from _house(of)
    yield from _services(of)
    if of.figures is not None:
        yield from _radio(of, of.figures)
        yield from _visitors(of, of.figures)
        yield from _desk(of, of.figures)


def _house(of: Moment) -> Iterator[Metric]:
    report = of.report
    version = (__version__, platform.python_version())
    yield _gauge("build_info", "Always 1; what is running", {version: 1}, "version", "python")
    yield _gauge("start_time_seconds", "When the daemon started, since 1970", {NONE: report.started_at / SECOND})
    yield _gauge("ready", "1: every essential service has begun and none is gone", {NONE: report.ready})
    yield _gauge("well", "1: ready, and every service is well", {NONE: report.well})
    yield _gauge("loop_lag_seconds", "How late the event loop woke last", {NONE: report.lag.last})
    yield _gauge("loop_lag_worst_seconds", "How late it woke at worst within the last minute", {NONE: report.lag.worst})
    opened = {(severity,): many for severity, many in of.open_alarms.items()}
    yield _gauge("alerts_open", "Open alarms", opened, "severity")
    figures = of.figures
    yield _gauge(
        "store_up", "1: the store answers; else nothing that stands in it is told", {NONE: figures is not None}
    )
    if figures is not None and figures.store.size is not None:
        yield _gauge("store_size_bytes", "How large the store is", {NONE: figures.store.size})
    backup = {} if of.last_backup is None else {"": of.last_backup}
    yield _ages("backup_age_seconds", "Since the last good backup was made", backup, of)
    free = {} if of.disk_free is None else {NONE: of.disk_free}
    yield _gauge("disk_free_bytes", "Room on the store's disk", free)


def _services(of: Moment) -> Iterator[Metric]:
    all_of = of.report.services
    states = {(each.name, state.value): each.state is state for each in all_of for state in State}
    yield _gauge("service_state", "1 at the state in which a service is", states, "service", "state")
    well = {(each.name, str(each.essential).lower()): each.well for each in all_of}
    yield _gauge("service_well", "1: the service is well", well, "service", "essential")
    restarts = {(each.name,): each.restarts for each in all_of}
    yield _counter("service_restarts", "Restarts after a crash or a silence", restarts, "service")
    beats = {each.name: each.last_beat for each in all_of if each.last_beat is not None}
    yield _ages(
        "service_beat_age_seconds", "Since the last sign of life, mostly the end of a turn", beats, of, "service"
    )


def _radio(of: Moment, figures: Figures) -> Iterator[Metric]:
    polls = {(each, Outcome.VALID.value): 0 for each in of.stations} | figures.polls
    yield _counter("radio_polls", "Polls of a station, by what came of them", polls, "station", "outcome")
    yield _ages("radio_valid_poll_age_seconds", "Since a station's last good poll", figures.valid, of, "station")


def _visitors(of: Moment, figures: Figures) -> Iterator[Metric]:
    files = {(each, status.value): 0 for each in of.cameras for status in Status} | figures.files
    yield _counter("visitors_files", "Files of a camera, by what became of them", files, "camera", "status")
    yield _ages("visitors_file_age_seconds", "Since a camera's last file", figures.heard, of, "camera")
    ended = (PushState.DELIVERED.value, PushState.DEAD.value)
    pushes = {(each, state): 0 for each in of.targets for state in ended} | figures.pushes
    yield _counter("pushes", "Reports to a partner, by what became of them", pushes, "target", "state")
    owed = {(each,): figures.pushes_owed.get(each, (0,))[0] for each in of.targets}
    yield _gauge("pushes_owed", "Reports that a partner has not got yet", owed, "target")
    oldest = {target: end for target, (_, end) in figures.pushes_owed.items()}
    yield _ages("pushes_owed_age_seconds", "Since the end of the oldest owed report's window", oldest, of, "target")


def _desk(of: Moment, figures: Figures) -> Iterator[Metric]:
    yield _counter("alerts_fired", "Alarms that began", figures.fired, "condition")
    yield _counter("deliveries", "Messages, by what became of them", figures.deliveries, "kind", "state")
    yield _gauge("deliveries_owed", "Messages that have not arrived yet", {NONE: figures.owing.count})
    since = {} if figures.owing.since is None else {"": figures.owing.since}
    yield _ages("deliveries_owed_age_seconds", "Since the oldest of them was written", since, of)


def _gauge(name: str, words: str, values: Values, *labels: str) -> Metric:
    family = GaugeMetricFamily(f"lahmadaemon_{name}", words, labels=labels)
    for key, value in values.items():
        family.add_metric(key, float(value))
    return family


def _counter(name: str, words: str, values: Values, *labels: str) -> Metric:
    """`_total` is added, as the format has it."""
    family = CounterMetricFamily(f"lahmadaemon_{name}", words, labels=labels)
    for key, value in values.items():
        family.add_metric(key, float(value))
    return family


def _ages(name: str, words: str, moments: Mapping[str, Instant], of: Moment, *labels: str) -> Metric:
    ages = {((each,) if labels else NONE): max(0, of.now - at) / SECOND for each, at in moments.items()}
    return _gauge(name, words, ages, *labels)
