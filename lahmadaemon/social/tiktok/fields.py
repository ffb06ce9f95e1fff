"""Which fields are asked for: one whose scope was not granted fails the whole call (TikTok's documentation of scopes)."""

from collections.abc import Collection

BASIC, PROFILE, STATS, VIDEOS = "user.info.basic", "user.info.profile", "user.info.stats", "video.list"
SCOPES = (BASIC, PROFILE, STATS, VIDEOS)
"""All that creators are asked to grant."""
_USER = {
    BASIC: ("open_id", "avatar_url", "display_name"),
    PROFILE: ("username",),
    STATS: ("follower_count", "following_count", "video_count"),
}
VIDEO = (
    "id", "create_time", "title", "video_description", "share_url", "embed_link", "cover_image_url",
    "view_count", "like_count", "comment_count", "share_count",
)  # fmt: skip


def of_user(scopes: Collection[str]) -> tuple[str, ...]:
    """What may be asked of `user/info`; nothing without the basic scope."""
    return tuple(name for scope, names in _USER.items() if scope in scopes for name in names) if BASIC in scopes else ()
