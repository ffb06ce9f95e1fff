"""Makes the README's pictures of the window: an invented house of twelve days, its pages in chromium, always the same.

.venv/bin/python -m docs.look
"""

import asyncio
import io
import logging
import tempfile
from pathlib import Path

import structlog
from PIL import Image

from tests.window.browser.conftest import opened
from tests.window.browser.looking import browsing, visiting
from tests.window.seeded import seeded_house

HERE = Path(__file__).parent
SHOTS = {
    "today-light": ("/", "light", (1200, 1180)), "today-dark": ("/", "dark", (1200, 1180)),
    "radio-light": ("/radio?week=2026-W42", "light", (1200, 1560)), "phone-light": ("/", "light", (390, 844)),
    "house-dark": ("/house", "dark", (1200, 900)),
}  # fmt: skip
COLOURS = 256


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        async with (
            seeded_house(Path(folder)) as house,
            opened(house.house, house.room.doors) as window,
            browsing() as browser,
        ):
            for name, (path, theme, size) in SHOTS.items():
                async with visiting(browser, window.url, size, color_scheme=theme) as visit:
                    await visit.go(path)
                    keep(await visit.page.screenshot(), HERE / f"{name}.png")


def keep(shot: bytes, place: Path) -> None:
    """With few colours: a third of the bytes, and nobody sees it."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(place, optimize=True)
    print(f"{place.name}: {place.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    asyncio.run(main())
