"""Turns what holds at each poll into anomalies with a beginning and an end: late enough not to flicker. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from lahmadaemon.clock import HOUR, MINUTE, Instant
from lahmadaemon.radio.truth.anomalies.kinds import Anomaly, Detail, Kind
from lahmadaemon.radio.truth.anomalies.memory import Memory, Spell


class Patience(NamedTuple):
    """In ms: how long it must hold to be an anomaly, and be gone to be over. Its times are those of the first poll of either."""

    after: int = 0
    over: int = 0


PATIENCE = {
    Kind.COUNTS_ONLY: Patience(after=15 * MINUTE),
    Kind.PROXY: Patience(after=5 * MINUTE, over=30 * MINUTE),
    Kind.CLOCK_SKEW: Patience(after=2 * MINUTE, over=10 * MINUTE),
    Kind.NO_PLACES: Patience(after=10 * MINUTE, over=HOUR),
    Kind.WEAK_IDENTITIES: Patience(after=10 * MINUTE, over=HOUR),
    Kind.HLS_FLAPPING: Patience(over=HOUR),
    Kind.OFF_AIR: Patience(after=MINUTE),
    Kind.ROWS_DROPPED: Patience(over=HOUR),
}


def lasting(memory: Memory, holds: Mapping[Kind, Detail | None], at: Instant) -> tuple[Memory, tuple[Anomaly, ...]]:
    """What holds now (None: it does not; absent: nobody can tell), put into the memory; and the anomalies that changed."""
    opened, spells, changed = dict(memory.open), dict(memory.spells), []
    for kind, detail in holds.items():
        spell, patience = spells.get(kind), PATIENCE.get(kind, Patience())
        if detail is not None:
            # a clock that was set back must not make time negative
            spells[kind] = spell = Spell(min(spell.since, at) if spell else at)
            if kind not in opened and at - spell.since >= patience.after:
                opened[kind] = Anomaly(kind, spell.since, None, detail)
                changed.append(opened[kind])
        elif spell is not None:
            gone_at = min(spell.gone_at or at, at)
            spells[kind] = replace(spell, gone_at=gone_at)
            if kind not in opened or at - gone_at >= patience.over:
                del spells[kind]
                if over := opened.pop(kind, None):
                    changed.append(replace(over, ended_at=Instant(max(gone_at, over.began_at))))
    return replace(memory, open=opened, spells=spells), tuple(changed)
