"""Somebody at a real browser: what they see, and what the browser complains of meanwhile."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESK, PHONE = (1280, 900), (390, 844)


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Debian's chromium: Playwright brings none."""
    assert CHROMIUM
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visit:
    """A page under somebody's eyes. `complaints`: whatever a browser does not like, and requests that go elsewhere."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        host = urlsplit(self.url).netloc
        self.page.on("console", lambda said: self._note(said.type in ("error", "warning"), said.text))
        self.page.on("pageerror", lambda error: self._note(True, str(error)))
        self.page.on("request", lambda asked: self._note(urlsplit(asked.url).netloc != host, f"asks {asked.url}"))
        self.page.on("response", lambda told: self._note(told.status >= 400, f"{told.status} {told.url}"))

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.complaints.append(what)

    async def go(self, path: str) -> int:
        """Opens it; the answer's status."""
        answer = await self.page.goto(self.url + path)
        assert answer is not None
        await self.page.evaluate("Promise.allSettled([...document.images].map(each => each.decode()))")
        return answer.status

    async def violations(self, *rules: str) -> list[str]:
        """What axe-core finds wrong for people who cannot see, point, or tell colours apart; by all of its rules, or these."""
        found = await Axe().run(self.page, options={"runOnly": list(rules)} if rules else None)
        return [
            f"{each['id']}: {each['help']}: {node['html'][:150]} {node['any'][:1]}"
            for each in found.response["violations"]
            for node in each["nodes"]
        ]

    async def text(self, selector: str = "main") -> str:
        return await self.page.locator(selector).inner_text()

    async def is_too_wide(self) -> bool:
        """Whether the whole page has to be moved sideways to be read."""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    async def shoot(self, folder: Path, name: str) -> None:
        """A picture of all of it, kept where LAHMA_SCREENSHOTS says."""
        await self.page.screenshot(path=_kept(folder) / f"{name}.png", full_page=True)


def _kept(folder: Path) -> Path:
    return Path(os.environ.get("LAHMA_SCREENSHOTS") or folder)


@asynccontextmanager
async def visiting(browser: Browser, url: str, size: tuple[int, int] = DESK, **wishes: Any) -> AsyncIterator[Visit]:
    """`wishes`: color_scheme, locale, java_script_enabled."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, **{"locale": "en-GB"} | wishes
    )
    context.set_default_timeout(120_000)
    try:
        yield Visit(await context.new_page(), url)
    finally:
        await context.close()
