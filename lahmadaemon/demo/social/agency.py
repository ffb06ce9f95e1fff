"""An invented influencer agency: three campaigns, eight creators, and what they post while the demo runs. Pure, by a seed."""

import unicodedata
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

from lahmadaemon.clock import SECOND, Instant, local
from lahmadaemon.demo.social.world import WORDS, Creator, Item, Product, Size, World, invent

SIZE = Size(creators=8, campaigns=3, media=10, tracked=5, stories=2, videos=6, page_posts=3)
EVERYTHING, MOVING, STANDING = (1, 2, 3, 4, 5), (3, 4), (1, 3, 5)
"""Platforms as the Creators app counts them."""
NAMES = ("Borůvkové léto", "Autumn bake", "Tekerj velünk")
PRODUCTS = (Product.REEL, Product.VIDEO, Product.IMAGE, Product.VIDEO, Product.STORY, Product.PAGE_POST)
APPEAL = (20_000, 90_000)
FIRST_SERIAL = 1000
"""Of what is posted while the demo runs; those before it are counted from 0."""


def agency(seed: int, now: Instant, zone: ZoneInfo) -> World:
    """The first campaign wants everything of everybody, the second reels and videos, the third has stopped publishing."""
    world = invent(seed, now, zone, SIZE)
    for creator in world.creators.values():
        creator.handle = unicodedata.normalize("NFD", creator.name.lower()).encode("ascii", "ignore").decode()
    everybody = list(world.creators)
    wanted = zip(NAMES, (EVERYTHING, MOVING, STANDING), (everybody, everybody[:5], everybody[3:]), strict=True)
    for campaign, (name, platforms, creators) in zip(world.campaigns.values(), wanted, strict=True):
        campaign.name, campaign.platforms = name, platforms
        world.involved[campaign.id] = creators
    campaign.ends_on = local(now, zone).date() - timedelta(days=3)
    return world


class Posting:
    """What is posted next."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._chance = Random(seed)  # noqa: S311 - an invented world, no secret
        self._serial = FIRST_SERIAL

    def post(self, now: Instant) -> Item:
        """Somebody posts something for a campaign of theirs."""
        chance, world = self._chance, self._world
        creator = chance.choice(list(world.creators.values()))
        campaign = chance.choice([each for each in world.campaigns.values() if creator.id in world.involved[each.id]])
        product = chance.choice(PRODUCTS)
        words = " ".join(chance.sample(WORDS, 3))
        at = Instant(now - now % SECOND)
        shelf, number = _place(creator, product, self._serial)
        item = Item(number, product, at, f"{words} {campaign.hashtags}", chance.randint(*APPEAL))
        shelf.insert(0, item)
        self._serial += 1
        return item


def _place(creator: Creator, product: Product, serial: int) -> tuple[list[Item], str]:
    """Where it lies, and its id there."""
    match product:
        case Product.VIDEO:
            return creator.videos, f"754{creator.id:09}{serial:07}"
        case Product.STORY:
            return creator.stories, f"180{creator.id:07}{serial:07}"
        case Product.PAGE_POST:
            return creator.page_posts, f"{creator.page_id}_{serial:09}"
    return creator.media, f"179{creator.id:07}{serial:07}"
