"""`lahmadaemon social …` as somebody types it, over the small room of the web's tests, at the moment that room was made."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lahmadaemon import terminal
from lahmadaemon.cli import parser
from lahmadaemon.commands.social import changing, connecting, opening, refreshing
from lahmadaemon.settings import Loaded, read_settings
from tests.fakes.clock import FakeClock
from tests.social.web.room import FILE

API = "/api/v1/social"
SECRET = "a secret of the house"


@dataclass
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Without the log's, which tests have there, too."""
        return [line for line in self.out.splitlines() if not line.startswith("{")]

    @property
    def words(self) -> str:
        """Whatever the width has folded, on one line."""
        return " ".join(self.out.split())


class Typist:
    """Types commands, piped or at a terminal of so many columns."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys, self._patch = capsys, patch
        for module in (opening, changing, connecting, refreshing):
            patch.setattr(module, "SystemClock", FakeClock)

    def loaded(self, **more: str) -> Loaded:
        """The settings; one that is empty is not set."""
        environ = {
            "LAHMA_STATE_FOLDER": str(self.folder), "LAHMA_STORE__URL": f"sqlite:///{self.folder / FILE}",
            "LAHMA_TIMEZONE": "Europe/Prague", "LAHMA_SECRET_KEY": SECRET,
            "LAHMA_SOCIAL__CREATORS__URL": "http://127.0.0.1:1", "LAHMA_SOCIAL__PUBLIC_URL": "https://stats.example",
        }  # fmt: skip
        return _loaded(tuple((name, value) for name, value in (environ | more).items() if value))

    def say(self, *arguments: str, columns: int | None = None, **more: str) -> Said:
        """What is raised comes through."""
        self._capsys.readouterr()
        options = _parser().parse_args(["social", *arguments])
        with self._patch.context() as patch:
            if columns:
                patch.setattr(terminal, "console", lambda: Console(width=columns, highlight=False, color_system=None))
            code = options.verb(self.loaded(**more), options)
        said = self._capsys.readouterr()
        return Said(code, said.out, said.err)


_parser = cache(parser)


@cache
def _loaded(environ: tuple[tuple[str, str], ...]) -> Loaded:
    return read_settings(None, dict(environ))
