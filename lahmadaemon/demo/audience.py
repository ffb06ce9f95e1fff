"""A believable radio audience: seeded, deterministic, without a clock of its own. Every character is a small story."""

from collections.abc import Callable, Generator, Iterable
from datetime import tzinfo
from heapq import heappop, heappush
from itertools import count, cycle
from random import Random

from lahmadaemon.clock import DAY, SECOND, Instant, local
from lahmadaemon.demo.people import ALWAYS_ON, BOT, CAFE, PROBES, RELAY, TWO_MOUNTS, Client, Person, somebody
from lahmadaemon.demo.shows import FAVOURITE, Shows

Story = Generator[float, None, None]
"""What somebody does; it yields the seconds until it goes on."""
Seconds = Callable[[], float]

WARM_UP = 2 * DAY
FOR_EVER = 10 * 365 * 86_400.0
MEDIAN_STAY, SPREAD, LONGEST_STAY = 1200.0, 1.5, 36_000.0
"""Stays are log-normal: one in forty is under a minute, one in fourteen over three hours."""
MEAN_STAY = 3300.0
"""Of the stays above with their limit, found by drawing many."""
HOURS = (30, 18, 11, 7, 5, 7, 14, 25, 36, 42, 46, 48, 50, 50, 50, 54, 60, 70, 88, 100, 100, 100, 86, 55)
"""Arrivals by local hour, in percent of the busiest."""


class Audience:
    """About `size` connections at the evening peak. Two days have already passed in it at `start`."""

    def __init__(self, seed: int, zone: tzinfo, size: int = 60, *, start: Instant) -> None:
        self.connected: dict[Client, list[Instant]] = {}  # when each of its connections began
        self.changes = 0
        self.shows = Shows(zone)
        self.zone = zone
        self._now = Instant(start - WARM_UP)
        self._random = Random(seed)  # noqa: S311 - a model, not a secret
        self._agenda: list[tuple[Instant, int, Story]] = []
        self._turn = count()
        self._regulars = [somebody(self._random) for _ in range(4 * size)]
        for story in self._cast(size):
            self._go_on(story)
        self.advance(start)

    def advance(self, to: Instant) -> None:
        """Let everything happen up to the instant. The same seed gives the same events, however small the steps."""
        while self._agenda[0][0] <= to:
            self._now, _, story = heappop(self._agenda)
            self._go_on(story)
        self._now = max(self._now, to)

    def _go_on(self, story: Story) -> None:
        pause = next(story, None)
        if pause is not None:
            heappush(self._agenda, (Instant(self._now + round(pause * SECOND)), next(self._turn), story))

    def _cast(self, size: int) -> list[Story]:
        random = self._random
        mp3, aac = TWO_MOUNTS
        return [
            self._crowd(size / MEAN_STAY),
            self._listen(ALWAYS_ON, FOR_EVER),
            self._again_and_again([RELAY], lambda: random.uniform(40_000, 70_000), lambda: 30),
            self._again_and_again(PROBES, lambda: random.gauss(600, 8), lambda: random.uniform(300, 900)),
            self._again_and_again([BOT], lambda: random.uniform(5, 70), lambda: random.expovariate(1 / 7200)),
            self._every_day(CAFE, 11, 11),
            self._every_day(CAFE, 13, 10),
            self._every_day(mp3, 15, 8),
            self._every_day(aac, 17, 5),
        ]

    def _listen(self, client: Client, seconds: float) -> Story:
        began = self._now
        self.connected.setdefault(client, []).append(began)
        self.changes += 1
        yield seconds
        self.connected[client].remove(began)
        if not self.connected[client]:
            del self.connected[client]
        self.changes += 1

    def _crowd(self, rate: float) -> Story:
        """People arrive at random, `rate` a second when the hour is the busiest and the show of popularity 1."""
        while True:
            yield self._random.expovariate(rate * FAVOURITE)
            if self._random.random() < self._appeal() / FAVOURITE:
                self._go_on(self._visit(self._someone()))

    def _appeal(self) -> float:
        """How many would tune in now: by the hour, with a smooth way from one to the next, and by the show."""
        moment = local(self._now, self.zone)
        here, there = HOURS[moment.hour], HOURS[(moment.hour + 1) % 24]
        return (here + (there - here) * moment.minute / 60) / 100 * self.shows.on_air(self._now).popularity

    def _someone(self) -> Person:
        return self._random.choice(self._regulars) if self._random.random() < 0.6 else somebody(self._random)

    def _visit(self, person: Person) -> Story:
        """A stay, in several connections where the line does not hold: in a tunnel, a lift, at a change of network."""
        client = person.client(self._random)
        stay = min(LONGEST_STAY, MEDIAN_STAY * self._random.lognormvariate(0, SPREAD))
        if client in self.connected:
            return  # at home already
        while stay > 0:
            held = min(stay, self._random.expovariate(1 / (60 * person.player.holds)))
            yield from self._listen(client, held)
            stay -= held
            if stay > 0:
                yield self._random.uniform(3, 60)

    def _again_and_again(self, clients: Iterable[Client], stay: Seconds, away: Seconds) -> Story:
        """A machine's round."""
        for client in cycle(clients):
            yield from self._listen(client, stay())
            yield away()

    def _every_day(self, client: Client, hour: float, hours: float) -> Story:
        """A habit: about from that local hour, for about that many hours."""
        while True:
            moment = local(self._now, self.zone)
            begins = hour + self._random.uniform(-0.4, 0.4)
            yield (begins - moment.hour - moment.minute / 60) % 24 * 3600
            yield from self._listen(client, hours * 3600 * self._random.uniform(0.9, 1.1))
