"""Settings for a check, and findings at a glance."""

from collections.abc import Iterable
from pathlib import Path

from lahmadaemon.checking.finding import Finding, Level
from lahmadaemon.settings import Loaded, read_settings

STATION = {
    "LAHMA_RADIO__STATIONS__ONE__URL": "http://127.0.0.1:1",
    "LAHMA_RADIO__STATIONS__ONE__API_KEY": "0123456789abcdef:one",
}


def loaded(folder: Path, *env_file: Path, **settings: str) -> Loaded:
    return read_settings(next(iter(env_file), None), {"LAHMA_STATE_FOLDER": str(folder)} | settings)


def amiss(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """What is not well: how, and about what."""
    return [(each.level.value, each.about) for each in findings if each.level in {Level.WARNING, Level.BROKEN}]
