"""What the Creators app's rows mean, and when an answer is to be doubted. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lahmadaemon.social import campaigns as reader
from lahmadaemon.social.campaigns import Campaign, Rules
from lahmadaemon.social.creators_app.payload import CampaignRow, CreatorRow, InvolvedRow, Rows

NEVER = "can never match"
"""In the warnings of campaigns that no post will belong to."""


@dataclass(frozen=True)
class Named:
    """Who takes part, by campaign; and how much was left out because nobody here knows it."""

    creators: dict[int, frozenset[int]]
    unknown_campaigns: int = 0
    unknown_creators: int = 0


def emails(rows: Rows[CreatorRow]) -> dict[int, str | None]:
    """By id; of several rows of one creator the last one counts."""
    return {row.id: row.email for row in rows.good}


def campaigns(rows: Rows[CampaignRow], zone: ZoneInfo, rules: Callable[[int], Rules]) -> list[Campaign]:
    """Each once, the last row of several; `rules`: by campaign id."""
    return [
        reader.read(
            row.id, row.name or "", row.hashtags, row.publishing_start_date, row.publishing_end_date,
            [platform.id for platform in row.platforms or ()], zone, rules(row.id),
        )
        for row in {row.id: row for row in rows.good}.values()
    ]  # fmt: skip


def named(rows: Rows[InvolvedRow], asked: Collection[int], known: Collection[int]) -> Named:
    """The pairs of known creators and campaigns that were asked for. A campaign that is not named, or whose row cannot be
    read, has not been answered: who takes part in it stays as it was. Named twice, it has the creators of both."""
    creators: dict[int, frozenset[int]] = {}
    for row in rows.good:
        creators[row.campaign_id] = creators.get(row.campaign_id, frozenset()) | frozenset(row.creator_ids)
    answered = {campaign: who for campaign, who in creators.items() if campaign in asked}
    strangers = frozenset[int]().union(*answered.values()) - frozenset(known)
    return Named(
        {campaign: who - strangers for campaign, who in answered.items() if campaign not in rows.unread},
        unknown_campaigns=len(creators) - len(answered),
        unknown_creators=len(strangers),
    )


def unmatchable(warnings: Sequence[str]) -> str:
    """Why no post, or none of a platform, can belong to a campaign with these warnings; empty where some can."""
    return "; ".join(warning for warning in warnings if NEVER in warning)


def doubt(what: str, *, before: int, gone: int, refused: bool) -> str | None:
    """Why a list is suspicious, though it has the right shape."""
    if refused:
        return f"the list of {what} is empty, though it held {before} before: all of them are kept"
    if 2 * gone > before:
        return f"{gone} of {before} {what} left the list at once: they are kept as gone, and may return"
    return None
