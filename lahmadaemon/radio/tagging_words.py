"""Why somebody is in a class or in none, in sentences with the evidence; and a period's listeners, one by one. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from lahmadaemon.clock import HOUR, MINUTE, SECOND, Instant
from lahmadaemon.radio.classes import ALWAYS_ON, BOT, INTERNAL, PROBE, RELAY, bot_word, classes_of
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.sessions import Session
from lahmadaemon.radio.tagging import Judgement, tagged
from lahmadaemon.radio.tagging_always_on import by_day
from lahmadaemon.radio.tagging_probes import Rhythm

MOST_LENGTHS = 12
SETTING = "LAHMA_RADIO__"


@dataclass(frozen=True)
class Listener:
    """One identity in a period."""

    identity: bytes
    player: str
    country: str | None
    city: str | None
    sessions: int
    listened: int
    """Milliseconds inside the period."""
    longest: int
    """Of its sessions, over its whole length."""
    classes: frozenset[str]
    short: bool
    """Whether all its sessions are too short to count."""


def listeners(sessions: Iterable[Session], period: Period, rules: Rules, since: Instant | None) -> list[Listener]:
    """Everybody of the period, who listened longest first."""
    start = max(period.start, since or period.start)
    ordered = sorted(sessions, key=attrgetter("identity", "started_at"))
    found = [_listener(list(own), start, period.end, rules) for _, own in groupby(ordered, key=attrgetter("identity"))]
    return sorted(found, key=lambda one: (-one.listened, one.identity))


def _listener(own: Sequence[Session], start: int, end: int, rules: Rules) -> Listener:
    newest = own[-1].connections[-1]
    return Listener(
        newest.identity,
        newest.user_agent,
        newest.country,
        newest.city,
        len(own),
        sum(session.within(start, end) for session in own),
        max(session.listened for session in own),
        frozenset().union(*(session.classes for session in own)),
        all(session.listened < rules.minimum for session in own),
    )


def because(own: Sequence[Session], judgement: Judgement, period: Period, rules: Rules) -> list[str]:
    """What speaks for and against every class, of one identity's sessions in the period; then what follows."""
    classes = frozenset[str]().union(*(session.classes for session in tagged(own, judgement)))
    days = judgement.days.known(period.start, period.end)
    sentences = [
        *_by_name(own),
        *_by_address(own, judgement),
        *_by_rhythm(own, judgement, days),
        *_by_days(own, judgement, days),
    ]
    if all(session.listened < rules.minimum for session in own):
        sentences.append(f"Short: none of its sessions lasts {_length(rules.minimum)}; those count as short ones only.")
    end = "So it is left out of the net figures." if classes else "So it is in no class, and counts."
    return [*sentences, end]


def _by_name(own: Sequence[Session]) -> Iterator[str]:
    player, told = own[-1].user_agent, any(each.is_bot for session in own for each in session.connections)
    classes, word = classes_of(player, is_bot=told), bot_word(player)
    if BOT in classes:
        yield "Bot: " + (f"its User-Agent has {word!r} in it." if word else "the server's device detection says so.")
    if RELAY in classes:
        yield f"Relay: its User-Agent {player!r} is another streaming server's."
    if not classes:
        yield f"Neither bot nor relay: nothing in its User-Agent {player!r} says so, nor does the server."


def _by_address(own: Sequence[Session], judgement: Judgement) -> Iterator[str]:
    connections = [connection for session in own for connection in session.connections]
    listed = {connection.listed for connection in connections if connection.listed}
    if PROBE in listed:
        yield f"Probe: its address is in a network that {SETTING}PROBE_NETWORKS names."
    if INTERNAL in listed:
        yield f"Internal: its address is in a network that {SETTING}INTERNAL_NETWORKS names."
    if any(connection.internal for connection in connections):
        if all(judgement.hidden(session) for session in own):
            yield "Not internal: its address is private, but so is that of most listeners on this day: a proxy's, it seems."
        else:
            yield "Internal: its address is of a private network."
    elif not listed:
        yield "Not internal: its address is neither private nor in a network that the settings name."


def _by_rhythm(own: Sequence[Session], judgement: Judgement, days: range) -> Iterator[str]:
    lengths = [b - a for day in days for a, b in judgement.visits.get((own[0].identity, day), ())]
    habits = judgement.habits
    rule = (
        f"{habits.probe_sessions} visits in turn within {habits.probe_spread:.0%} of one length, of at most 30 minutes"
    )
    found = dict.fromkeys(rhythm for session in own if (rhythm := judgement.rhythm(session)))
    for rhythm in found:
        yield f"Probe: {_rhythm(rhythm)}."
    if found:
        yield f"That is a probe's rhythm: {rule} ({SETTING}PROBE_SESSIONS, {SETTING}PROBE_SPREAD)."
    else:
        yield f"No probe by its rhythm: {rule} would be one."
    if lengths:
        more = f" and {len(lengths) - MOST_LENGTHS} more" if len(lengths) > MOST_LENGTHS else ""
        yield f"Its own visits: {', '.join(_length(each) for each in lengths[:MOST_LENGTHS])}{more}."


def _rhythm(rhythm: Rhythm) -> str:
    whose = "neighbouring addresses with this player" if rhythm.shared else "it"
    return (
        f"on {date.fromordinal(rhythm.day)} {whose} came for {rhythm.visits} visits of {_length(rhythm.shortest)} to "
        f"{_length(rhythm.longest)}, usually {_length(rhythm.usual)}"
    )


def _by_days(own: Sequence[Session], judgement: Judgement, days: range) -> Iterator[str]:
    habits = judgement.habits
    rule = (
        f"{habits.always_on / HOUR:g} h in a day, on {habits.always_on_days} days: {SETTING}{ALWAYS_ON.upper()}, …_DAYS"
    )
    found = [run for session in own if (run := judgement.run(session))]
    for run in found[:1]:
        yield f"Always on: it listened {_days(run.listened)}. ({rule})"
    if not found:
        listened = by_day(own, judgement.days)
        yield f"Not always on: it listened {_days({day: listened[day] for day in days})}. ({rule})"


def _days(listened: dict[int, int]) -> str:
    shown = sorted(listened.items())[-MOST_LENGTHS:]
    return ", ".join(f"{_length(length)} on {date.fromordinal(day)}" for day, length in shown)


def _length(ms: int) -> str:
    hours, rest = divmod(round(ms / SECOND) * SECOND, HOUR)
    minutes, seconds = rest // MINUTE, rest % MINUTE // SECOND
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
