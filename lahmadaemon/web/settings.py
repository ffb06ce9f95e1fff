"""Where the window opens."""

import ipaddress

from pydantic import Field, SecretStr, field_validator, model_validator

from lahmadaemon.configuration import Group, Listed
from lahmadaemon.web.origins import origin_of


class WebSettings(Group):
    """`LAHMA_WEB__…`"""

    host: str = Field("127.0.0.1", description="The address to listen on; anything but loopback wants a token")
    port: int = Field(8710, description="The port; 0 takes any free one, named in the log", ge=0, le=65535)
    token: SecretStr | None = Field(None, description="Who shows it (Authorization: Bearer …) may look")
    cors_origins: Listed = Field(
        (), description="Whose pages may read the API in browsers, such as https://a.example,https://b.example"
    )

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(origin_of(each.rstrip("/")) for each in origins)
        for given, origin in zip(origins, found, strict=True):
            if origin is None or origin != given.rstrip("/").lower():
                raise ValueError(f"{given}: write an origin, such as https://a.example: no path, no *")
        return tuple(each for each in found if each)

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
