"""A command line of one's own."""

from pathlib import Path

import pytest

from tests.upkeep.commanding import Typed


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(tmp_path / "state", monkeypatch, capsys)
