"""What people name on the command line: a station, a day, a week."""

from collections.abc import Sequence
from datetime import date

from lahmadaemon.errors import ConfigurationError
from lahmadaemon.radio import periods


def station_named(known: Sequence[str], asked: str | None) -> str:
    """The station that is meant. Raises ConfigurationError, naming those there are, where that is not clear."""
    if not known:
        raise ConfigurationError(
            "no station has been measured yet; start `lahmadaemon run` with a station in its settings"
        )
    if asked is None and len(known) == 1:
        return known[0]
    if asked and asked.lower() in known:  # settings write names in capitals
        return asked.lower()
    problem = f"--station {asked} was never measured" if asked else "there is more than one station"
    raise ConfigurationError(f"{problem}; say --station with one of: {', '.join(known)}")


def date_named(option: str, text: str, kind: str, today: date) -> date:
    """The day that is meant, or one in the week or month. Raises ConfigurationError with an example."""
    try:
        return periods.parse(text, kind, today)
    except ValueError as error:
        raise ConfigurationError(f"{option} {text}: write {periods.EXAMPLES[kind]}, today or yesterday") from error
