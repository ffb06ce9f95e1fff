"""What several files here use."""

import pytest


@pytest.fixture
def _rarely_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of days: the sender looks as rarely as its patience allows for what people did by hand."""
    monkeypatch.setattr("lahmadaemon.visitors.push.sender.LOOK_AGAIN", 290.0)
