"""What a window is given, with nothing behind it but what a test asks for."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from sqlalchemy.engine import URL

from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import Clock
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.store import engines
from lahmadaemon.store.database import Store
from lahmadaemon.supervision.health import HealthBoard
from lahmadaemon.visitors.settings import VisitorsSettings
from lahmadaemon.web.app import create_app, furnish
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.settings import WebSettings
from tests.fakes.clock import FakeClock

ZONE = ZoneInfo("Europe/Budapest")
_NOWHERE = Store(engines.reader(URL.create("sqlite", database="/nowhere/at/all.db")))
"""Made once, and outside of any loop: its maker looks at the disk."""
_apps: dict[Any, FastAPI] = {}


def house_doors(
    board: HealthBoard | None = None,
    store: Store | None = None,
    *,
    clock: Clock | None = None,
    alarms: Callable[[], list[dict[str, Any]]] = list,
    radio: RadioSettings | None = None,
    visitors: VisitorsSettings | None = None,
    zones: Mapping[str, ZoneInfo] | None = None,
) -> HouseDoors:
    """Without a store: one whose file is not there, for tests that never ask it."""
    clock = clock or FakeClock()
    board = board or HealthBoard(clock)
    store = store or _NOWHERE
    radio, alerts, words = radio or RadioSettings(), AlertStore(store), Wording("en", ZONE)
    return HouseDoors(
        clock=clock, zone=ZONE, store=store, report=board.report, desk=Desk(alerts, clock, words, []),
        alerts=alerts, words=words, open_alarms=alarms, radio=radio,
        zones=dict(zones or dict.fromkeys(radio.stations, ZONE)), visitors=visitors or VisitorsSettings(),
    )  # fmt: skip


def window_app(
    board: HealthBoard | None = None, token: str | None = None, *, house: HouseDoors | None = None, social: Any = None,
    **settings: Any,
) -> FastAPI:  # fmt: skip
    """The app as the daemon makes it; `settings`: those of `LAHMA_WEB__…`. Made once of each kind, for that takes longer
    than most tests, and furnished anew for each."""
    web, house = WebSettings.model_validate({"token": token, **settings}), house or house_doors(board)
    address = social and social.settings.public_url
    kind = (web.root_path, web.cors_origins, web.trusted_proxies, social is not None, address)
    if kind not in _apps:
        with ThreadPoolExecutor(1) as beside:  # it reads files
            _apps[kind] = beside.submit(create_app, house, web, social=social).result()
    furnish(_apps[kind], house, web, social)
    return _apps[kind]
