"""Where the login lives: a session string is a password, so a setting or a file only its owner can read."""

import asyncio
from pathlib import Path

from lahmadaemon import atomic
from lahmadaemon.errors import HopelessError

FILE = "telegram.session"


class Session:
    """The login that was given, or the one that is kept in the state folder."""

    def __init__(self, state_folder: Path, given: str | None = None) -> None:
        self.path = state_folder / FILE
        self.given = given

    async def read(self) -> str | None:
        """The session string; None where nobody has logged in yet. Raises HopelessError where it cannot be read."""
        return self.given or await asyncio.to_thread(self._read)

    def _read(self) -> str | None:
        try:
            return self.path.read_text("ascii").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise HopelessError(f"{self.path} cannot be read: {error}; make it readable, or move it aside") from error

    async def write(self, text: str) -> None:
        """Keep a login. Raises OSError."""
        await asyncio.to_thread(atomic.write, self.path, text.encode(), mode=0o600)
