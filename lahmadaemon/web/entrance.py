"""Where requests come in: machines' questions about health are answered at once, what has to be read is read in a process of its
own, and the rest of the window is made when it is wanted, for making it takes longer than starting all the others."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from lahmadaemon import __version__
from lahmadaemon.web.access import GuardedApp, LoginFirst, keep_the_door, to_login
from lahmadaemon.web.doors import HouseDoors
from lahmadaemon.web.house.health import serve_health
from lahmadaemon.web.live import Live
from lahmadaemon.web.problems import speak_problems
from lahmadaemon.web.reading.questions import is_question
from lahmadaemon.web.reading.questions import router as questions
from lahmadaemon.web.reading.room import ReadingRoom
from lahmadaemon.web.settings import WebSettings

if TYPE_CHECKING:
    from lahmadaemon.web.social.doors import SocialDoors

HEALTH = "/health"


class Entrance:
    """An ASGI app."""

    def __init__(
        self,
        house: HouseDoors,
        web: WebSettings,
        social: "SocialDoors | None" = None,
        cache: Path | None = None,
        room: ReadingRoom | None = None,
    ) -> None:
        """`cache`: a folder for what pictures are drawn with; `room`: where questions are handed on to, if there is one."""
        self._house, self._web, self._social, self._cache, self._room = house, web, social, cache, room
        self._porch = GuardedApp(title="lahmadaemon", version=__version__, openapi_url=None, redirect_slashes=False)
        keep_the_door(self._porch, house, web, social)
        speak_problems(self._porch)
        self._porch.add_exception_handler(LoginFirst, to_login)
        serve_health(self._porch)
        if room:
            self._porch.state.room = room
            if social:
                from lahmadaemon.web.social.legacy_questions import router as older

                self._porch.include_router(older)
            self._porch.include_router(questions)
        self._listen()
        self._whole: FastAPI | None = None
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(self._web.root_path) or "/"
        here = path == HEALTH or path.startswith(f"{HEALTH}/")
        here = here or (self._room is not None and is_question(scope.get("method", ""), path))
        await (self._porch if here else await self.whole())(scope, receive, send)

    async def whole(self) -> FastAPI:
        """The whole window, made once."""
        async with self._making:
            if self._whole is None:
                self._whole = await asyncio.to_thread(self._made)
            return self._whole

    async def close(self) -> None:
        """Lets go who listens, and ends the process that draws. Whoever comes then comes to another window."""
        made, self._whole = self._whole, None
        self._porch.state.live.end()
        self._listen()
        if made:
            await made.state.studio.rest()

    def _listen(self) -> None:
        room = self._room
        self._porch.state.live = Live(self._house, self._social, (lambda: room.renewed) if room else (lambda: 0))

    def _made(self) -> FastAPI:
        from lahmadaemon.web.app import create_app

        app = create_app(self._house, self._web, social=self._social, cache=self._cache)
        porch = self._porch.state  # who was turned away there, or has logged out, is known here
        app.state.limits, app.state.sessions, app.state.live = porch.limits, porch.sessions, porch.live
        return app
