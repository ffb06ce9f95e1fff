"""Invented answers and files of the outside world: what people, stations and numbers are in them is made up."""

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def sample(name: str) -> bytes:
    """One file, such as `azuracast/polls/expected.json`."""
    return (_HERE / name).read_bytes()


def told(name: str) -> Any:
    """What a JSON sample says."""
    return json.loads(sample(name))


def names(folder: str, pattern: str = "*") -> list[str]:
    """The samples of a folder, in the order of their names."""
    return sorted(f"{folder}/{path.name}" for path in (_HERE / folder).glob(pattern))
