"""Where the window opens."""

import ipaddress

from pydantic import Field, SecretStr, model_validator

from lahmadaemon.configuration import Group


class WebSettings(Group):
    """`LAHMA_WEB__…`"""

    host: str = Field("127.0.0.1", description="The address to listen on; anything but loopback wants a token")
    port: int = Field(8710, description="The port; 0 takes any free one, named in the log", ge=0, le=65535)
    token: SecretStr | None = Field(None, description="Who shows it (Authorization: Bearer …) may look")

    @model_validator(mode="after")
    def _closed_by_default(self) -> "WebSettings":
        if not self.is_loopback and not (self.token and self.token.get_secret_value()):
            raise ValueError("an address beyond this machine wants LAHMA_WEB__TOKEN too, so that not everybody gets in")
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the window."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
