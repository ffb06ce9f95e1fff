"""What a partner has to tell us, and how it wants its reports."""

import re
from typing import Literal

import httpx
from pydantic import Field, SecretStr, field_validator

from lahmadaemon.clock import DAY, SECOND
from lahmadaemon.configuration import Duration, Group, Listed
from lahmadaemon.http import is_address

ALL = "all"


class PushSettings(Group):
    """`LAHMA_VISITORS__PUSHES__<NAME>__…`: one partner's API that wants the day's counts."""

    url: str = Field(description="Where reports are sent, such as https://partner.example/reportParkPeopleFlow")
    ssid: str = Field("SS-007", description="The site's id at the partner", min_length=1, max_length=100)
    every: Duration = Field(300.0, description="How often, on the local clock; must divide a day", ge=10)
    cameras: Listed = Field((ALL,), description="Whose crossings count, by camera; all for every camera", min_length=1)
    count_type: str = Field("Count", description="Type of the tag: in minus out, never below 0", min_length=1)
    count_id: str = Field("901", description="Id of that tag", min_length=1)
    in_type: str = Field("CountAccuIn", description="Type of the tag: how many came in today", min_length=1)
    in_id: str = Field("902", description="Id of that tag", min_length=1)
    out_type: str = Field("CountAccuOut", description="Type of the tag: how many went out today", min_length=1)
    out_id: str = Field("903", description="Id of that tag", min_length=1)
    settle: Duration = Field(20.0, description="How long late files are waited for after a window's end", ge=0, le=3600)
    token: SecretStr | None = Field(None, description="Sent as Authorization: Bearer (default: none)")
    accepted: Listed = Field(
        (), description="Desc texts that mean success (default: all that do not read like failure)"
    )
    when_unsure: Literal["resend", "skip"] = Field("resend", description="What to do where no one knows if it arrived")
    catch_up: Literal["all", "latest", "none"] = Field("all", description="Missed windows: each, each day's last, none")
    keep_trying: Duration = Field(259200.0, description="How long a report is tried before it is given up", gt=0)

    @property
    def every_ms(self) -> int:
        return round(self.every * SECOND)

    @property
    def chosen(self) -> tuple[str, ...] | None:
        """The cameras that count; None for every one."""
        return None if self.cameras == (ALL,) else self.cameras

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not is_address(url) or httpx.URL(url).userinfo or httpx.URL(url).fragment:
            raise ValueError("write an address such as https://partner.example/report, without user or password")
        return url

    @field_validator("every")
    @classmethod
    def _divides_a_day(cls, every: float) -> float:
        if DAY % round(every * SECOND) or abs(every * SECOND - round(every * SECOND)) > 1e-6:
            raise ValueError("write a time that divides a day, such as 5m, 15m or 1h")
        return every

    @field_validator("cameras")
    @classmethod
    def _all_or_named(cls, cameras: tuple[str, ...]) -> tuple[str, ...]:
        if ALL in cameras and len(cameras) > 1:
            raise ValueError("write all alone, or the cameras by name")
        return cameras

    @field_validator("token")
    @classmethod
    def _bare_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        bare = re.sub(r"^Bearer\b", "", token.get_secret_value().strip()).strip()
        if not bare or not bare.isascii() or not bare.isprintable():
            raise ValueError("write the token alone, in plain characters")
        return SecretStr(bare)
