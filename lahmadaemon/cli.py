"""The command line: reads arguments and settings, calls one verb, answers with its exit code.

Whatever a verb needs is imported once it is known which one: --help, --version and a typing mistake answer at once.
"""

import argparse
import os
import sys
from collections.abc import Container, Sequence
from io import TextIOWrapper
from pathlib import Path

from lahmadaemon import __version__
from lahmadaemon.commands.index import add_commands
from lahmadaemon.errors import ConfigurationError, LahmaError
from lahmadaemon.garbage import beginning

EXIT_BROKE, EXIT_SETTINGS, EXIT_INTERRUPTED = 1, 2, 130


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 well or asked to stop, 1 broke or unwell, 2 settings or arguments wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a sign this terminal has no letter for is escaped, and ends no command
            stream.reconfigure(errors="backslashreplace")
    options = parser(arguments).parse_args(arguments)
    try:
        with beginning():
            from lahmadaemon import logs
            from lahmadaemon.configuration import default_env_file
            from lahmadaemon.settings import read_settings

        loaded = read_settings(options.settings or default_env_file())
        # Commands other than `run` talk on standard output; of the log only what went wrong interests their users.
        told = (
            loaded.settings.log
            if options.command == "run"
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
    except PermissionError as error:
        if options.command == "run" or error.filename is None:
            raise
        print(
            f"lahmadaemon: {error.filename} is closed to the user this runs as; name a place that is not",
            file=sys.stderr,
        )
        return EXIT_SETTINGS
    except BrokenPipeError:  # `lahmadaemon report … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def parser(asked: Container[str] | None = None) -> argparse.ArgumentParser:
    """All commands; of those whose names are not among `asked` no more than the line in the help (None: all of all)."""
    whole = argparse.ArgumentParser(prog="lahmadaemon", description="Measures an organisation's audiences.")
    whole.add_argument("--version", action="version", version=f"lahmadaemon {__version__}")
    whole.add_argument(
        "--settings", type=Path, metavar="FILE", help="settings file (default: .env here, if there is one)"
    )
    verbs = whole.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    add_commands(verbs, asked)
    return whole
