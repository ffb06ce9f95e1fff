"""Settings read anew while the daemon runs: taken up as a whole, or refused as a whole."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from lahmadaemon import logs
from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.configuration import DELIMITER, PREFIX, Group, default_env_file
from lahmadaemon.errors import ConfigurationError, HopelessError, LahmaError
from lahmadaemon.serving import bind
from lahmadaemon.settings import Loaded, Settings, read_settings
from lahmadaemon.supervision.herald import Herald
from lahmadaemon.supervision.service import Lifeline, Service
from lahmadaemon.web.settings import WebSettings

log = structlog.get_logger()

AT_START = ("state_folder", "store", "secret_key", "secret_key_before")
"""What everything stands on: a store is opened once, and listeners and tokens hang on the key."""


class Source(Protocol):
    """Where settings come from."""

    loaded: Loaded
    """Those in force."""

    def read(self) -> Loaded:
        """As they are written now. Raises ConfigurationError."""
        ...

    def apply(self, loaded: Loaded) -> None:
        """These are in force now."""
        ...


class Files:
    """The environment the process was started with, and the files of today."""

    def __init__(self, loaded: Loaded, env_file: Path | None) -> None:
        """`env_file`: the one that was named, if one was."""
        self.loaded = loaded
        self._env_file = env_file

    def read(self) -> Loaded:
        return read_settings(self._env_file or default_env_file())

    def apply(self, loaded: Loaded) -> None:
        """From now on the log is as they say, and hides the secrets of before, too."""
        logs.configure(loaded.settings.log, secrets=[*loaded.secrets, *self.loaded.secrets])
        self.loaded = loaded


class Standing(Protocol):
    """The house as it was built by its settings."""

    @property
    def settings(self) -> Settings: ...

    @property
    def services(self) -> Sequence[Service]: ...

    @property
    def apply(self) -> Callable[[], None]:
        """To be called once its settings are in force."""
        ...

    async def rebuilt(self, settings: Settings) -> "Standing":
        """By other settings, without any effect yet; services whose own settings are the same are the same."""
        ...


class Renewal(Service):
    """Waits for somebody to ask. Services whose settings are the same notice nothing."""

    name = "settings"

    def __init__(
        self,
        house: Standing,
        source: Source,
        asked: asyncio.Event,
        change: Callable[[Sequence[Service]], Awaitable[None]],
        *,
        desk: Desk,
        herald: Herald,
    ) -> None:
        """`change`: makes these the house's services that run."""
        self._house = house
        self._source = source
        self._asked = asked
        self._change = change
        self._desk = desk
        self._herald = herald

    async def run(self, lifeline: Lifeline) -> None:
        self._desk.clear_alarm(Condition.SETTINGS_REFUSED, self.name)
        lifeline.beat()
        while await lifeline.wait_for(self._asked, None):
            self._asked.clear()
            await self.turn()
            lifeline.beat()

    async def turn(self) -> None:
        """Read, build, change: whatever is wrong is met before anything is touched."""
        self._herald.reloading()
        try:
            await self._renew()
        except LahmaError as error:
            self._refused(str(error).splitlines())
        else:
            self._desk.clear_alarm(Condition.SETTINGS_REFUSED, self.name)
        finally:
            self._herald.reloaded()

    def _refused(self, problems: Sequence[str]) -> None:
        log.error("daemon.reload_refused", problems=problems, note="the settings of before stay in force")
        self._desk.raise_alarm(Condition.SETTINGS_REFUSED, self.name, error="; ".join(problems))

    async def _renew(self) -> None:
        before = self._house
        loaded = await asyncio.to_thread(self._source.read)
        held = list(held_back(before.settings, loaded.settings))
        settings = loaded.settings.model_copy(update={name: getattr(before.settings, name) for name in AT_START})
        if (before.settings.web.host, before.settings.web.port) != (settings.web.host, settings.web.port):
            await asyncio.to_thread(_can_open, settings.web)
        after = await before.rebuilt(settings)
        changed = _changed(self._source.loaded, loaded)
        self._source.apply(loaded)
        ended = [each.name for each in before.services if each not in after.services]
        started = [each.name for each in after.services if each not in before.services]
        await self._change(after.services)
        after.apply()
        self._desk.forget(set(ended) - set(started))
        self._house = after
        log.info("daemon.reloaded", changed=changed, ended=ended, started=started)
        if held:
            log.warning("daemon.restart_needed", settings=held)


def held_back(before: Settings, now: Settings) -> Iterator[str]:
    """The settings that differ and are read at a start only."""
    for name in AT_START:
        was, given = getattr(before, name), getattr(now, name)
        if isinstance(was, Group):
            for field in type(was).model_fields:
                if getattr(was, field) != getattr(given, field):
                    yield f"{PREFIX}{name}{DELIMITER}{field}".upper()
        elif was != given:
            yield f"{PREFIX}{name}".upper()


def _changed(before: Loaded, now: Loaded) -> list[str]:
    """The names that were given another value, or none any more, or for the first time."""
    names = sorted(before.given.keys() | now.given.keys())
    values = ({name: item.value for name, item in each.given.items()} for each in (before, now))
    was, given = values
    return [name for name in names if was.get(name) != given.get(name)]


def _can_open(web: WebSettings) -> None:
    """An address that cannot be had is a wrong setting as long as the window of before is open."""
    try:
        bind(web.host, web.port).close()
    except HopelessError as error:
        raise ConfigurationError(f"LAHMA_WEB__PORT={web.port} (LAHMA_WEB__HOST={web.host}): {error}") from error
