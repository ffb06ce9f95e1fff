"""The tables. Keys are the other side's own: an id of the Creators app, an id of a platform, a slot of time."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from lahmadaemon.store.schema import Moment, metadata

creators = Table(
    "social_creators",
    metadata,
    Column("creator_id", BigInteger, primary_key=True, autoincrement=False),
    Column("email", Text),
    Column("email_key", Text),  # trimmed and casefolded
    Column("handle", Text),  # an Instagram name somebody gave, to look at who is not connected
    Column("first_seen_at", Moment, nullable=False),
    Column("gone_at", Moment),  # left the Creators app
    Index(None, "email_key"),
)

campaigns = Table(
    "social_campaigns",
    metadata,
    Column("campaign_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("hashtags", Text, nullable=False),  # as the Creators app has them
    Column("tags", Text, nullable=False),  # JSON: normalised, sorted
    Column("kinds", Text, nullable=False),  # JSON: what it wants
    Column("starts_on", Text),  # local days, YYYY-MM-DD
    Column("ends_on", Text),
    Column("publishing_from", Moment),
    Column("publishing_until", Moment),
    Column("metrics_until", Moment),
    Column("skipped", Text),  # why it is not collected
    Column("warnings", Text, nullable=False),  # JSON
    Column("state", Text, nullable=False),
    Column("ended_at", Moment),
    Column("first_seen_at", Moment, nullable=False),
    Column("gone_at", Moment),
)

involved = Table(
    "social_involved",
    metadata,
    Column("campaign_id", BigInteger, primary_key=True, autoincrement=False),
    Column("creator_id", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "creator_id"),
)

syncs = Table(  # what the Creators app was asked, and how that ended; the newest of each kind
    "social_syncs",
    metadata,
    Column("part", Text, primary_key=True),  # creators, campaigns, involved
    Column("asked_at", Moment, nullable=False),
    Column("good_at", Moment),
    Column("problem", Text),
)

connections = Table(
    "social_connections",
    metadata,
    Column("creator_id", BigInteger, primary_key=True, autoincrement=False),
    Column("provider", Text, primary_key=True),  # meta, tiktok
    Column("user_id", Text, nullable=False),  # the person at the provider: Facebook user, TikTok open id
    Column("username", Text),
    Column("avatar_url", Text),
    Column("scopes", Text, nullable=False),  # JSON
    Column("access", LargeBinary, nullable=False),  # sealed
    Column("refresh", LargeBinary),  # sealed; TikTok
    Column("access_until", Moment),  # None: never ends
    Column("refresh_until", Moment),
    Column("data_access_until", Moment),  # Meta: 90 days after the creator last used the app
    Column("issued_at", Moment, nullable=False),
    Column("generation", Integer, nullable=False),  # counts pairs; an update names the one it replaces
    Column("refreshing_at", Moment),  # a refresh was sent and its answer is not kept yet
    Column("state", Text, nullable=False),  # ok, reauth_required
    Column("reason", Text),
    Column("state_since", Moment, nullable=False),
    Column("checked_at", Moment),
)

accounts = Table(  # what can be collected through a connection
    "social_accounts",
    metadata,
    Column("creator_id", BigInteger, primary_key=True, autoincrement=False),
    Column("platform", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("page_id", Text),  # the Facebook page behind an Instagram account
    Column("username", Text),
    Column("name", Text),
    Column("avatar_url", Text),
    Column("token", LargeBinary),  # sealed page token
    Column("chosen", Boolean, nullable=False),  # of several, the one that is collected
    Column("page_size", Integer),  # learnt: how many posts at once are not too much
    Column("walked_at", Moment),  # the last complete look
    Column("walked_from", Moment),  # and how far back it went
    Column("looked_at", Moment),  # the last one of any kind
    Column("stories_at", Moment),
    Column("held_until", Moment),  # blocked or throttled by the platform
    Column("result", Text),  # ok, partial, skipped
    Column("reason", Text),
    Index(None, "platform", "account_id"),
)

posts = Table(
    "social_posts",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("platform_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("creator_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("caption", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("tags", Text, nullable=False),  # JSON: normalised, sorted
    Column("media_type", Text, nullable=False),
    Column("permalink", Text),
    Column("media_url", Text),
    Column("thumbnail_url", Text),
    Column("links_at", Moment, nullable=False),  # when the two links above were fresh
    Column("cut", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("missed", Integer, nullable=False),  # complete looks in a row that did not find it
    Column("missed_at", Moment),  # the slot of the last of them
    Column("first_seen_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("captured_at", Moment),
    Column("raw", Text, nullable=False),
    Index(None, "account_id", "published_at"),
    Index(None, "creator_id", "published_at"),
)

links = Table(  # which campaigns a post belongs to, and by which rule
    "social_links",
    metadata,
    Column("campaign_id", BigInteger, primary_key=True, autoincrement=False),
    Column("platform", Text, primary_key=True),
    Column("platform_id", Text, primary_key=True),
    Column("creator_id", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),  # all, any, min_k, window, manual
    Column("matched", Text, nullable=False),  # JSON: tags
    Column("linked_at", Moment, nullable=False),
    Index(None, "platform", "platform_id"),
)

captures = Table(
    "social_captures",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("platform_id", Text, primary_key=True),
    Column("slot", Moment, primary_key=True, autoincrement=False),
    Column("taken_at", Moment, nullable=False),
    Column("whole", Boolean, nullable=False),  # nothing is missing for a passing reason
    Column("views", BigInteger),
    Column("reach", BigInteger),
    Column("likes", BigInteger),
    Column("comments", BigInteger),
    Column("shares", BigInteger),
    Column("saves", BigInteger),
    Column("replies", BigInteger),
    Column("total_interactions", BigInteger),
    Column("flags", Text, nullable=False),  # JSON
    Column("more", Text, nullable=False),  # JSON
)

profiles = Table(
    "social_profiles",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("slot", Moment, primary_key=True, autoincrement=False),
    Column("taken_at", Moment, nullable=False),
    Column("followers", BigInteger),
    Column("follows", BigInteger),
    Column("posts", BigInteger),
)

runs = Table(
    "social_runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # collect, stories, refresh
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("accounts", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("problem", Text),
)

results = Table(
    "social_results",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("creator_id", BigInteger, primary_key=True, autoincrement=False),
    Column("platform", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("result", Text, nullable=False),
    Column("reason", Text),
    Column("posts", Integer, nullable=False),
    Column("asks", Integer, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Index(None, "creator_id", "ended_at"),
)

metrics = Table(  # learnt: which number the platform gives for which kind of media
    "social_metrics",
    metadata,
    Column("version", Text, primary_key=True),
    Column("product", Text, primary_key=True),
    Column("metric", Text, primary_key=True),
    Column("supported", Boolean, nullable=False),
    Column("until", Moment, nullable=False),
)

pauses = Table(  # limits that are exhausted, so that a restart does not ask all the same
    "social_pauses",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

logins = Table(  # a creator who was sent to log in, and is expected back
    "social_logins",
    metadata,
    Column("state", LargeBinary, primary_key=True),  # SHA-256: whoever reads the store cannot use it
    Column("provider", Text, nullable=False),
    Column("creator_id", BigInteger, nullable=False),
    Column("verifier", LargeBinary),  # sealed PKCE code verifier
    Column("back", Text),  # where to go afterwards
    Column("until", Moment, nullable=False),
)
