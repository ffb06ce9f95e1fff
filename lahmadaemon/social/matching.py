"""Which of a creator's campaigns a post belongs to, and by which rule. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from lahmadaemon.social import hashtags
from lahmadaemon.social.campaigns import Campaign
from lahmadaemon.social.posts import Kind, Post

WINDOW = "window"
"""A story that counts because it was published in the campaign's days."""
MANUAL = "manual"
"""Somebody linked it by hand; never found here."""


@dataclass(frozen=True)
class Link:
    """A post belongs to a campaign. `rule`: all, any, min_k or window; `matched`: the campaign's tags that it carries."""

    campaign_id: int
    rule: str
    matched: frozenset[str]


def tags_of(post: Post, *, fold: bool = False) -> frozenset[str]:
    """Caption and title together: TikTok may cut either."""
    return hashtags.tags_in(post.caption, post.title, fold=fold)


def links(post: Post, campaigns: Iterable[Campaign], *, tags: frozenset[str] | None = None) -> list[Link]:
    """Every one of the campaigns, which are those the creator is involved in, that the post belongs to.

    `tags`: what `tags_of` says of the post, where it is known.
    """
    plain = tags_of(post) if tags is None else tags
    carried = {False: plain}
    found = []
    for campaign in campaigns:
        if not _fits(post, campaign):
            continue
        if campaign.fold not in carried:
            carried[True] = frozenset(hashtags.normal(tag, fold=True) for tag in plain)
        matched = campaign.tags & carried[campaign.fold]
        if rule := _rule(post, campaign, matched):
            found.append(Link(campaign.campaign_id, rule, matched))
    return found


def _fits(post: Post, campaign: Campaign) -> bool:
    """Whether it is of a kind the campaign wants, and published in its days."""
    begin, end = campaign.publishing_from, campaign.publishing_until
    return (
        begin is not None
        and end is not None
        and begin <= post.published_at < end
        and post.kind is not Kind.OTHER
        and post.kind in campaign.kinds
    )


def _rule(post: Post, campaign: Campaign, matched: frozenset[str]) -> str | None:
    story = post.kind is Kind.STORY
    if story and campaign.story_match == "manual":
        return None
    required = {"all": len(campaign.tags), "any": 1, "min_k": campaign.min_k}[campaign.match]
    if matched and len(matched) >= required:
        return campaign.match
    return WINDOW if story and campaign.story_match == "window" else None
