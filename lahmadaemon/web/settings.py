"""Where the window opens, and who stands before it."""

import ipaddress
import re

from pydantic import Field, SecretStr, field_validator, model_validator

from lahmadaemon.configuration import Group, Listed
from lahmadaemon.web.origins import origin_of

_NAME = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


class WebSettings(Group):
    """`LAHMA_WEB__…`"""

    host: str = Field("127.0.0.1", description="The address to listen on; anything but loopback wants a token")
    port: int = Field(8710, description="The port; 0 takes any free one, named in the log", ge=0, le=65535)
    token: SecretStr | None = Field(
        None, description="Who shows it (Authorization: Bearer …, or on the login page) may look"
    )
    cors_origins: Listed = Field(
        (), description="Whose pages may read the API in browsers, such as https://a.example,https://b.example"
    )
    root_path: str = Field("", description="The path under which a proxy shows the window, such as /lahma")
    hosts: Listed = Field(
        (),
        description="Names by which browsers may ask for the window without a token, beside localhost: such as lahma.lan",
    )
    trusted_proxies: Listed = Field(
        (), description="Proxies whose X-Forwarded-… headers are believed, such as 127.0.0.1,10.0.0.0/8"
    )

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        found = tuple(origin_of(each.rstrip("/")) for each in origins)
        for given, origin in zip(origins, found, strict=True):
            if origin is None or origin != given.rstrip("/").lower():
                raise ValueError(f"{given}: write an origin, such as https://a.example: no path, no *")
        return tuple(each for each in found if each)

    @field_validator("hosts")
    @classmethod
    def _names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for each in hosts:
            if not _NAME.fullmatch(each):
                raise ValueError(f"{each}: write names or addresses without a port, such as lahma.lan: no *")
        return tuple(each.lower() for each in hosts)

    @field_validator("root_path")
    @classmethod
    def _path(cls, given: str) -> str:
        """Without a slash at its end. It goes into headers and pages as it is, so that only plain signs are taken."""
        path = given.rstrip("/")
        if path and (not _PREFIX.fullmatch(path) or {".", ".."} & set(path.split("/"))):
            raise ValueError("write a path that begins with a slash, such as /lahma: letters, digits, - . _ ~ only")
        return path

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for each in proxies:
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                hint = "write addresses or networks, such as 127.0.0.1,10.0.0.0/8: no names, no *"
                raise ValueError(f"{each}: {hint}") from error
        return proxies

    @model_validator(mode="after")
    def _closed_by_default(self) -> "WebSettings":
        if not self.is_loopback and not (self.token and self.token.get_secret_value()):
            raise ValueError("an address beyond this machine wants LAHMA_WEB__TOKEN too, so that not everybody gets in")
        return self

    @property
    def known_as(self) -> frozenset[str] | None:
        """The hosts that requests may name; None with a token, which no stranger's page has.

        Else a page anywhere could have its own name lead to this machine, and read what is open to whoever sits at it (DNS
        rebinding).
        """
        if self.token:
            return None
        own = f"[{self.host}]" if ":" in self.host else self.host
        return frozenset({"localhost", "127.0.0.1", "[::1]", own.lower(), *self.hosts})

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the window."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
