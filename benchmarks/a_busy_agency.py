"""An agency's year, made up and seeded, put straight into a store's tables: three hundred creators, each on Instagram and TikTok,
a hundred campaigns of a month each and one of the whole year, all their posts, and every reading of these."""

import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import Table

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant, local
from lahmadaemon.social.campaigns import SETTLING_DAYS, State
from lahmadaemon.social.connections import Provider
from lahmadaemon.social.posts import Kind, Platform
from lahmadaemon.social.store import tables

CREATORS, CAMPAIGNS, IN_EACH, POSTS = 300, 100, 20, 6
"""So many creators are in a campaign of a month, and each publishes so often for it."""
ALL_YEAR, AMBASSADORS, THEIR_POSTS = 1000, 60, 50
"""The number of the campaign of the whole year, and the same of it."""
MORE = 60
"""What a creator publishes besides, for nobody."""
YEAR, MONTH, SETTLING, SLOT = 365 * DAY, 30 * DAY, SETTLING_DAYS * DAY, 5 * MINUTE
PLACES = {Platform.INSTAGRAM: Kind.REEL, Platform.TIKTOK: Kind.VIDEO}
OF_VIEWS = {"reach": 0.8, "likes": 0.07, "comments": 0.004, "shares": 0.003, "saves": 0.006}

Row = Mapping[str, object]


@dataclass(frozen=True)
class Window:
    """A campaign's, and how many take part how busily."""

    campaign_id: int
    begins: Instant
    ends: Instant
    size: int
    posts: int


@dataclass(frozen=True)
class Published:
    """A post; `window`: of the campaign it belongs to."""

    platform: Platform
    platform_id: str
    creator_id: int
    at: Instant
    window: Window | None

    def readings(self, now: Instant) -> list[Instant]:
        """When: every three hours while it is young, then daily; what is nobody's is read once a month."""
        if self.window is None:
            return [Instant(at - at % SLOT) for at in (self.at + DAY, self.at + MONTH) if at < now]
        young = range(self.at + 3 * HOUR, self.at + 2 * DAY, 3 * HOUR)
        older = range(self.at + 2 * DAY, self.window.ends + SETTLING, DAY)
        return [Instant(at - at % SLOT) for at in (*young, *older) if at < now]


def put_agency(database: sqlite3.Connection, now: Instant, zone: tzinfo, seal: Callable[[str], bytes]) -> None:
    """Into a store whose tables stand, and have nothing of this. `seal`: the vault's."""
    chance, people = random.Random(11), range(1, CREATORS + 1)
    _people(database, people, now, seal)
    windows = [
        Window(number, Instant(begins), Instant(begins + MONTH), IN_EACH, POSTS)
        for number, begins in enumerate(range(now - YEAR, now, YEAR // CAMPAIGNS), 1)
    ]
    published = _for_nobody(people, chance, now)
    for each in (*windows, Window(ALL_YEAR, Instant(now - YEAR), Instant(now + MONTH), AMBASSADORS, THEIR_POSTS)):
        who = chance.sample(people, each.size)
        _campaign(database, each, who, now, zone)
        published += _for(each, who, chance, now)
    _posts(database, published, now)
    _insert(database, tables.captures, _captures(published, chance, now))


def _for(window: Window, who: Sequence[int], chance: random.Random, now: Instant) -> list[Published]:
    found = []
    for one in who:
        for number in range(window.posts):
            at = Instant(chance.randrange(window.begins, window.ends))
            if at < now:
                name = f"{window.campaign_id}-{one}-{number}"
                found.append(Published(chance.choice(list(PLACES)), name, one, at, window))
    return found


def _for_nobody(people: Iterable[int], chance: random.Random, now: Instant) -> list[Published]:
    return [
        Published(chance.choice(list(PLACES)), f"{one}-{number}", one, Instant(now - chance.randrange(YEAR)), None)
        for one in people
        for number in range(MORE)
    ]


def _people(database: sqlite3.Connection, people: Iterable[int], now: Instant, seal: Callable[[str], bytes]) -> None:
    for who in people:
        email = f"creator{who}@example.org"
        _insert(database, tables.creators, [
            {"creator_id": who, "email": email, "email_key": email, "first_seen_at": now - YEAR},
        ])  # fmt: skip
        for provider in Provider:
            _insert(database, tables.connections, [{
                "creator_id": who, "provider": provider, "user_id": f"{provider}{who}", "username": f"creator{who}",
                "scopes": "[]", "access": seal(f"{provider} {who}"), "issued_at": now - YEAR, "generation": 1, "state": "ok",
                "state_since": now - YEAR, "checked_at": now, "data_access_until": now + MONTH,
            }])  # fmt: skip
        for platform in PLACES:
            _insert(database, tables.accounts, [{
                "creator_id": who, "platform": platform, "account_id": _account(platform, who), "username": f"creator{who}",
                "chosen": True, "walked_at": now, "walked_from": now - YEAR, "looked_at": now, "stories_at": now, "result": "ok",
            }])  # fmt: skip
            _insert(database, tables.profiles, (
                {"platform": platform, "account_id": _account(platform, who), "slot": at, "taken_at": at,
                 "followers": 10_000 + 20 * who + day, "follows": 100, "posts": 500}
                for day in range(365) if (at := now - now % SLOT - day * DAY)
            ))  # fmt: skip
    for part in ("creators", "campaigns", "involved"):
        _insert(database, tables.syncs, [{"part": part, "asked_at": now, "good_at": now}])
    for kind in ("collect", "stories", "refresh"):
        _insert(database, tables.runs, [{
            "run_id": kind, "kind": kind, "started_at": now - HOUR, "ended_at": now, "accounts": 600, "done": 600,
        }])  # fmt: skip


def _campaign(database: sqlite3.Connection, window: Window, who: Iterable[int], now: Instant, zone: tzinfo) -> None:
    settled = Instant(window.ends + SETTLING)
    state = State.RUNNING if now < window.ends else State.SETTLING if now < settled else State.ENDED
    tag = f"campaign{window.campaign_id}"
    _insert(database, tables.campaigns, [{
        "campaign_id": window.campaign_id, "name": f"Campaign {window.campaign_id}", "hashtags": f"#{tag}",
        "tags": json.dumps([tag]), "kinds": json.dumps(["post", "reel", "video"]), "warnings": "[]", "state": state,
        "starts_on": f"{local(window.begins, zone):%Y-%m-%d}", "ends_on": f"{local(window.ends, zone):%Y-%m-%d}",
        "publishing_from": window.begins, "publishing_until": window.ends, "metrics_until": settled,
        "ended_at": settled if state is State.ENDED else None, "first_seen_at": window.begins,
    }])  # fmt: skip
    _insert(database, tables.involved, ({"campaign_id": window.campaign_id, "creator_id": one} for one in who))


def _posts(database: sqlite3.Connection, published: Iterable[Published], now: Instant) -> None:
    for each in published:
        tag = f"campaign{each.window.campaign_id}" if each.window else "nobody"
        _insert(database, tables.posts, [{
            "platform": each.platform, "platform_id": each.platform_id, "account_id": _account(each.platform, each.creator_id),
            "creator_id": each.creator_id, "kind": PLACES[each.platform], "published_at": each.at,
            "caption": f"What a day! #{tag} {'and so on ' * 20}", "title": "", "tags": json.dumps([tag]), "media_type": "VIDEO",
            "permalink": f"https://posts.example/{each.platform_id}", "links_at": now, "cut": False, "state": "live",
            "missed": 0, "first_seen_at": each.at, "seen_at": now, "captured_at": max(each.readings(now), default=None),
            "raw": json.dumps({"as it came": "x" * 600}),
        }])  # fmt: skip
        if each.window:
            _insert(database, tables.links, [{
                "campaign_id": each.window.campaign_id, "platform": each.platform, "platform_id": each.platform_id,
                "creator_id": each.creator_id, "rule": "all", "matched": json.dumps([tag]), "linked_at": each.at,
            }])  # fmt: skip


def _captures(published: Iterable[Published], chance: random.Random, now: Instant) -> Iterator[Row]:
    for each in published:
        most = chance.lognormvariate(9, 1)
        for at in each.readings(now):
            views = round(most * (at - each.at) / (at - each.at + DAY))
            its = {name: round(views * share) for name, share in OF_VIEWS.items()}
            yield {
                "platform": each.platform, "platform_id": each.platform_id, "slot": at, "taken_at": at, "whole": True,
                "views": views, **its, "flags": "[]", "more": "{}",
            }  # fmt: skip


def _account(platform: Platform, creator_id: int) -> str:
    return f"{platform}-{creator_id}"


def _insert(database: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> None:
    for_each = iter(rows)
    first = next(for_each)
    names = ", ".join(first)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(f':{name}' for name in first)})"
    database.execute(statement, first)
    database.executemany(statement, for_each)
