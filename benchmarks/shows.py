"""A week's table of shows from sessions at hand: one sweep over 100,000 sessions and 60 airings, in this process alone."""

import random
import time
from statistics import median

from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.radio.figures import Rules
from lahmadaemon.radio.sessions import Listening, Session
from lahmadaemon.radio.shows.figures import tallies, together

SESSIONS, PEOPLE, AIRINGS, WEEK = 100_000, 30_000, 60, 7 * DAY


def sessions(chance: random.Random) -> list[Session]:
    """In the order of their identities, as a report reads them."""
    found = []
    for _ in range(SESSIONS):
        start, who = chance.randrange(WEEK), chance.randrange(PEOPLE).to_bytes(16, "big")
        end = Instant(start + int(chance.expovariate(2.4 / HOUR)))
        heard = Listening(
            who, Instant(start), end, is_open=False, mount="/radio.mp3", user_agent="", is_bot=False, internal=False,
            located=True, country=None, city=None, ip=None,
        )  # fmt: skip
        found.append(Session((heard,), ((Instant(start), end),)))
    return sorted(found, key=lambda session: (session.identity, session.started_at))


def main() -> None:
    """Print the seconds that one pass (net or gross) takes."""
    found = sessions(random.Random(1))
    spans = [(Instant(WEEK * n // AIRINGS), Instant(WEEK * (n + 1) // AIRINGS)) for n in range(AIRINGS)]
    took = []
    for _ in range(5):
        began = time.process_time()
        figures = together(tallies(found, spans, Rules()))
        took.append(time.process_time() - began)
    print(f"{SESSIONS:,} sessions, {AIRINGS} airings: {median(took):.2f} s of processor time, best {min(took):.2f} s")
    print(f"  {figures.tlh:,.0f} hours, {figures.listeners:,} listeners, peak {figures.peak:,}")


if __name__ == "__main__":
    main()
