"""Shows the demo: reads what the daemon has measured, in real time, and draws it until somebody has seen enough."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rich.console import Console
from rich.live import Live

from lahmadaemon.clock import MINUTE, Instant, SystemClock, local
from lahmadaemon.demo.event_log import EventLog
from lahmadaemon.demo.social.looking import Onlooker
from lahmadaemon.demo.stage import STATION, ZONE, Stage
from lahmadaemon.demo.view import CameraNow, Scene, picture
from lahmadaemon.demo.words import invitation, line, summary
from lahmadaemon.radio import periods
from lahmadaemon.radio.reports import Reporter
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.reporter import show_reporter
from lahmadaemon.radio.store import RadioStore
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.visitors.push.pushes import State
from lahmadaemon.visitors.push.store import counts
from lahmadaemon.visitors.store import camera_states, day_totals

CURVE = 60
"""So many polls are drawn: half an hour of the station's time."""


@dataclass(frozen=True)
class Wish:
    """How the visitor wants it: for how long (real seconds; None: until Ctrl-C), and how to end it."""

    seconds: float | None
    finish: Callable[[], None]


class Showing(Service):
    """A guest among the daemon's services."""

    name = "demo"

    def __init__(
        self, stage: Stage, store: Store, settings: RadioSettings, board: HealthBoard, events: EventLog, wish: Wish
    ) -> None:
        self._stage, self._store, self._radio = stage, store, RadioStore(store, STATION)
        self._reporter = Reporter(self._radio, settings, ZONE)
        self._shows = show_reporter(store, STATION, ZONE, settings)
        self._creators = Onlooker(store, SocialSettings(), ZONE)
        self._board, self._events, self._wish = board, events, wish
        self._machine = SystemClock()
        self._console = Console(highlight=False)
        self._listening: deque[int] = deque(maxlen=CURVE)
        self._last_poll = 0
        self._scene: Scene | None = None
        self._invited = False

    async def run(self, lifeline: Lifeline) -> None:
        began = self._machine.monotonic()
        with self._drawing() as draw:
            while not lifeline.stopping.is_set():
                self._scene = await self._look()
                draw(self._scene)
                lifeline.beat()
                if self._wish.seconds is not None and self._machine.monotonic() - began >= self._wish.seconds:
                    self._wish.finish()
                await self._machine.wait(lifeline.stopping, 0.25 if self._console.is_terminal else 1.0)
        if self._scene:
            now = self._stage.clock.now()
            week = await self._shows.report(periods.week(periods.today(now, ZONE), ZONE), now)
            self._scene = replace(self._scene, shows=week.shows)

    def last_words(self) -> Iterable[str]:
        """What to say when everything has stopped."""
        return summary(self._scene) if self._scene else ()

    async def _look(self) -> Scene:
        now = self._stage.clock.now()
        poll = await self._radio.last_poll()
        if poll and poll.rows is not None and poll.polled_at != self._last_poll:
            self._last_poll = poll.polled_at
            self._listening.append(poll.rows)
        return Scene(
            moment=f"{local(now, ZONE):%A %H:%M:%S}",
            on_air=self._stage.on_air,
            listening=tuple(self._listening),
            today=await self._reporter.report(periods.day(periods.today(now, ZONE), ZONE), now),
            health=self._board.report(),
            events=tuple(self._events.last),
            window=self._events.window,
            cameras=await self._cameras(now),
            pushes=await self._pushes(),
            told=tuple(self._stage.outdoors.messenger.messages),
            agency=await self._creators.look(),
        )

    async def _cameras(self, now: Instant) -> list[CameraNow]:
        day = f"{local(now, ZONE):%Y-%m-%d}"
        today = {each.camera: each for each in await day_totals(self._store, day, day)}
        found = []
        for camera, state in (await camera_states(self._store)).items():
            totals, heard = today.get(camera), state.last_file_at
            wrong = state.last_invalid_at is not None and (heard is None or state.last_invalid_at >= heard)
            when = f"{local(heard, ZONE):%H:%M:%S}" if heard else "none yet"
            troubled = wrong or (heard is not None and now - heard > 5 * MINUTE)
            found.append(CameraNow(camera, totals.ins if totals else 0, totals.outs if totals else 0, when, troubled))
        return found

    async def _pushes(self) -> str:
        mall = (await counts(self._store, Instant(0))).get("mall", {})
        owed = mall.get(State.WAITING, 0) + mall.get(State.SENDING, 0)
        return f"reports to partner: {mall.get(State.DELIVERED, 0)} delivered, {owed} owed"

    @contextmanager
    def _drawing(self) -> Iterator[Callable[[Scene], None]]:
        if not self._console.is_terminal:
            yield self._say
            return
        with Live(console=self._console, auto_refresh=False, screen=True) as live:
            yield lambda scene: live.update(picture(self._stage.title, scene), refresh=True)

    def _say(self, scene: Scene) -> None:
        """Plain lines are the picture here; where to look for more is said once."""
        if scene.window and not self._invited:
            self._invited = True
            print(invitation(scene), flush=True)  # noqa: T201
        print(line(scene), flush=True)  # noqa: T201
