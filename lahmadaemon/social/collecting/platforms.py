"""What a run asks each platform for: which walk goes through which account."""

from collections.abc import Mapping
from dataclasses import dataclass

from lahmadaemon.social.collecting.planning import Planned
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.driving import Driver
from lahmadaemon.social.meta.discovery import discovery
from lahmadaemon.social.meta.metrics import Lessons
from lahmadaemon.social.meta.page_posts import facebook
from lahmadaemon.social.meta.walks import instagram, stories
from lahmadaemon.social.posts import Platform
from lahmadaemon.social.tiktok.walks import videos
from lahmadaemon.social.walk import Task, Walk


@dataclass(frozen=True)
class Posts:
    """Everything since a horizon. `asker`: our own Instagram account, through which who is not connected is looked at."""

    drivers: Mapping[Provider, Driver]
    lessons: Lessons
    asker: str | None = None

    def walk(self, planned: Planned, task: Task) -> Walk | None:
        """As `Walking`; a provider that is not configured has no driver."""
        account = planned.account
        if account.provider not in self.drivers:
            return None
        match account.platform:
            case Platform.TIKTOK if account.connected:
                return videos(task)
            case Platform.FACEBOOK if account.connected:
                return facebook(task, self.lessons, account.page_size)
            case Platform.INSTAGRAM if account.connected:
                return instagram(task, self.lessons, account.page_size)
            case Platform.INSTAGRAM if self.asker and account.username:
                return discovery(task, self.lessons, self.asker, account.username, account.page_size)
        return None


@dataclass(frozen=True)
class LiveStories:
    """Only the stories there are now."""

    drivers: Mapping[Provider, Driver]
    lessons: Lessons

    def walk(self, planned: Planned, task: Task) -> Walk | None:
        """As `Walking`."""
        return stories(task, self.lessons) if planned.account.provider in self.drivers else None
