"""Leads the tour: lets things go wrong one after another, and waits for each to be noticed, told and over."""

from collections.abc import Callable, Sequence
from typing import Any

from structlog.typing import EventDict

from lahmadaemon.alerts.incidents import Notice
from lahmadaemon.clock import HOUR, SystemClock
from lahmadaemon.demo.stage import Stage
from lahmadaemon.demo.tour.acts import Act, acts
from lahmadaemon.demo.tour.programme import Outcome, Programme
from lahmadaemon.supervision.service import Lifeline, Service

GLANCE = 2.0
"""Seconds of the demo's time between two looks."""
PROLOGUE = 3.0
"""Minutes for first figures, once everybody has connected."""
ENDS = {Notice.RESOLVED.value, Notice.WAS.value}


class Guide(Service):
    """A guest among the daemon's services. `pace`: real seconds that a text stands alone; `finish` is called at the end."""

    name = "demo.tour"

    def __init__(self, stage: Stage, programme: Programme, pace: float, finish: Callable[[], None]) -> None:
        self.outcomes: list[Outcome] = []
        self.broken_off = True
        """Until the last fault is over."""
        self._stage, self._programme, self._pace, self._finish = stage, programme, pace, finish
        self._machine = SystemClock()
        self._events: list[EventDict] = []
        self._printed = 0

    def hear(self, event: EventDict) -> None:
        """An event of the log."""
        if event["event"] in {"alert.fired", "alert.resolved"}:
            self._events.append(event)

    async def run(self, lifeline: Lifeline) -> None:
        faults = acts(self._stage.outdoors)
        self._programme.opening(self._stage.title, len(faults))
        await self._until(lifeline, lambda: self._stage.outdoors.creators.connected)
        await lifeline.wait(60 * PROLOGUE)
        self._programme.ready()
        for number, act in enumerate(faults, 1):
            if lifeline.stopping.is_set():
                return
            self._programme.begins(number, len(faults), act)
            await self._play(lifeline, act)
        self.broken_off = False
        self._finish()

    @property
    def well(self) -> bool:
        """Everything was noticed, told and over."""
        return all(each.well for each in self.outcomes)

    async def _play(self, lifeline: Lifeline, act: Act) -> None:
        clock, outcome = self._stage.clock, Outcome(act.name)
        await self._stand(lifeline)
        began, heard = clock.now(), len(self._events)
        act.begin()
        fired = await self._event(lifeline, "alert.fired", act, heard)
        if lifeline.stopping.is_set():
            return
        self.outcomes.append(outcome)
        outcome.noticed = clock.now() - began if fired else None
        self._programme.noticed(outcome.noticed, held=act.held)
        if fired and not act.held:
            await self._until(lifeline, lambda: self._lines(fired["number"]))
            self._tell()
        await self._stand(lifeline)
        self._programme.mended(act)
        ended = clock.now()
        act.end()
        if fired:
            number = fired["number"]
            over = await self._until(lifeline, lambda: any(each["notice"] in ENDS for each in self._lines(number)))
            outcome.resolved = clock.now() - ended if over else None
            outcome.told = len(self._lines(number))
            self._tell()
        self._programme.over(outcome.resolved)
        await self._stand(lifeline)

    async def _event(self, lifeline: Lifeline, name: str, act: Act, since: int) -> EventDict | None:
        def found() -> Sequence[EventDict]:
            return [
                each for each in self._events[since:]
                if each["event"] == name and each["condition"] == act.condition and each["subject"].startswith(act.subject)
            ]  # fmt: skip

        return found()[0] if await self._until(lifeline, found) else None

    def _lines(self, number: int) -> Sequence[dict[str, Any]]:
        """What people were told of the incident."""
        return [line for line in self._stage.outdoors.messenger.lines if line["incident"] == number]

    def _tell(self) -> None:
        """Print the messages since the last time."""
        messenger = self._stage.outdoors.messenger
        new = messenger.taken - self._printed
        self._printed = messenger.taken
        for text in list(messenger.messages)[-new:] if new else ():
            self._programme.told(text)

    async def _until(self, lifeline: Lifeline, holds: Callable[[], object]) -> bool:
        """Whether it holds within an hour of the demo, unless the tour is broken off."""
        limit = self._stage.clock.now() + HOUR
        while not holds() and self._stage.clock.now() < limit:
            lifeline.beat()
            if not await lifeline.wait(GLANCE):
                return False
        return bool(holds())

    async def _stand(self, lifeline: Lifeline) -> None:
        """Give people time to read."""
        await self._machine.wait(lifeline.stopping, self._pace)
