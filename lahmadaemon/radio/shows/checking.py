"""What `lahmadaemon check` says about the programme; it reads a file, which a start does not."""

from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant
from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.radio.settings import RadioSettings
from lahmadaemon.radio.shows.file import read_file
from lahmadaemon.radio.shows.programme import monday


def told(radio: RadioSettings, zone: ZoneInfo, now: Instant) -> str:
    """One line. Raises ConfigurationError for a file that is broken: whoever checks wants to know."""
    shows, whose = radio.shows, ", ".join(radio.shows.stations) or "all stations"
    if shows.kind is None:
        return "programme: off; set LAHMA_RADIO__SHOWS__KIND to see figures of shows"
    if shows.kind == "arcsi":
        pages = f", with rare shows and special days of {shows.cms_url}" if shows.cms_url else ""
        return f"programme: arcsi at {shows.url}{pages}; of {whose}"
    if shows.kind == "azuracast" or shows.file is None:
        return f"programme: AzuraCast's own schedule; of {whose}"
    try:
        grid = read_file(shows.file, zone, now, monday(now, zone))
    except UpstreamError as error:
        raise ConfigurationError(str(error)) from error
    planned = f"{len(grid.weekly)} slots a week" if grid.weekly else f"{len(grid.dated)} airings this week and the next"
    return f"programme: {shows.file} with {len(grid.shows)} shows, {planned}; of {whose}"
