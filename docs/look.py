"""Makes the README's pictures of the window: opens the demo, lets it live for most of a day, and looks at it in chromium.

.venv/bin/python docs/look.py
"""

import io
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
SPEED, SECONDS = 600, 140
"""Of the demo: from half past six in the evening to the next afternoon."""
SHOTS = {
    "today-light": ("/", "light", (1200, 1500)), "today-dark": ("/", "dark", (1200, 1500)),
    "radio-dark": ("/radio", "dark", (1200, 1700)), "phone-light": ("/", "light", (390, 844)),
    "visitors-light": ("/visitors", "light", (1200, 1300)), "house-light": ("/house", "light", (1200, 1300)),
}  # fmt: skip
COLOURS = 128
DECODED = "Promise.allSettled([...document.images].map(each => each.decode()))"


def main() -> None:
    command = [sys.executable, "-m", "lahmadaemon", "demo", "--speed", str(SPEED), "--seconds", str(SECONDS + 120)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        try:
            url = address(demo)
            print(f"the demo is at {url}; {SECONDS} seconds until there is something to see")
            for line in heard(demo, SECONDS):
                print(line, end="")
            shoot(url)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.communicate(timeout=60)


def address(demo: "subprocess.Popen[str]") -> str:
    """Where its window is, as it says."""
    assert demo.stdout
    for line in demo.stdout:
        if found := re.search(r"Worth opening: (http://[^/ ]+)", line):
            return found[1]
    raise SystemExit("the demo ended before its window opened")


def heard(demo: "subprocess.Popen[str]", seconds: int) -> list[str]:
    """What it says meanwhile: a line a second; the last of it."""
    assert demo.stdout
    return [demo.stdout.readline() for _ in range(seconds)][-1:]


def shoot(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for name, (path, theme, (width, height)) in SHOTS.items():
            context = browser.new_context(
                color_scheme=theme, viewport={"width": width, "height": height}, locale="en-GB"  # type: ignore[arg-type]
            )  # fmt: skip
            page = context.new_page()
            page.goto(url + path)
            page.evaluate(DECODED)
            keep(page, HERE / f"{name}.png")
            context.close()
        browser.close()


def keep(page: Page, place: Path) -> None:
    """With few colours: a quarter of the bytes, and nobody sees it."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(place, optimize=True)
    print(f"{place.name}: {place.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
