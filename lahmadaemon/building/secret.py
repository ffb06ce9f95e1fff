"""The key that listener identities and sealed tokens hang on."""

import secrets

import structlog

from lahmadaemon import atomic
from lahmadaemon.errors import ConfigurationError
from lahmadaemon.settings import Settings

log = structlog.get_logger()

SHORTEST_SECRET = 16
SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what is in it


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
