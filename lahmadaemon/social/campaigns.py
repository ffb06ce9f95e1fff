"""What a campaign asks for and when, read from what the Creators app says of it; what cannot be, with the reason. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, instant
from lahmadaemon.social import hashtags as tagging
from lahmadaemon.social.posts import Kind
from lahmadaemon.social.settings import CampaignSettings, SocialSettings

Match = Literal["all", "any", "min_k"]
StoryMatch = Literal["tags", "window", "manual"]

SETTLING_DAYS = 14
"""Calendar days after the last one of publishing, during which numbers are still collected."""
CAPTION_TAGS = 5
"""Instagram takes no more hashtags in a caption, since December 2025."""
KINDS = {1: Kind.POST, 2: Kind.STORY, 3: Kind.REEL, 4: Kind.VIDEO}
FACEBOOK = 5
"""Every other id is one too, but is warned of."""
_FIRST_DAY, _LAST_DAY = date(1, 1, 2).toordinal(), date(9999, 12, 30).toordinal()
"""Somebody's "for ever"; a day from the end, so that every zone can show it."""


class State(StrEnum):
    """Where a campaign is in its life."""

    PLANNED = "planned"
    RUNNING = "running"
    """Posts published now count."""
    SETTLING = "settling"
    """None published now does; the numbers of those that did are still collected."""
    ENDED = "ended"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Rules:
    """How posts are matched; `min_k` counts where `match` says so. `fold`: #soutez is #soutěž."""

    match: Match = "all"
    min_k: int = 1
    story_match: StoryMatch = "tags"
    fold: bool = False


@dataclass(frozen=True)
class Campaign:
    """A campaign. Windows are half-open, and None where it is skipped; `skipped` says why, `warnings` what is amiss."""

    campaign_id: int
    name: str
    hashtags: str
    """As the Creators app has them; `tags` are those it is read as."""
    tags: frozenset[str]
    kinds: frozenset[Kind]
    starts_on: date | None
    ends_on: date | None
    publishing_from: Instant | None
    publishing_until: Instant | None
    metrics_until: Instant | None
    skipped: str | None = None
    warnings: tuple[str, ...] = ()
    match: Match = "all"
    min_k: int = 1
    story_match: StoryMatch = "tags"
    fold: bool = False


def rules_for(settings: SocialSettings, campaign_id: int) -> Rules:
    """The room's rules, but for what the settings say of this one campaign."""
    own = settings.campaigns.get(str(campaign_id), CampaignSettings())
    return Rules(
        match=own.match or settings.match,
        min_k=own.min_k or settings.min_k,
        story_match=own.story_match or settings.story_match,
        fold=settings.fold_diacritics if own.fold_diacritics is None else own.fold_diacritics,
    )


def read(
    campaign_id: int,
    name: str,
    hashtags: str | None,
    starts_on: date | None,
    ends_on: date | None,
    platforms: Sequence[int],
    zone: ZoneInfo,
    rules: Rules,
) -> Campaign:
    """A campaign of the Creators app; its days are days of the zone, from 00:00 of the first to 24:00 of the last."""
    entries = list(tagging.entries(hashtags, fold=rules.fold))
    tags = frozenset(tag for _, tag in entries)
    kinds = frozenset(KINDS.get(platform, Kind.FACEBOOK_POST) for platform in platforms)
    skipped = _skipped(tags, starts_on, ends_on)
    begin, end, settled = (None, None, None) if skipped else _windows(starts_on, ends_on, zone)
    warnings = (*_platform_warnings(platforms), *_tag_warnings(entries, kinds, rules))
    return Campaign(
        campaign_id, name, hashtags or "", tags, kinds, starts_on, ends_on, begin, end, settled, skipped, warnings,
        **asdict(rules),
    )  # fmt: skip


def state(campaign: Campaign, now: Instant) -> State:
    """Where it is in its life at that moment."""
    for until, before in (
        (campaign.publishing_from, State.PLANNED),
        (campaign.publishing_until, State.RUNNING),
        (campaign.metrics_until, State.SETTLING),
    ):
        if until is None:
            return State.SKIPPED
        if now < until:
            return before
    return State.ENDED


def ended_at(campaign: Campaign, known: Instant | None, now: Instant) -> Instant | None:
    """When it ended, if it has: what is known stays as it is; None again where its dates moved and it goes on."""
    if state(campaign, now) is not State.ENDED:
        return None
    return campaign.metrics_until if known is None else known


def _skipped(tags: frozenset[str], starts_on: date | None, ends_on: date | None) -> str | None:
    if not tags:
        return "no hashtags"
    if starts_on is None or ends_on is None:
        return "a date is missing"
    return "ends before it starts" if ends_on < starts_on else None


def _windows(
    starts_on: date | None, ends_on: date | None, zone: ZoneInfo
) -> tuple[Instant | None, Instant | None, Instant | None]:
    """When publishing begins and ends, and when the numbers are settled."""
    begin = _midnight(starts_on, 0, zone) if starts_on else None
    if ends_on is None:
        return begin, None, None
    return begin, _midnight(ends_on, 1, zone), _midnight(ends_on, 1 + SETTLING_DAYS, zone)


def _midnight(day: date, days: int, zone: ZoneInfo) -> Instant:
    """The first moment of the day so many calendar days later: not 24 hours each where the clock is set."""
    later = min(max(day.toordinal() + days, _FIRST_DAY), _LAST_DAY)
    return instant(datetime.combine(date.fromordinal(later), time.min, zone))


def _platform_warnings(platforms: Sequence[int]) -> Iterator[str]:
    if not platforms:
        yield "no platform: nothing to collect"
    for unknown in sorted({*platforms} - {*KINDS, FACEBOOK}):
        yield f"platform {unknown} is unknown: taken for a Facebook post"


def _tag_warnings(entries: Sequence[tuple[str, str]], kinds: frozenset[Kind], rules: Rules) -> Iterator[str]:
    tags = {tag for _, tag in entries}
    required = {"all": len(tags), "any": 1, "min_k": rules.min_k}[rules.match]
    tagged = {Kind.POST, Kind.REEL} | ({Kind.STORY} if rules.story_match == "tags" else set())
    if required > CAPTION_TAGS and kinds & tagged:
        yield (
            f"{required} required tags, Instagram captions hold {CAPTION_TAGS}: "
            f"can never match there in mode {rules.match}"
        )
    if tags and required > len(tags):
        yield f"asks for {required} of {len(tags)} tags: can never match"
    for entry, tag in entries:
        if entry != tag:
            yield f"{entry} is read as {tag}: a hashtag is letters, digits, underscores and emoji"
