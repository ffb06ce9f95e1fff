"""`lahmadaemon telegram login` and `lahmadaemon telegram test`: what a human does about Telegram."""

import argparse
import asyncio
from getpass import getpass
from typing import TYPE_CHECKING

from lahmadaemon.clock import SystemClock, local
from lahmadaemon.commands import UNWELL, WELL, add, family
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Loaded

if TYPE_CHECKING:
    from lahmadaemon.commands import Verbs


def add_to(verbs: "Verbs") -> None:
    """telegram login, test"""
    own = family(verbs, "telegram", "log in to Telegram, and try whether messages arrive")
    add(own, "login", login, "log in once, by hand: asks for the code and the password where there are any")
    add(own, "test", test, "write a test message to every recipient")


def login(loaded: Loaded, options: argparse.Namespace) -> int:
    """Log in once, by hand; the daemon never asks anybody anything."""
    from lahmadaemon.alerts.telegram.login import Human
    from lahmadaemon.alerts.telegram.login import login as log_in
    from lahmadaemon.alerts.telegram.opening import session_of

    settings = loaded.settings
    _require(loaded)
    session = session_of(settings.telegram, settings.state_folder)
    asyncio.run(log_in(settings.telegram, session, Human(input, getpass, print)))
    return WELL


def test(loaded: Loaded, options: argparse.Namespace) -> int:
    """One message to every recipient, also while the daemon runs."""
    from lahmadaemon.alerts.telegram.login import try_out
    from lahmadaemon.alerts.telegram.opening import telegram_channel

    settings = loaded.settings
    _require(loaded)
    text = f"lahmadaemon: a test message, {local(SystemClock().now(), settings.timezone):%Y-%m-%d %H:%M:%S %Z}"

    async def tried() -> int:
        channel = await telegram_channel(settings.telegram, settings.state_folder)
        outcomes = await try_out(channel, settings.telegram.recipients, text)
        for outcome in outcomes:
            print(f"{outcome.recipient}: {outcome.trouble or 'handed over'}")
        return UNWELL if any(outcome.trouble for outcome in outcomes) else WELL

    return asyncio.run(tried())


def _require(loaded: Loaded) -> None:
    if not loaded.settings.telegram.configured:
        raise ConfigurationError(
            "Telegram is off: set LAHMA_TELEGRAM__API_ID, __API_HASH, __RECIPIENTS, and __BOT_TOKEN or __PHONE"
        )
