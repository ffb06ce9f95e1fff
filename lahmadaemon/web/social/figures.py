"""Posts with the rates that their numbers come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lahmadaemon.social.engagement import Rates, rates
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.posts import Numbers
from lahmadaemon.social.store.reading import Account, Kept, PostReader

NOBODY = Followers()


@dataclass(frozen=True)
class Figured:
    """A post and the rates of its latest capture; all are unknown where there is none."""

    kept: Kept
    rates: Rates

    @property
    def numbers(self) -> Numbers:
        return self.kept.latest.numbers if self.kept.latest else Numbers()


def rates_of(kept: Kept, numbers: Numbers, followers: Followers) -> Rates:
    """Those of one capture of the post; `followers`: its account's counts."""
    count, at_publish = followers.at(kept.post.published_at)
    return rates(kept.post.kind, numbers, count, followers_at_publish=at_publish)


def figured(posts: Sequence[Kept], followers: Mapping[Account, Followers]) -> list[Figured]:
    """By the counts of their accounts' followers."""
    return [
        Figured(
            each,
            rates_of(each, each.latest.numbers if each.latest else Numbers(), followers.get(_account(each), NOBODY)),
        )
        for each in posts
    ]


async def read_figures(reader: PostReader, posts: Sequence[Kept]) -> list[Figured]:
    """With the followers looked up."""
    return figured(posts, await reader.followers({_account(each) for each in posts})) if posts else []


def _account(kept: Kept) -> Account:
    return kept.post.platform, kept.account_id
