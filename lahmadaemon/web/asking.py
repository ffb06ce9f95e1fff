"""Asks the window of the daemon on this machine, for `lahmadaemon status`."""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.web.server import ADDRESS_FILE
from lahmadaemon.web.settings import WebSettings

TIMEOUT = 5.0


def ask_health(settings: WebSettings, state_folder: Path) -> dict[str, Any]:
    """Once; for who has no loop of their own."""

    async def once() -> dict[str, Any]:
        async with await asyncio.to_thread(httpx.AsyncClient, trust_env=False) as client:
            return await health(client, settings, state_folder)

    return asyncio.run(once())


async def health(client: httpx.AsyncClient, settings: WebSettings, state_folder: Path) -> dict[str, Any]:
    """The daemon's `/health`. Raises UpstreamError when nobody answers, ConfigurationError when the token is wrong."""
    url = await asyncio.to_thread(address_of_window, settings, state_folder)
    headers = {"Authorization": f"Bearer {settings.token.get_secret_value()}"} if settings.token else {}
    try:
        answer = await client.get(f"{url}/health", headers=headers, timeout=TIMEOUT)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise ConfigurationError("LAHMA_WEB__TOKEN here is not the running daemon's")
        told = answer.json()
    except (httpx.TransportError, ValueError) as error:
        raise UpstreamError(f"no lahmadaemon answers at {url}; is it running, with the same settings?") from error
    if not isinstance(told, dict) or "services" not in told:
        raise UpstreamError(f"something else answers at {url}; set LAHMA_WEB__PORT to lahmadaemon's port")
    return told


def address_of_window(settings: WebSettings, state_folder: Path) -> str:
    """Where the daemon with these settings answers."""
    noted = state_folder / ADDRESS_FILE
    if settings.port == 0 and noted.is_file():
        return noted.read_text().strip()
    host = settings.host if settings.is_loopback else "127.0.0.1"
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
