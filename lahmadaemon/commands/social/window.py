"""The running daemon's window, asked for what only the daemon can do: collect."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.settings import Settings

if TYPE_CHECKING:
    from lahmadaemon.web.social.shapes.runs import Run, RunInFull

T = TypeVar("T", bound=BaseModel)


class Window:
    """At the address of the settings, with their token. All raise UpstreamError where nobody answers (as they should),
    ConfigurationError where something is wrong with what is asked, or with the token."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        from lahmadaemon.web.asking import address_of_window
        from lahmadaemon.web.social.routing import PREFIX

        token = settings.web.token
        self._headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        self._url = address_of_window(settings.web, settings.state_folder)
        self._prefix = PREFIX
        self._client = client

    async def refresh(self, wanted: Mapping[str, int]) -> "Run":
        """Have these collected now; the run that will have done it."""
        from lahmadaemon.web.social.shapes.runs import Run

        return await self._ask(Run, "POST", "refresh", wanted)

    async def run(self, run_id: str) -> "RunInFull":
        """How far that is."""
        from lahmadaemon.web.social.shapes.runs import RunInFull

        return await self._ask(RunInFull, "GET", f"runs/{run_id}")

    async def _ask(self, shape: type[T], method: str, path: str, body: Mapping[str, int] | None = None) -> T:
        from lahmadaemon.web.asking import TIMEOUT

        try:
            answer = await self._client.request(
                method, f"{self._url}{self._prefix}/{path}", headers=self._headers, json=body, timeout=TIMEOUT
            )
        except httpx.TransportError as error:
            raise UpstreamError(
                f"no lahmadaemon answers at {self._url}; is it running, with the same settings? Without it "
                "`lahmadaemon once social.collect` collects"
            ) from error
        if not answer.is_success:
            raise self._refused(answer)
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as error:
            raise UpstreamError(f"what answers at {self._url} is no lahmadaemon of this version") from error

    def _refused(self, answer: httpx.Response) -> Exception:
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            return ConfigurationError("LAHMA_WEB__TOKEN here is not the running daemon's")
        try:
            told = json.loads(answer.content)
            error, detail = str(told["error"]), str(told["detail"])
        except (ValueError, KeyError, TypeError):
            return UpstreamError(f"something else answers at {self._url}; set LAHMA_WEB__PORT to lahmadaemon's port")
        if error == "not_found":
            return ConfigurationError(
                "the running daemon has no social room: start it with LAHMA_SOCIAL__CREATORS__URL in its settings"
            )
        if error.endswith("_not_found"):
            return ConfigurationError(f"{detail}; `lahmadaemon social creators` and `campaigns` list those there are")
        return UpstreamError(f"the running daemon says: {detail}")
