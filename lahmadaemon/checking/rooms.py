"""What is on, and what one would have to set for what is off."""

from collections.abc import Iterator

from lahmadaemon.checking.finding import Finding, Level
from lahmadaemon.clock import Instant
from lahmadaemon.radio.shows import checking as shows
from lahmadaemon.settings import Settings
from lahmadaemon.social import checking as social


def rooms(settings: Settings, now: Instant) -> Iterator[Finding]:
    """A line for each thing. Raises ConfigurationError for a programme's file that is broken."""
    for line in _lines(settings, now):
        about, _, said = line.partition(": ")
        yield Finding(Level.PLAIN, about, said)


def _lines(settings: Settings, now: Instant) -> Iterator[str]:
    stations = ", ".join(settings.radio.stations)
    yield f"radio: {stations or 'off; set LAHMA_RADIO__STATIONS__<NAME>__URL and __API_KEY to measure a station'}"
    if settings.radio.stations:
        yield shows.told(settings.radio, settings.timezone, now)
    for name, folder in settings.visitors.folders.items():
        yield f"visitors: {name} in {folder.path}"
    if not settings.visitors.folders:
        yield "visitors: off; set LAHMA_VISITORS__FOLDERS__<NAME>__PATH to count people"
    for name, push in settings.visitors.pushes.items():
        yield f"push: {name} every {push.every:g} s"
    yield from social.told(settings.social)
    told, hook = ", ".join(settings.telegram.recipients), settings.alerts.webhook
    nobody = "the webhook alone" if hook else "nobody; alarms are in the log, the window and `lahmadaemon alarms`"
    yield f"alarms go to: {told or nobody}"
    yield f"store: {settings.store.resolved(settings.state_folder).render_as_string()}"
