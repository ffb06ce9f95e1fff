"""The manual page and what shells complete, from the parser: made by argparse-manpage and shtab, whose words may change."""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage

from lahmadaemon import __version__, cli
from lahmadaemon.commands.completion import SCRIPTS

MANUAL, FOLDER = "docs/lahmadaemon.1", "lahmadaemon/commands/completions"
MORE = """\
.SH ENVIRONMENT
Every setting is a variable named \\fBLAHMA_\\fR\\fI…\\fR; \\fBlahmadaemon check\\fR shows those in force and where each comes from.
A secret may stand in a file instead, named by the variable with \\fB_FILE\\fR behind its name, or be a systemd credential.
.SH FILES
.TP
.I .env
settings, in the folder it is started from; another one by \\fB\\-\\-settings\\fR
.TP
.I /etc/lahmadaemon/settings.env
settings of the systemd service
.TP
.I /var/lib/lahmadaemon
its state, where it runs as a service (\\fBLAHMA_STATE_FOLDER\\fR)
.SH EXIT STATUS
.TP
.B 0
well, or asked to stop
.TP
.B 1
something essential broke, or what was asked about is not well
.TP
.B 2
a setting or an argument is wrong, and the message says which
.TP
.B 130
interrupted
.SH SEE ALSO
.BR systemctl (1),
.BR journalctl (1)
"""


def documents() -> Iterator[tuple[str, str]]:
    """Path and text of each."""
    os.environ["COLUMNS"] = "80"  # usages are as wide as the terminal
    yield MANUAL, manual()
    for shell, name in SCRIPTS.items():
        yield f"{FOLDER}/{name}", completion(shell)


def manual() -> str:
    """roff, in ASCII, without a date: it would be another every day."""
    told = {
        "project_name": "lahmadaemon", "version": __version__, "manual_title": "lahmadaemon", "date": " ",
        "description": "measures audiences and speaks up when something is wrong",
    }  # fmt: skip
    page = str(Manpage(cli.parser(), _data=told)).rstrip() + "\n" + MORE
    return re.sub(r"[^\x00-\x7f]", lambda sign: f"\\[u{ord(sign[0]):04X}]", page)


def completion(shell: str) -> str:
    """The script; paths are completed where one is asked for."""
    parser = cli.parser()
    for action in _actions(parser):
        if action.type is Path:
            action.complete = shtab.DIRECTORY if action.metavar == "FOLDER" else shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell=shell))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Of the parser and of all its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
