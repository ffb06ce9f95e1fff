"""Whose posts are collected, from where, and by which rules they belong to a campaign."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from lahmadaemon.configuration import Duration, Group, Zone
from lahmadaemon.http import is_address


def _address(url: str) -> str:
    if not is_address(url):
        raise ValueError("write an address such as https://creators.example")
    return url.rstrip("/")


class CreatorsAppSettings(Group):
    """`LAHMA_SOCIAL__CREATORS__…`: the program that knows creators and campaigns."""

    url: str | None = Field(None, description="The Creators app; without it the social room is off")
    token: SecretStr | None = Field(None, description="Sent to it as Authorization: Bearer (default: none)")
    sync_every: Duration = Field(86400.0, description="How often creators and campaigns are read from it", ge=60)

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        return url and _address(url)


class MetaSettings(Group):
    """`LAHMA_SOCIAL__META__…`: Instagram and Facebook."""

    url: str = Field("https://graph.facebook.com", description="The Graph API")
    version: str = Field("v23.0", description="Its version", pattern=r"^v\d{1,3}\.\d$")
    dialog_url: str = Field("https://www.facebook.com", description="Where creators are sent to log in")
    app_id: str | None = Field(None, description="The app's id; without it nothing of Meta is collected")
    app_secret: SecretStr | None = Field(None, description="The app's secret")
    page_size: int = Field(
        50, description="Posts asked for at once, with insights; halves where it is too much", ge=1, le=100
    )
    batch_size: int = Field(50, description="Requests sent together; Meta takes up to 50", ge=1, le=50)
    concurrency: int = Field(4, description="Batches under way at once", ge=1, le=16)
    discovery_account: str | None = Field(
        None, description="An Instagram account id of your own, through which unconnected creators are looked at"
    )
    discovery_token: SecretStr | None = Field(None, description="That account's page token")

    _web_address = field_validator("url", "dialog_url")(_address)


class TikTokSettings(Group):
    """`LAHMA_SOCIAL__TIKTOK__…`"""

    url: str = Field("https://open.tiktokapis.com/v2", description="The Display API")
    authorize_url: str = Field(
        "https://www.tiktok.com/v2/auth/authorize", description="Where creators are sent to log in"
    )
    client_key: str | None = Field(None, description="The app's client key; without it nothing of TikTok is collected")
    client_secret: SecretStr | None = Field(None, description="The app's secret")
    per_second: float = Field(
        9.0, description="Requests a second to each endpoint; TikTok's limit is 600 a minute", gt=0, le=10
    )
    concurrency: int = Field(8, description="Requests under way at once", ge=1, le=32)

    _web_address = field_validator("url", "authorize_url")(_address)


class CampaignSettings(Group):
    """`LAHMA_SOCIAL__CAMPAIGNS__<ID>__…`: where one campaign's rules differ from the others'."""

    match: Literal["all", "any", "min_k"] | None = Field(None, description="As LAHMA_SOCIAL__MATCH, for this campaign")
    min_k: int | None = Field(None, description="As LAHMA_SOCIAL__MIN_K", ge=1)
    story_match: Literal["tags", "window", "manual"] | None = Field(None, description="As LAHMA_SOCIAL__STORY_MATCH")
    fold_diacritics: bool | None = Field(None, description="As LAHMA_SOCIAL__FOLD_DIACRITICS")


class LegacySettings(Group):
    """`LAHMA_SOCIAL__LEGACY__…`: for clients of the older AnalyticsServer."""

    open: bool = Field(default=False, description="Its routes also answer who shows no token")
    echo_token: bool = Field(
        default=False, description="The two token routes give the access token back, as they used to"
    )
    zero_rates: bool = Field(
        default=True, description="An unknown engagement_rate is 0 there, as it used to be; else null"
    )


class SocialSettings(Group):
    """`LAHMA_SOCIAL__…`"""

    creators: CreatorsAppSettings = Field(default_factory=CreatorsAppSettings)
    meta: MetaSettings = Field(default_factory=MetaSettings)
    tiktok: TikTokSettings = Field(default_factory=TikTokSettings)
    legacy: LegacySettings = Field(default_factory=LegacySettings)
    campaigns: dict[str, CampaignSettings] = Field(default_factory=dict)
    timezone: Zone | None = Field(None, description="The zone of campaigns' days (default: LAHMA_TIMEZONE)")
    every: Duration = Field(86400.0, description="How often a creator's posts are gone through", ge=60)
    young_every: Duration = Field(10800.0, description="How often posts younger than two days are read", ge=60)
    stories_every: Duration = Field(10800.0, description="How often stories are read; they live 24 hours", ge=60)
    match: Literal["all", "any", "min_k"] = Field("all", description="Which of a campaign's hashtags a post must carry")
    min_k: int = Field(1, description="How many, where MATCH=min_k", ge=1)
    story_match: Literal["tags", "window", "manual"] = Field(
        "tags",
        description="window: every story within the campaign's days counts, tagged or not; manual: only those you link",
    )
    fold_diacritics: bool = Field(default=False, description="Whether #soutez is #soutěž")
    sticky: bool = Field(
        default=False, description="Whether a post stays with its campaign when its hashtags are edited away"
    )
    warn_before: Duration = Field(604800.0, description="How long before a login ends people are told", ge=0)
    public_url: str | None = Field(
        None, description="The window's address as creators' browsers see it, such as https://stats.example"
    )

    @property
    def on(self) -> bool:
        return self.creators.url is not None

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        return url and _address(url)

    @field_validator("campaigns")
    @classmethod
    def _by_number(cls, campaigns: dict[str, CampaignSettings]) -> dict[str, CampaignSettings]:
        if wrong := [name for name in campaigns if not name.isdecimal()]:
            raise ValueError(f"CAMPAIGNS__{wrong[0].upper()}: write the campaign's number in the Creators app")
        return campaigns
