"""The key that listener identities and sealed tokens hang on."""

import secrets

import structlog

from lahmadaemon import atomic
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Settings

log = structlog.get_logger()

SHORTEST_SECRET = 16
SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what is in it
BEFORE_FILE = "secret.key.before"


def house_secret(settings: Settings) -> bytes:
    """LAHMA_SECRET_KEY, or one made at the first start and kept in the state folder, readable by the owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.state_folder / SECRET_FILE
    try:
        if making := not path.exists():
            # whole or not at all: a start that is killed here must not leave half a key behind
            atomic.write(path, secrets.token_hex(32).encode(), mode=0o600)
        content = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read or made: {error}") from error
    if making:
        log.info("daemon.secret_made", path=str(path))
    if len(content) < SHORTEST_SECRET:
        raise ConfigurationError(f"{path} is damaged; restore it from a backup: listener identities hang on it")
    return content.encode()


def earlier_secrets(settings: Settings) -> list[bytes]:
    """LAHMA_SECRET_KEY_BEFORE, and what `secret rotate` has put aside: they open what was sealed under them."""
    given = settings.secret_key_before
    found = [given.get_secret_value().encode()] if given else []
    path = settings.state_folder / BEFORE_FILE
    try:
        return [*found, path.read_text().strip().encode()]
    except FileNotFoundError:
        return found
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error


def rotate(settings: Settings) -> None:
    """A new key in the state folder, the old one beside it. Raises ConfigurationError where that cannot be."""
    if settings.secret_key is not None:
        raise ConfigurationError(
            "the key is in LAHMA_SECRET_KEY: write a new one there, and the old one into LAHMA_SECRET_KEY_BEFORE"
        )
    path, before = settings.state_folder / SECRET_FILE, settings.state_folder / BEFORE_FILE
    if before.exists():
        raise ConfigurationError(f"{before} is there still: `lahmadaemon secret destroy` comes first")
    old, new = house_secret(settings), secrets.token_hex(32).encode()
    try:
        atomic.write(before, old, mode=0o600)  # first: whoever dies in between has the old one twice, and loses nothing
        atomic.write(path, new, mode=0o600)
        for each in (before, path):
            atomic.belong(each, settings.state_folder)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error}") from error
