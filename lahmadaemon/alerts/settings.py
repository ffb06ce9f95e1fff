"""How people are told, and who outside listens for a sign of life."""

import re
from datetime import time
from typing import Literal

import httpx
from pydantic import Field, SecretStr, field_validator

from lahmadaemon.configuration import Duration, Group
from lahmadaemon.http import is_address

OFF = "off"


def _address(address: SecretStr | None) -> SecretStr | None:
    """A web address that may carry a token in its path; raises ValueError without quoting it."""
    if address is None:
        return None
    text = address.get_secret_value().strip()
    if not text.isascii() or not is_address(text) or httpx.URL(text).fragment:
        raise ValueError("write a whole address such as https://hooks.example.org/abc, with http or https")
    return SecretStr(text)


class AlertsSettings(Group):
    """`LAHMA_ALERTS__…`"""

    language: Literal["en", "hu", "zh", "cs"] = Field("en", description="The language of messages: en, hu, zh or cs")
    webhook: SecretStr | None = Field(
        None, description="Where alarms are posted as JSON when Telegram fails for ten minutes, or is not configured"
    )
    digest_at: str = Field("08:00", description="When the daily digest is sent, such as 08:00; off for never")

    retention: Duration = Field(
        400 * 86400.0, description="How long past incidents, messages and commands are kept; 0 for ever", ge=0
    )

    _webhook_address = field_validator("webhook")(_address)

    @field_validator("digest_at")
    @classmethod
    def _hour(cls, text: str) -> str:
        if text and text != OFF and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
            raise ValueError("write an hour of the day such as 08:00 or 17:30, or off")
        return text

    @property
    def digest_time(self) -> time | None:
        """None: no digest."""
        return None if self.digest_at in {"", OFF} else time.fromisoformat(self.digest_at)


class HeartbeatSettings(Group):
    """`LAHMA_HEARTBEAT__…`"""

    url: SecretStr | None = Field(
        None, description="An address that is read while all is well; whoever runs it notices when that stops"
    )
    every: Duration = Field(60.0, description="How often it is read", ge=5)

    _url_address = field_validator("url")(_address)
