"""What is installed is all that the window needs: whatever lies below the package goes into the wheel and the source archive."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("kind", [WheelBuilder, SdistBuilder])
def test_templates_static_files_and_all_modules_are_packaged(kind: type[WheelBuilder | SdistBuilder]) -> None:
    packed = {each.distribution_path for each in kind(str(ROOT)).recurse_included_files()}
    missing = set(_below("lahmadaemon")) - packed
    assert missing == set()
    assert "lahmadaemon/web/static/style.css" in packed


def _below(folder: str) -> Iterator[str]:
    for path in (ROOT / folder).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix()
