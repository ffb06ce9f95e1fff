"""Commands as somebody types them, in this process."""

from pathlib import Path

import pytest

from lahmadaemon import cli


class Typed:
    """A command line over one state folder; remembers what was said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.out = self.err = ""
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.set(LAHMA_STATE_FOLDER=str(folder))
        monkeypatch.chdir(folder.parent)

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(name, value)

    @property
    def database(self) -> Path:
        return self.folder / "lahmadaemon.db"

    def __call__(self, *arguments: str | Path) -> int:
        code = cli.main([str(each) for each in arguments])
        self.out, self.err = self._capsys.readouterr()
        return code
