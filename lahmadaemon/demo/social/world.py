"""Creators, campaigns and what is posted: invented, and the same for the same seed. All stand-ins serve this world."""

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant, local

NAMES = ("Alma", "Bence", "Csilla", "Dorka", "Emil", "Fanni", "Gergő", "Hanna", "Izsó", "Judit", "Kálmán", "Luca")
TAGS = ("borůvkovéléto", "autumnbake", "tekerjvelünk", "nyáriolvasás", "csendeshétvége", "kovászkaland")
WORDS = ("hajnal", "piac", "terasz", "recept", "villamos", "műhely", "kirándulás", "kávé", "padlás", "folyópart")


class Product(StrEnum):
    """What an item is on its platform."""

    IMAGE = "IMAGE"
    ALBUM = "CAROUSEL_ALBUM"
    REEL = "REELS"
    AD = "AD"
    STORY = "STORY"
    VIDEO = "VIDEO"
    PAGE_POST = "PAGE_POST"


@dataclass
class Item:
    """One thing posted. Tests change it as its creator would."""

    id: str
    product: Product
    published_at: Instant
    caption: str | None
    appeal: int
    """Views when everybody has seen it."""
    title: str = ""
    likes_hidden: bool = False
    before_conversion: bool = False
    """Its insights are an error for ever, and poison every page they are asked with."""
    few_viewers: bool = False
    """A story whose insights are refused."""
    insights_ready: bool = True
    deleted: bool = False
    exact: dict[str, int] = field(default_factory=dict)
    """Numbers told as they are here instead of by the formulas, such as `views` or `likes`."""

    def views(self, now: Instant) -> int:
        """Half of them in the first six hours."""
        if "views" in self.exact:
            return self.exact["views"]
        age = max(0, now - self.published_at)
        return round(self.appeal * age / (age + 6 * HOUR))

    def share(self, now: Instant, per_mille: int) -> int:
        return self.views(now) * per_mille // 1000

    def number(self, name: str, now: Instant, per_mille: int) -> int:
        """The number of that name: so many of a thousand viewers, where it is not told exactly."""
        return self.exact[name] if name in self.exact else self.share(now, per_mille)


@dataclass
class Page:
    """A Facebook page, and the Instagram account linked to it, if there is one; lists are newest first."""

    id: str
    name: str
    instagram_id: str = ""
    handle: str = ""
    followers: int = 0
    media: list[Item] = field(default_factory=list)
    stories: list[Item] = field(default_factory=list)
    posts: list[Item] = field(default_factory=list)


@dataclass
class Creator:
    """A person with an e-mail at the Creators app, and accounts on the platforms; lists are newest first."""

    id: int
    email: str
    name: str
    handle: str
    facebook_id: str
    page_id: str
    instagram_id: str
    open_id: str
    followers: int
    media: list[Item] = field(default_factory=list)
    stories: list[Item] = field(default_factory=list)
    videos: list[Item] = field(default_factory=list)
    page_posts: list[Item] = field(default_factory=list)
    other_pages: list[Page] = field(default_factory=list)

    @property
    def pages(self) -> list[Page]:
        """As Facebook lists them: the one all creators have comes last."""
        own = Page(
            self.page_id, self.name, self.instagram_id, self.handle, self.followers,
            self.media, self.stories, self.page_posts,
        )  # fmt: skip
        return [*self.other_pages, own] if self.page_id else list(self.other_pages)


@dataclass
class Campaign:
    """As the Creators app has it; `platforms`: 1 post, 2 story, 3 reel, 4 TikTok, 5 Facebook."""

    id: int
    name: str
    hashtags: str
    starts_on: date
    ends_on: date
    platforms: tuple[int, ...] = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Size:
    """How much of everything each creator has; `tracked` of the media, and as many of the videos, carry a campaign's tag."""

    creators: int
    campaigns: int = 2
    media: int = 25
    tracked: int = 5
    stories: int = 3
    videos: int = 15
    page_posts: int = 4


@dataclass
class World:
    """Everything there is."""

    creators: dict[int, Creator]
    campaigns: dict[int, Campaign]
    involved: dict[int, list[int]]
    """Creators by campaign."""


def invent(seed: int, now: Instant, zone: ZoneInfo, size: Size) -> World:
    """A world in which every campaign began a month ago and publishes for another week."""
    chance = random.Random(seed)  # noqa: S311 - an invented world, no secret
    today = local(now, zone).date()
    campaigns = {
        100 + number: Campaign(
            100 + number, TAGS[number % len(TAGS)].capitalize(), f"#{_tag(number)}",
            today - timedelta(days=30), today + timedelta(days=7),
        )
        for number in range(size.campaigns)
    }  # fmt: skip
    creators = {10 + number: _creator(chance, 10 + number, now, size) for number in range(size.creators)}
    return World(creators, campaigns, {campaign: list(creators) for campaign in campaigns})


def _tag(number: int) -> str:
    return TAGS[number % len(TAGS)] + (str(number // len(TAGS)) if number >= len(TAGS) else "")


def _plain(name: str) -> str:
    """As a name on Instagram is written: ASCII."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def _creator(chance: random.Random, number: int, now: Instant, size: Size) -> Creator:
    name = NAMES[number % len(NAMES)]
    made = Creator(
        number, f"creator{number}@creators.example.org", name, f"{_plain(name)}.{number}.example",
        f"2000000{number:08}", f"1000000{number:08}", f"1784140{number:010}", f"open-{number:08}",
        followers=chance.randint(900, 240_000),
    )  # fmt: skip
    products = (Product.REEL, Product.IMAGE, Product.ALBUM)
    made.media = [
        _item(chance, f"179{number:07}{i:07}", products[i % 3], _ago(now, i, size.media), i < size.tracked, size)
        for i in range(size.media)
    ]
    made.videos = [
        _item(chance, f"754{number:09}{i:07}", Product.VIDEO, _ago(now, i, size.videos), i < size.tracked, size)
        for i in range(size.videos)
    ]
    made.stories = [
        _item(chance, f"180{number:07}{i:07}", Product.STORY, Instant(now - (i + 1) * 3 * HOUR), i == 0, size)
        for i in range(size.stories)
    ]
    made.page_posts = [
        _item(chance, f"{made.page_id}_{i:09}", Product.PAGE_POST, _ago(now, i, size.page_posts), i == 0, size)
        for i in range(size.page_posts)
    ]
    return made


def _ago(now: Instant, place: int, of: int) -> Instant:
    """Spread over the four weeks past, a second's fraction never: platforms tell whole seconds."""
    at = now - 2 * HOUR - place * (27 * DAY // max(1, of)) - (place % 7) * MINUTE
    return Instant(at - at % 1000)


def _item(
    chance: random.Random, item_id: str, product: Product, at: Instant, tracked: bool, size: Size
) -> Item:  # fmt: skip
    words = " ".join(chance.sample(WORDS, 3))
    tag = f" #{_tag(chance.randrange(size.campaigns))}" if tracked and size.campaigns else ""
    return Item(item_id, product, Instant(at - at % 1000), f"{words}{tag}", chance.randint(200, 90_000))


def by(creators: Mapping[int, Creator], name: str, value: str) -> Creator | None:
    """The creator whose `name` (such as open_id) is that."""
    return next((each for each in creators.values() if getattr(each, name) == value), None)
