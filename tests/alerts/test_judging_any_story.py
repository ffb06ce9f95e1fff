"""Whatever is raised, cleared, muted, inhibited, restarted, in whatever time: nobody is told nonsense."""

from collections import Counter
from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from lahmadaemon.alerts.conditions import Condition, Rule, Severity
from lahmadaemon.alerts.incidents import Incident, Notice, Signal
from lahmadaemon.alerts.judging import judge, told
from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant

STEPS = st.sampled_from(["raise", "clear", "tick", "compose", "restart", "mute", "unmute", "inhibit", "allow", "ack"])
TIMES = st.sampled_from([0, SECOND, 20 * SECOND, MINUTE, 11 * MINUTE, HOUR, 25 * HOUR, -HOUR, -25 * HOUR])
RULES = st.builds(
    Rule, st.just(Severity.WARNING), st.sampled_from([0.0, 10.0, 300.0]), st.sampled_from([0.0, 30.0]), st.booleans()
)
OVER = {Notice.RESOLVED, Notice.WAS}


class LittleDesk:
    """One key of a desk: what it keeps, and every notice it wrote."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.now = Instant(1_792_605_420_000)
        self.numbers = count(1)
        self.open: Incident | None = None
        self.ended: list[Incident] = []
        self.recent: tuple[Instant, ...] = ()
        self.signal: Signal | None = None
        self.muted = self.inhibited = False
        self.written: list[tuple[int, Notice]] = []

    def step(self, what: str, after: int) -> None:
        self.now = Instant(self.now + after)
        if what in {"raise", "clear"}:
            self.signal = Signal(Condition.NO_FILES, "lobby", raised=what == "raise")
        if what == "restart":
            self.signal = None
            self.open = self.open and Incident.of_row(self.open.as_row())
        if what in {"mute", "unmute"}:
            self.muted = what == "mute"
        if what in {"inhibit", "allow"}:
            self.inhibited = what == "inhibit"
        if what == "ack" and self.open:
            self.open = replace(self.open, acked_at=self.now)
        self.judge()
        if what == "compose":
            self.compose()

    def judge(self) -> None:
        found = judge(
            self.open, self.signal, self.rule, self.now, recent=self.recent, muted=self.muted, inhibited=self.inhibited
        ).incident
        if found and not found.number:
            found = replace(found, number=next(self.numbers))
        self.open = found
        if found and not found.open:
            self.ended.append(found)
            self.recent, self.open = found.changes, None

    def compose(self) -> None:
        for incident in [*self.ended, *([self.open] if self.open else [])]:
            if incident.owed:
                self.written.append((incident.number, incident.owed))
        self.ended = []
        self.open = told(self.open, self.now) if self.open and self.open.owed else self.open


@given(rule=RULES, steps=st.lists(st.tuples(STEPS, TIMES), max_size=60))
def test_an_incident_is_told_once_and_ends_once_and_not_before(rule: Rule, steps: list[tuple[str, int]]) -> None:
    desk = LittleDesk(rule)
    for what, after in [*steps, ("compose", 0)]:
        desk.step(what, after)

    begun: set[int] = set()
    over: set[int] = set()
    for number, notice in desk.written:
        assert number not in over, "nothing is said of what is over"
        if notice is Notice.RESOLVED:
            assert number in begun, "an end without a beginning"
        if notice is Notice.REMINDER:
            assert number in begun, "a reminder of what was never told"
        if notice is Notice.WAS:
            assert number not in begun, "told for the first time twice"
        begun.add(number)
        over |= {number} if notice in OVER else set()
    firings = Counter(number for number, notice in desk.written if notice is Notice.FIRING)
    assert max(firings.values(), default=0) <= 1


@given(rule=RULES, steps=st.lists(st.tuples(STEPS, TIMES), max_size=40))
def test_in_the_end_what_is_wrong_has_been_told_and_what_is_not_is_closed(
    rule: Rule, steps: list[tuple[str, int]]
) -> None:
    desk = LittleDesk(rule)
    for what, after in steps:
        desk.step(what, after)

    for what, after in [("unmute", 0), ("allow", 0), ("raise", 0), ("tick", 11 * MINUTE), ("compose", 0)]:
        desk.step(what, after)
    assert desk.open is not None
    assert desk.open.number in {number for number, _ in desk.written}

    for what, after in [("clear", 0), ("tick", 11 * MINUTE), ("compose", 0)]:
        desk.step(what, after)
    assert desk.open is None


@given(times=st.lists(TIMES, min_size=1, max_size=60))
def test_no_jump_of_the_clock_makes_a_storm(times: list[int]) -> None:
    desk = LittleDesk(Rule(Severity.CRITICAL))
    desk.step("raise", 0)
    desk.step("compose", 0)

    for after in times:
        desk.step("compose", after)

    passed = sum(max(after, 0) for after in times)
    assert len(desk.written) <= 1 + passed // HOUR, "a reminder needs an hour to pass"
