"""The command line: reads arguments and settings, calls one verb, answers with its exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lahmadaemon import __version__, commands, logs
from lahmadaemon.configuration import default_env_file
from lahmadaemon.errors import ConfigurationError, LahmaError
from lahmadaemon.radio.settings import FORMATS
from lahmadaemon.settings import Loaded, read_settings

EXIT_BROKE, EXIT_SETTINGS, EXIT_INTERRUPTED = 1, 2, 130
Verb = Callable[[Loaded, argparse.Namespace], int]


def entry() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command; 0 well or asked to stop, 1 broke or unwell, 2 settings or arguments wrong."""
    options = parser().parse_args(arguments)
    try:
        loaded = read_settings(options.settings or default_env_file())
        # Commands other than `run` talk on standard output; of the log only what went wrong interests their users.
        told = (
            loaded.settings.log
            if options.verb is commands.run
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
    _add(verbs, commands.run, "measure until asked to stop (this is what systemd runs)")
    demo = _add(verbs, commands.demo, "watch the whole thing work on an invented station")
    demo.add_argument("--seconds", type=float, metavar="N", help="end after N seconds with a summary")
    demo.add_argument(
        "--speed", type=float, default=60, metavar="X", help="how many times faster than life (default: 60)"
    )
    demo.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the data there (default: leave nothing behind)")
    _add(verbs, commands.check, "show the settings in force and where each comes from")
    status = _add(verbs, commands.status, "ask the running daemon how it is")
    status.add_argument("--json", action="store_true", help="as the daemon says it")
    once = _add(verbs, commands.once, "do one turn of one service, now")
    once.add_argument("service", help="such as radio.export")
    report = _add(verbs, commands.report, "listener figures of days, weeks or months")
    report.add_argument("kind", choices=("day", "week", "month"))
    report.add_argument(
        "--date", default="today", help="2026-10-14, 2026-W42, 2026-10, today or yesterday (default: today)"
    )
    report.add_argument("--to", metavar="DATE", help="up to and including this one")
    report.add_argument("--station", help="where there is more than one")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for programs")
    form.add_argument("--csv", action="store_true", help="for spreadsheets")
    export = _add(verbs, commands.export, "write a day's files")
    export.add_argument("--day", default="yesterday", help="2026-10-14, today or yesterday (default: yesterday)")
    export.add_argument("--station", help="where there is more than one (default: all)")
    export.add_argument(
        "--format", action="append", choices=FORMATS, help="may be given several times (default: as in the settings)"
    )
    export.add_argument("--folder", type=Path, help="where to (default: as in the settings)")
    return whole


def _add(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", verb: Verb, text: str
) -> argparse.ArgumentParser:
    added = verbs.add_parser(verb.__name__, help=text, description=f"{text[:1].upper()}{text[1:]}.")
    added.set_defaults(verb=verb)
    return added
