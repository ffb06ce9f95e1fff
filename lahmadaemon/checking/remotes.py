"""Every other machine that the settings name, and a question to each that changes nothing there."""

import json
from collections.abc import Callable, Iterator
from functools import partial

import httpx

from lahmadaemon.alerts.telegram.opening import session_of
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.building.radio import SOURCES
from lahmadaemon.checking.asking import DEADLINE, Question, Told, door, knock
from lahmadaemon.checking.finding import Level
from lahmadaemon.clock import SECOND, Clock, instant
from lahmadaemon.errors import HopelessError, UpstreamError
from lahmadaemon.http import fetch
from lahmadaemon.radio.identity import Pseudonyms
from lahmadaemon.radio.shows.programme import monday
from lahmadaemon.radio.shows.reading import programme
from lahmadaemon.settings import Settings, station_zone
from lahmadaemon.social.creators_app.client import CreatorsApp
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.settings import SocialSettings

BOT_API = "https://api.telegram.org"
TELEGRAM = ("149.154.167.50", 443)
"""The data centre where a login begins (Telethon's default)."""
LIMIT = 1024 * 1024


def questions(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> Iterator[Question]:
    """All of them."""
    for name in settings.radio.stations:
        yield Question(f"radio {name}", partial(_station, settings, name, client, clock))
        if plan := programme(name, settings.radio.stations[name], settings.radio, client, station_zone(settings, name)):
            since = monday(clock.now(), station_zone(settings, name))

            async def planned(read: Callable[..., object] = plan.read, since: int = since) -> Told:
                grid = await read(clock.now(), since)  # type: ignore[misc]
                return Told(f"{len(grid.shows)} shows are planned")

            yield Question(f"programme of {name}", planned)
    for name, push in settings.visitors.pushes.items():
        note = "nothing was sent; whether it takes reports is seen with the first one"
        yield Question(f"push {name}", partial(knock, push.url, note))
    if settings.social.on:
        yield from _social(settings.social, client)
    if settings.telegram.configured:
        yield from _telegram(settings, client, clock)
    if hook := settings.alerts.webhook:
        yield Question("webhook", partial(knock, hook.get_secret_value(), "nothing was posted"))
    if sign := settings.heartbeat.url:
        yield Question("heartbeat", partial(knock, sign.get_secret_value(), "no sign of life was given"))


async def _station(settings: Settings, name: str, client: httpx.AsyncClient, clock: Clock) -> Told:
    """A snapshot as the daemon makes one; nothing of it is kept, so that any secret does."""
    station = settings.radio.stations[name]
    pseudonyms = Pseudonyms(b"for this one look only", settings.radio.lists)
    snapshot = await SOURCES[station.kind](name, station, client, clock, pseudonyms, DEADLINE).snapshot()
    skew = None if snapshot.skew is None else snapshot.skew / SECOND
    said = f"{station.url} answers in {snapshot.latency} ms; {len(snapshot.connections)} connections now"
    if snapshot.totals is None:
        return Told(f"{said}, but its own counts cannot be read", skew, Level.WARNING, "is the station's page public?")
    return Told(said, skew)


def _social(room: SocialSettings, client: httpx.AsyncClient) -> Iterator[Question]:
    async def creators() -> Told:
        rows = await CreatorsApp(room.creators, client, deadline=DEADLINE).creators()
        return Told(f"{room.creators.url} lists {len(rows.good)} creators")

    yield Question("creators app", creators)
    if room.meta.app_id:
        yield Question("Instagram and Facebook", partial(_graph, Graph(room.meta, client, deadline=DEADLINE)))
    if room.tiktok.client_key:
        note = "its key and secret are tried when a creator connects"
        yield Question("TikTok", partial(knock, room.tiktok.url, note))


async def _graph(graph: Graph) -> Told:
    """Whether Meta knows the app by its secret."""
    token = graph.app_token
    answer = await graph.get(str(graph.app_id), {"fields": "id"}, token)
    if token is None:
        return Told("can be reached; without __APP_SECRET nothing more can be tried")
    if answer.status in {400, 401, 403}:
        raise HopelessError(
            f"Meta refuses the app (status {answer.status}): compare LAHMA_SOCIAL__META__APP_ID and __APP_SECRET "
            "with the app's settings at developers.facebook.com"
        )
    if answer.status != 200:
        raise UpstreamError(f"the Graph API answers with status {answer.status}")
    return Told(f"Meta knows the app {graph.app_id}")


def _telegram(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> Iterator[Question]:
    telegram = settings.telegram
    if telegram.bot_token and telegram.way is None:
        token = telegram.bot_token.get_secret_value()
        yield Question("Telegram", partial(get_me, client, clock, token), hidden=token)
        return
    host, port = (telegram.way.host, telegram.way.port) if telegram.way else TELEGRAM
    yield Question("Telegram", partial(_logged_in, telegram, settings, host, port))


async def get_me(client: httpx.AsyncClient, clock: Clock, token: str, at: str = BOT_API) -> Told:
    """Who the bot is (Bot API, getMe): the token is right and alive."""
    answer = await fetch(client, f"{at}/bot{token}/getMe", headers={}, deadline=DEADLINE, limit=LIMIT)
    if answer.status in {401, 404}:
        raise HopelessError(
            "Telegram does not know the bot's token: ask @BotFather for it, set LAHMA_TELEGRAM__BOT_TOKEN"
        )
    if answer.status != 200:
        raise UpstreamError(f"Telegram answers with status {answer.status}")
    try:
        name = json.loads(answer.body)["result"]["username"]
    except (ValueError, KeyError, TypeError):
        raise UpstreamError("Telegram answers something else than it should") from None
    skew = (instant(answer.served_at) - clock.now()) / SECOND if answer.served_at else None
    return Told(f"the bot is @{name}", skew)


async def _logged_in(telegram: TelegramSettings, settings: Settings, host: str, port: int) -> Told:
    session = await session_of(telegram, settings.state_folder).read()
    await door(host, port, tls=False)
    if session is None and telegram.bot_token is None:
        raise HopelessError("nobody has logged in yet: lahmadaemon telegram login")
    return Told("can be reached; " + ("a login is kept" if session else "the bot logs in at the start"))
