"""Runs commands in processes of their own that need not import everything again: they are forks of one that has done so.

Most of a short command's time is its start. Everything else is theirs: environment, folder, arguments, output, exit code.
"""

import asyncio
import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

MOTHER = """
import gc, json, os, random, socket, sys, tempfile, time
import alembic.command, matplotlib, pyarrow.parquet
import lahmadaemon.daemon
from lahmadaemon.cli import main

ear = socket.socket(fileno=int(sys.argv[1]))
gc.freeze()
while True:
    message, told, _, _ = socket.recv_fds(ear, 1 << 20, 3)
    if not message:
        os._exit(0)
    if child := os.fork():
        ear.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        os.write(told[2], str(os.waitstatus_to_exitcode(status)).encode())
        for each in told:
            os.close(each)
        continue
    os.dup2(told[0], 1)
    os.dup2(told[1], 2)
    os.closerange(3, 1024)
    arguments, folder, environ = json.loads(message)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    random.seed()
    tempfile.tempdir = None
    sys.argv = ["lahmadaemon", *arguments]
    raise SystemExit(main(arguments))
"""


def can_bear(environ: Mapping[str, str]) -> bool:
    """Not what Python, the C library or coverage looks at when a program starts."""
    names = {name for name in environ.keys() | os.environ.keys() if environ.get(name) != os.environ.get(name)}
    return all(name.startswith(("LAHMA_", "NOTIFY_", "WATCHDOG_")) or name == "TMPDIR" for name in names)


async def born(arguments: Sequence[str], environ: Mapping[str, str], folder: Path) -> tuple[int, bytes, bytes]:
    """Run one command; its exit code and what it said on both streams."""
    pipes = [os.pipe() for _ in range(3)]
    message = json.dumps([list(arguments), str(folder), dict(environ)]).encode()
    socket.send_fds(_mother(), [message], [writing for _, writing in pipes])
    for _, writing in pipes:
        os.close(writing)
    child = int(_mother().recv(20))
    ends = asyncio.gather(*(asyncio.to_thread(_everything, reading) for reading, _ in pipes))
    try:
        out, err, code = await asyncio.wait_for(asyncio.shield(ends), 40)
    except TimeoutError:
        os.kill(child, signal.SIGKILL)
        await ends
        raise
    return int(code), out, err


def _everything(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


@functools.cache
def _mother() -> socket.socket:
    ours, hers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with hers:
        process = subprocess.Popen(  # streams of the same kind as her children's, who cannot tell
            [sys.executable, "-c", MOTHER, str(hers.fileno())], pass_fds=[hers.fileno()], cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def leave() -> None:
        ours.close()
        process.communicate()

    atexit.register(leave)
    return ours
