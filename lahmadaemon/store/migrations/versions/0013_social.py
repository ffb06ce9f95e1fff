"""The social room: creators, campaigns, connections, posts, captures, and what runs have learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "social_creators",
        sa.Column("creator_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("email", sa.Text),
        sa.Column("email_key", sa.Text),
        sa.Column("handle", sa.Text),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("creator_id", name="pk_social_creators"),
    )
    op.create_index("ix_social_creators_email_key", "social_creators", ["email_key"])
    op.create_table(
        "social_campaigns",
        sa.Column("campaign_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hashtags", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Text),
        sa.Column("ends_on", sa.Text),
        sa.Column("publishing_from", sa.BigInteger),
        sa.Column("publishing_until", sa.BigInteger),
        sa.Column("metrics_until", sa.BigInteger),
        sa.Column("skipped", sa.Text),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("campaign_id", name="pk_social_campaigns"),
    )
    op.create_table(
        "social_involved",
        sa.Column("campaign_id", sa.BigInteger, nullable=False),
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "creator_id", name="pk_social_involved"),
    )
    op.create_index("ix_social_involved_creator_id", "social_involved", ["creator_id"])
    op.create_table(
        "social_syncs",
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("good_at", sa.BigInteger),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("part", name="pk_social_syncs"),
    )
    op.create_table(
        "social_connections",
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("username", sa.Text),
        sa.Column("avatar_url", sa.Text),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("access", sa.LargeBinary, nullable=False),
        sa.Column("refresh", sa.LargeBinary),
        sa.Column("access_until", sa.BigInteger),
        sa.Column("refresh_until", sa.BigInteger),
        sa.Column("data_access_until", sa.BigInteger),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("refreshing_at", sa.BigInteger),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("state_since", sa.BigInteger, nullable=False),
        sa.Column("checked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("creator_id", "provider", name="pk_social_connections"),
    )
    op.create_table(
        "social_accounts",
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("page_id", sa.Text),
        sa.Column("username", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("avatar_url", sa.Text),
        sa.Column("token", sa.LargeBinary),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.Column("page_size", sa.Integer),
        sa.Column("walked_at", sa.BigInteger),
        sa.Column("walked_from", sa.BigInteger),
        sa.Column("looked_at", sa.BigInteger),
        sa.Column("stories_at", sa.BigInteger),
        sa.Column("held_until", sa.BigInteger),
        sa.Column("result", sa.Text),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("creator_id", "platform", "account_id", name="pk_social_accounts"),
    )
    op.create_index("ix_social_accounts_platform_account_id", "social_accounts", ["platform", "account_id"])
    op.create_table(
        "social_posts",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("platform_id", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.Column("caption", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("permalink", sa.Text),
        sa.Column("media_url", sa.Text),
        sa.Column("thumbnail_url", sa.Text),
        sa.Column("links_at", sa.BigInteger, nullable=False),
        sa.Column("cut", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("missed", sa.Integer, nullable=False),
        sa.Column("missed_at", sa.BigInteger),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("captured_at", sa.BigInteger),
        sa.Column("raw", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "platform_id", name="pk_social_posts"),
    )
    op.create_index("ix_social_posts_account_id_published_at", "social_posts", ["account_id", "published_at"])
    op.create_index("ix_social_posts_creator_id_published_at", "social_posts", ["creator_id", "published_at"])
    op.create_table(
        "social_links",
        sa.Column("campaign_id", sa.BigInteger, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("platform_id", sa.Text, nullable=False),
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("matched", sa.Text, nullable=False),
        sa.Column("linked_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "platform", "platform_id", name="pk_social_links"),
    )
    op.create_index("ix_social_links_platform_platform_id", "social_links", ["platform", "platform_id"])
    op.create_table(
        "social_captures",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("platform_id", sa.Text, nullable=False),
        sa.Column("slot", sa.BigInteger, nullable=False),
        sa.Column("taken_at", sa.BigInteger, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("views", sa.BigInteger),
        sa.Column("reach", sa.BigInteger),
        sa.Column("likes", sa.BigInteger),
        sa.Column("comments", sa.BigInteger),
        sa.Column("shares", sa.BigInteger),
        sa.Column("saves", sa.BigInteger),
        sa.Column("replies", sa.BigInteger),
        sa.Column("total_interactions", sa.BigInteger),
        sa.Column("flags", sa.Text, nullable=False),
        sa.Column("more", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("platform", "platform_id", "slot", name="pk_social_captures"),
    )
    op.create_table(
        "social_profiles",
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("slot", sa.BigInteger, nullable=False),
        sa.Column("taken_at", sa.BigInteger, nullable=False),
        sa.Column("followers", sa.BigInteger),
        sa.Column("follows", sa.BigInteger),
        sa.Column("posts", sa.BigInteger),
        sa.PrimaryKeyConstraint("platform", "account_id", "slot", name="pk_social_profiles"),
    )
    op.create_table(
        "social_runs",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("accounts", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("run_id", name="pk_social_runs"),
    )
    op.create_table(
        "social_results",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.Column("asks", sa.Integer, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "creator_id", "platform", "account_id", name="pk_social_results"),
    )
    op.create_index("ix_social_results_creator_id_ended_at", "social_results", ["creator_id", "ended_at"])
    op.create_table(
        "social_metrics",
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("supported", sa.Boolean, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", "product", "metric", name="pk_social_metrics"),
    )
    op.create_table(
        "social_pauses",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_social_pauses"),
    )
    op.create_table(
        "social_logins",
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("creator_id", sa.BigInteger, nullable=False),
        sa.Column("verifier", sa.LargeBinary),
        sa.Column("back", sa.Text),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_social_logins"),
    )
