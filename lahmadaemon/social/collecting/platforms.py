"""What a run asks each platform for: which walk goes through which account."""

from collections.abc import Mapping
from dataclasses import dataclass

from lahmadaemon.social.connections import Provider
from lahmadaemon.social.driving import Driver
from lahmadaemon.social.meta.discovery import discovery
from lahmadaemon.social.meta.metrics import Lessons
from lahmadaemon.social.meta.page_posts import facebook
from lahmadaemon.social.meta.walks import instagram, stories
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.store.collectable import Collectable
from lahmadaemon.social.tiktok.walks import videos
from lahmadaemon.social.walk import Task, Walk


@dataclass(frozen=True)
class Posts:
    """Everything since a horizon. `asker`: our own Instagram account, through which who is not connected is looked at."""

    drivers: Mapping[Provider, Driver]
    lessons: Lessons
    asker: str | None = None

    def reaches(self, account: Collectable) -> bool:
        """As `Walking`; a provider that is not configured has no driver."""
        outside = account.platform is Platform.INSTAGRAM and self.asker is not None and account.username is not None
        return account.provider in self.drivers and (account.connected or outside)

    def walk(self, account: Collectable, task: Task) -> Walk:
        """As `Walking`."""
        if account.platform is Platform.TIKTOK:
            return videos(task)
        if account.platform is Platform.FACEBOOK:
            return facebook(task, self.lessons, account.page_size)
        if account.connected:
            return instagram(task, self.lessons, account.page_size)
        return discovery(task, self.lessons, self.asker or "", account.username or "", account.page_size)


@dataclass(frozen=True)
class LiveStories:
    """Only the stories there are now."""

    drivers: Mapping[Provider, Driver]
    lessons: Lessons

    def reaches(self, account: Collectable) -> bool:
        """As `Walking`."""
        return account.platform is Platform.INSTAGRAM and account.connected and account.provider in self.drivers

    def walk(self, account: Collectable, task: Task) -> Walk:  # noqa: ARG002 - as `Walking`
        """As `Walking`."""
        return stories(task, self.lessons)
