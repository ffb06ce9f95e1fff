"""The command line: reads arguments and settings, calls one verb, answers with its exit code."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from lahmadaemon import __version__, logs
from lahmadaemon.commands import (
    alarms,
    doctor,
    forgetting,
    house,
    importing,
    push,
    radio,
    secret,
    social,
    station,
    telegram,
    upkeep,
    visitors,
)
from lahmadaemon.configuration import default_env_file
from lahmadaemon.errors import ConfigurationError, LahmaError
from lahmadaemon.settings import read_settings

EXIT_BROKE, EXIT_SETTINGS, EXIT_INTERRUPTED = 1, 2, 130


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 well or asked to stop, 1 broke or unwell, 2 settings or arguments wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a sign this terminal has no letter for is escaped, and ends no command
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    try:
        loaded = read_settings(options.settings or default_env_file())
        # Commands other than `run` talk on standard output; of the log only what went wrong interests their users.
        told = (
            loaded.settings.log
            if options.verb is house.run
            else loaded.settings.log.model_copy(update={"level": "warning"})
        )
        logs.configure(told, secrets=loaded.secrets)
        return int(options.verb(loaded, options))
    except ConfigurationError as error:
        print(f"lahmadaemon: {error}", file=sys.stderr)
        return EXIT_SETTINGS
    except LahmaError as error:
        print(f"lahmadaemon: {error}", file=sys.stderr)
        return EXIT_BROKE
    except BrokenPipeError:  # `lahmadaemon report … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    whole = argparse.ArgumentParser(prog="lahmadaemon", description="Measures an organisation's audiences.")
    whole.add_argument("--version", action="version", version=f"lahmadaemon {__version__}")
    whole.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings file (default: .env here, if there is one)"
    )
    verbs = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    rooms = (radio, station, importing, visitors, push, social, telegram)
    for commands in (house, alarms, *rooms, upkeep, doctor, forgetting, secret):
        commands.add_to(verbs)
    return whole
