"""What is asked of the Graph API, word for word: lists with fields, and insights within them where they do no harm. Pure."""

from collections.abc import Iterable

from lahmadaemon.social.meta.metrics import Matrix, Product
from lahmadaemon.social.walk import Ask

PROFILE = "id,username,name,profile_picture_url,followers_count,follows_count,media_count"
_PAGE = "id,name,username,followers_count"
# view_count is an error here (36104) that would cost the whole answer.
_POST = "id,timestamp,media_type,media_product_type,caption,permalink,media_url,thumbnail_url"
_PAGE_POST = "id,message,created_time,permalink_url,full_picture,shares,attachments{media_type}"
_DISCOVERED = "id,timestamp,media_type,media_product_type,caption,permalink,media_url,like_count,comments_count"
_UNSURE = ("thumbnail_url", "view_count")
"""Of others' posts: in use without a word in the documentation; known of reels only."""
_INSIGHT = "{name,period,values,total_value}"


def shared(matrix: Matrix) -> tuple[str, ...]:
    """What can be asked of posts and reels alike: one metric that one of them lacks would fail the list."""
    return tuple(metric for metric in matrix.worth(Product.FEED) if metric in matrix.worth(Product.REELS))


def media(matrix: Matrix, metrics: Iterable[str], *, sure: bool = False) -> str:
    """The fields of posts and reels in a list, with these metrics of each. `sure`: no field that may be unknown."""
    newer = ("saved_count", "shares_count", "reposts_count")
    return _with(f"{_POST},like_count,comments_count", () if sure else newer, matrix, metrics)


def stories(matrix: Matrix, metrics: Iterable[str], *, sure: bool = False) -> str:
    """The same of stories, which are neither liked nor commented on."""
    return _with(_POST, () if sure else ("shares_count", "reposts_count"), matrix, metrics)


def _with(fields: str, newer: Iterable[str], matrix: Matrix, metrics: Iterable[str]) -> str:
    known = [name for name in newer if name in matrix.allowed(Product.NODE)]
    return ",".join([fields, *known, *_within(metrics)])


def _within(metrics: Iterable[str]) -> list[str]:
    asked = ",".join(metrics)
    return [f"insights.metric({asked}){_INSIGHT}"] if asked else []


def node(account_id: str, size: int, of_media: str, of_stories: str | None, *, profile: bool) -> Ask:
    """Profile, newest media and stories of an Instagram account in one request: one call in Meta's books."""
    parts = [PROFILE if profile else "id", f"media.limit({size}){{{of_media}}}"]
    if of_stories:
        parts.append(f"stories.limit({size}){{{of_stories}}}")
    return Ask("GET", account_id, {"fields": ",".join(parts)})


def edge(node_id: str, name: str, fields: str, size: int, after: str | None = None) -> Ask:
    """A page of a list."""
    place = {"after": after} if after else {}
    return Ask("GET", f"{node_id}/{name}", {"fields": fields, "limit": str(size), **place})


def page(page_id: str, size: int) -> Ask:
    """A Facebook page with its newest posts."""
    return Ask("GET", page_id, {"fields": f"{_PAGE},published_posts.limit({size}){{{_PAGE_POST}}}"})


def page_posts(page_id: str, size: int, after: str | None = None) -> Ask:
    """A page of a Facebook page's posts. Sums are not asked for here: lists with sums lack posts."""
    return edge(page_id, "published_posts", _PAGE_POST, size, after)


_SUMS = "reactions.limit(0).summary(total_count),comments.limit(0).summary(total_count)"


def page_post(post_id: str, metrics: Iterable[str]) -> Ask:
    """One page post's sums, with these insights."""
    return Ask("GET", post_id, {"fields": ",".join([_SUMS, *_within(metrics)])})


def insights(post_id: str, metrics: Iterable[str], breakdown: str | None = None) -> Ask:
    """One post's insights."""
    more = {"breakdown": breakdown} if breakdown else {}
    return Ask("GET", f"{post_id}/insights", {"metric": ",".join(metrics), **more})


def discovery(own_account: str, handle: str, size: int, after: str | None, *, sure: bool) -> Ask:
    """Somebody else's account, as seen from ours."""
    place = f".after({after})" if after else ""
    of_media = ",".join([_DISCOVERED, *(() if sure else _UNSURE)])
    fields = f"business_discovery.username({handle}){{{PROFILE},media.limit({size}){place}{{{of_media}}}}}"
    return Ask("GET", own_account, {"fields": fields})


def asks_list(ask: Ask) -> bool:
    """Whether fewer rows could be asked for."""
    return "limit" in ask.query or any(f"{name}.limit(" in ask.query.get("fields", "") for name in ("media", "posts"))
