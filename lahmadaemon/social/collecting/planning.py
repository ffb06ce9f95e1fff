"""Who is due, and how far back they are looked at: pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lahmadaemon.clock import DAY, Instant
from lahmadaemon.social.cadence import STORY_LIFE, Look, Standing, due, next_due, stories_due
from lahmadaemon.social.campaigns import Campaign
from lahmadaemon.social.posts import Kind, Platform
from lahmadaemon.social.settings import SocialSettings
from lahmadaemon.social.store.collectable import Collectable

KINDS = {
    Platform.INSTAGRAM: frozenset({Kind.POST, Kind.REEL, Kind.STORY}),
    Platform.TIKTOK: frozenset({Kind.VIDEO}),
    Platform.FACEBOOK: frozenset({Kind.FACEBOOK_POST}),
}
LOOK_AGAIN = 600.0
"""Seconds: also where nothing is due, new connections and campaigns are looked for."""

MARGIN = DAY
"""A little further than is wanted: whoever looks why a post does not count finds it, and a date may move a day."""

Live = Mapping[int, Sequence[Campaign]]
"""Campaigns whose numbers are kept, by creator."""


@dataclass(frozen=True)
class Planned:
    """One account and the look that is due."""

    account: Collectable
    look: Look


def standing(account: Collectable, live: Live, month: Instant) -> Standing:
    """What decides: a look that went less far back than is wanted now counts for nothing. A month's figures want every post
    since its beginning, of whoever is connected; a page on Facebook is gone through only where a campaign asks for it."""
    wanted = [
        campaign.publishing_from
        for campaign in live.get(account.creator_id, ())
        if campaign.publishing_from is not None and campaign.kinds & KINDS[account.platform]
    ]
    asked = bool(wanted) or (account.platform is not Platform.FACEBOOK and account.connected)
    oldest = Instant(min([*wanted, month]) - MARGIN) if asked else None
    deep = account.walked_from is not None and oldest is not None and account.walked_from <= oldest
    return Standing(
        walked_at=account.walked_at if deep else None, looked_at=account.looked_at,
        held_until=account.held_until, oldest_window=oldest, youngest_tracked=account.youngest_tracked,
    )  # fmt: skip


def looks(
    accounts: Iterable[Collectable],
    live: Live,
    month: Instant,
    settings: SocialSettings,
    now: Instant,
    *,
    only: Collection[int] | None = None,
) -> list[Planned]:
    """Those whose time has come; `only`: these creators, whether it has or not, unless their platform holds them back."""
    planned = []
    for account in accounts:
        if only is not None and account.creator_id not in only:
            continue
        stands = standing(account, live, month)
        if only is None:
            look = due(stands, settings, now)
        elif stands.oldest_window is None or (stands.held_until or 0) > now:
            look = None
        else:
            look = Look(stands.oldest_window, complete=True)
        if look:
            planned.append(Planned(account, look))
    return planned


def rest(accounts: Iterable[Collectable], live: Live, month: Instant, settings: SocialSettings, now: Instant) -> float:
    """Seconds until somebody is due, never long."""
    times = [next_due(standing(each, live, month), settings, now) for each in accounts]
    soonest = min((time for time in times if time is not None), default=None)
    return LOOK_AGAIN if soonest is None else min(LOOK_AGAIN, max(1.0, (soonest - now) / 1000))


def stories(
    accounts: Iterable[Collectable],
    live: Live,
    published: Mapping[tuple[Platform, str], Sequence[Instant]],
    settings: SocialSettings,
    now: Instant,
) -> list[Planned]:
    """Of these Instagram accounts, those whose stories are to be read: a campaign wants them, and is not over."""
    return [
        Planned(account, Look(Instant(now - STORY_LIFE), complete=False))
        for account in accounts
        if (account.held_until or 0) <= now
        and any(_wants_stories(campaign, now) for campaign in live.get(account.creator_id, ()))
        and stories_due(
            account.stories_at, published.get((account.platform, account.account_id), ()), settings.stories_every, now
        )
    ]


def _wants_stories(campaign: Campaign, now: Instant) -> bool:
    begin, until = campaign.publishing_from, campaign.metrics_until
    return Kind.STORY in campaign.kinds and begin is not None and until is not None and begin <= now < until
