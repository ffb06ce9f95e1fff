"""SQLite's own recovery, `.recover` of its command line tool, where there is one that knows it. Blocking."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TextIO

TOOL = "sqlite3"
_COMMAND = ".recover --ignore-freelist"
"""Without the pages of what was deleted: somebody may have asked to be forgotten."""


def recovered(damaged: Path, target: Path) -> Iterator[Path]:
    """A database of what the tool could tell apart, if it can at all: many are built without it (Debian's is)."""
    tool = shutil.which(TOOL)
    if tool is None:
        return
    script = target.with_suffix(".sql")
    with script.open("w+", encoding="utf-8", errors="replace") as told:
        try:
            subprocess.run([tool, str(damaged), _COMMAND], stdout=told, stderr=subprocess.DEVNULL, check=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            return
        told.seek(0)
        _replay(told, target)
    if target.exists():
        yield target


def _replay(script: TextIO, target: Path) -> None:
    """Statement by statement, here and not in the tool, which would also obey what only looks like its commands."""
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        statement = ""
        for line in script:
            statement += line
            if sqlite3.complete_statement(statement):
                with suppress(sqlite3.Error):  # a row that breaks its own table's rules is no row
                    connection.execute(statement)
                statement = ""
