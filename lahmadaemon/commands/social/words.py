"""The room's short names in words: why a number is unknown, why an account came only in part, why a login is dead."""

import re

NAMES = {"meta": "Meta", "tiktok": "TikTok", "instagram": "Instagram", "facebook": "Facebook"}
SHORT = {"instagram": "IG", "facebook": "FB", "tiktok": "TT"}
"""Platforms, where there is little room. `ig:`, `fb:` and `tt:` name them, too."""
KINDS = {"facebook_post": "post"}
"""Where the platform is told already."""
FLAGS = {
    "likes_hidden": "the creator hides the likes; rates are without them",
    "insights_empty": "insights are not ready yet: up to 48 hours after publication",
    "insights_before_conversion": "published before the account became a professional one: no insights, ever",
    "insights_too_old": "older than two years: no insights any more",
    "insights_few_viewers": "a story that fewer than five have seen: no insights",
    "insights_forbidden": "the creator has not granted the right to insights",
    "insights_failed": "insights failed this time; asked for again at the next reading",
    "metric_unsupported": "the platform does not count one of the numbers for such posts",
    "description_may_be_cut": "TikTok gives 150 signs of a text: a hashtag may stand behind them",
    "followers_from_nearest_snapshot": "followers were not counted at publication: those of the nearest reading are used",
    "story_rate_from_total_interactions": "replies tell nothing there: a story's rate is of all interactions",
    "interactions_without_views": "interactions, but no view: the platform's numbers are wrong",
}
REASONS = {
    "access_token_rejected": "TikTok refuses the access token",
    "app_removed": "the creator removed the app",
    "blocked": "Meta blocks the account for a while",
    "checkpoint": "Facebook wants the creator to confirm who they are",
    "cursor_stuck": "TikTok's list did not go on",
    "data_access_ends": "Meta ends the access to data",
    "discovery_token_dead": "LAHMA_SOCIAL__META__DISCOVERY_TOKEN is dead",
    "gone": "the account is not there any more",
    "insights_forbidden": "the right to insights is not granted",
    "insights_failed": "insights failed this time",
    "key_lost": "no key opens the stored login: put LAHMA_SECRET_KEY back",
    "login_ends": "the login ends",
    "meta_failing": "Meta did not answer well",
    "meta_unreachable": "Meta did not answer",
    "no_refresh_token": "TikTok gave nothing to renew the login with",
    "no_token": "no login to look with",
    "not_configured": "the app's id and secret are not in the settings",
    "not_connected": "not connected",
    "not_professional_or_renamed": "no professional account has that name",
    "other_app": "the login is another app's",
    "page_role_lost": "the creator does not manage the page any more",
    "paging_lost": "the list broke off",
    "password_changed": "the creator changed the password",
    "permission": "the creator has not granted the right",
    "profile_not_granted": "the right to the profile is not granted",
    "provider_unreachable": "the provider did not answer",
    "reauth_required": "the creator must log in again",
    "refresh_answer_lost": "TikTok's answer to the renewal was lost",
    "refresh_refused": "TikTok refuses to renew the login",
    "refused": "the provider refused",
    "stats_not_granted": "the right to counts of followers is not granted",
    "stopped": "the daemon was asked to stop",
    "throttled": "the platform's limit is used up",
    "token_dead": "the login was dead already",
    "token_expired": "the login has run out",
    "token_invalid": "Meta does not take the login any more",
    "unavailable": "TikTok did not answer",
    "unconfirmed": "the creator's Facebook account is not confirmed",
    "video_list_not_granted": "the right to list videos is not granted",
    "video_unreadable": "TikTok's list could not be read",
    "walk_broke": "a mistake of ours; the log has it",
}


def provider(name: str) -> str:
    """Meta, TikTok; and platforms."""
    return NAMES.get(name, name)


def kind(platform: str, name: str) -> str:
    """IG reel, TT video."""
    return f"{SHORT.get(platform, platform)} {KINDS.get(name, name)}"


def flag(name: str) -> str:
    return FLAGS.get(name) or _plain(name)


def reasons(told: str | None) -> list[str]:
    """Each of them; a run notes several with commas."""
    return [_reason(name) for name in re.split(r",\s*", told or "") if name]


def because(told: str | None) -> str:
    """All of them, in one line."""
    return "; ".join(reasons(told))


def _reason(name: str) -> str:
    if name in REASONS:
        return REASONS[name]
    bare, _, number = name.rpartition("_")
    if number.isdecimal():  # of what Meta refused, and nothing here caused
        return f"Meta refused: {_plain(bare)} (its error {number})"
    return FLAGS.get(name) or _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ")
