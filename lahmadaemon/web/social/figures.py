"""Posts with the rates that their numbers come to."""

from collections.abc import Iterable
from dataclasses import dataclass

from lahmadaemon.social.engagement import Rates, rates
from lahmadaemon.social.posts import Numbers
from lahmadaemon.social.store.reading import Kept


@dataclass(frozen=True)
class Figured:
    """A post and the rates of its latest capture; all are unknown where there is none."""

    kept: Kept
    rates: Rates

    @property
    def numbers(self) -> Numbers:
        return self.kept.latest.numbers if self.kept.latest else Numbers()


def rates_of(kept: Kept, numbers: Numbers) -> Rates:
    """Those of one capture of the post."""
    count, at_publish = kept.followers.at(kept.post.published_at)
    return rates(kept.post.kind, numbers, count, followers_at_publish=at_publish)


def figured(posts: Iterable[Kept]) -> list[Figured]:
    """By their latest captures."""
    return [Figured(each, rates_of(each, each.latest.numbers if each.latest else Numbers())) for each in posts]
