"""Speaks systemd's notify protocol (sd_notify), silent outside systemd; knows the journal when it listens."""

import os
import socket
from collections.abc import Mapping
from typing import TextIO

from lahmadaemon.errors import ConfigurationError


class Notifier:
    """One datagram per message to `$NOTIFY_SOCKET`; `watchdog_seconds` is how often a ping is owed, or None."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        if address and address[0] not in "/@":
            raise ConfigurationError(f"NOTIFY_SOCKET={address!r}: only paths and abstract sockets are understood")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        micros = environ.get("WATCHDOG_USEC", "") if mine else ""
        self.watchdog_seconds = int(micros) / 1_000_000 if micros.isdigit() and int(micros) else None

    def notify(self, **fields: str) -> bool:
        """Send assignments such as READY="1", STATUS="…". False when systemd could not listen: say it again later."""
        if not self._address:
            return True
        message = "\n".join(f"{name}={' '.join(value.splitlines())}" for name, value in fields.items())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as speaker:
            try:
                speaker.sendto(message.encode(), self._address)
            except (BlockingIOError, FileNotFoundError, ConnectionRefusedError):
                return False  # systemd itself is restarting or busy; not worth dying for
        return True


def heard_by_journal(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether what is written there goes to journald itself, which names the stream's device and inode (systemd.exec(5))."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # closed, or no file at all
        return False
    return environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"
