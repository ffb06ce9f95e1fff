"""The social pages of an agency: what is urgent comes first, and no page grows with the years."""

import re
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.social.campaigns import Rules, read
from lahmadaemon.social.connections import Connection, Provider
from lahmadaemon.social.posts import Numbers, Platform
from lahmadaemon.social.store.posts import Arrival
from lahmadaemon.web.pages import campaigns, social
from tests.fakes.clock import START
from tests.fakes.window import ZONE
from tests.social.web.room import AUTUMN, INSTAGRAM, REEL, Room, keep, seeded_room, seen
from tests.window.reading import reading


async def rows(reader: httpx.AsyncClient, path: str, section: str) -> list[str]:
    """The first cells of that section's table, then where its next page is."""
    html = (await reader.get(path)).text
    part = html[html.index(f'id="{section}"') :]
    part = part[: part.index("</section>")]
    names = re.findall(r'<th scope="row"[^>]*>(?:<[^>]+>)*([^<]+)', part)
    return [each.strip() for each in names] + re.findall(r'href="([^"]+)" rel="next"', part)


async def test_who_has_to_log_in_again_comes_first_and_who_has_left_last(tmp_path: Path) -> None:
    async with seeded_room(tmp_path) as room, reading(room.app(token=None)) as reader:
        dead = Connection(
            creator_id=14, provider=Provider.TIKTOK, user_id="open14", issued_at=Instant(START - 100 * DAY),
            access=SecretStr("nobody's"),
        )  # fmt: skip
        await room.doors.connections.connect(dead, [])
        await room.doors.connections.reauth(14, Provider.TIKTOK, "refresh_refused", Instant(START - 10 * DAY))
        found = await rows(reader, "/social", "creators")
        html = (await reader.get("/social")).text

    assert found == ["bence@example.org", "Alma@Example.org", "#12", "gone@example.org"]
    assert "2 logins" in html


async def test_many_creators_and_campaigns_come_by_pages_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(social, "ROWS", 3)
    monkeypatch.setattr(campaigns, "ROWS", 3)
    async with seeded_room(tmp_path) as room, reading(room.app(token=None)) as reader:
        await many_campaigns(room)
        people = await rows(reader, "/social", "creators")
        more_people = await rows(reader, people[-1].replace("&amp;", "&"), "creators")
        first = await rows(reader, "/social", "campaigns")
        second = await rows(reader, first[-1].replace("&amp;", "&"), "campaigns")
        third = await rows(reader, second[-1].replace("&amp;", "&"), "campaigns")

    assert [*people[:-1], *more_people] == ["bence@example.org", "Alma@Example.org", "#12", "gone@example.org"]
    assert [*first[:-1], *second[:-1], *third] == [
        "Campaign 204", "Campaign 203", "Campaign 202", "Campaign 201", "Autumn bake", "Nameless", "Summer",
    ]  # fmt: skip


async def many_campaigns(room: Room) -> None:
    """That run, one begun after the other."""
    began = date(2026, 10, 10)
    await room.doors.campaigns.take(
        [
            read(200 + n, f"Campaign {200 + n}", "#x", began + timedelta(n), date(2026, 11, 30), [1], ZONE, Rules())
            for n in range(1, 5)
        ]
        + [each.campaign for each in await room.doors.campaigns.campaigns()],
        Instant(START),
    )
    await room.doors.campaigns.settle(START)


async def test_a_post_s_newest_readings_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(social, "ROWS", 3)
    path = f"/social/posts/instagram/{REEL.platform_id}"
    async with seeded_room(tmp_path) as room, reading(room.app(token=None)) as reader:
        for number in range(1, 4):
            post = seen(REEL, Numbers(views=2000 + number), AUTUMN)
            at = START - HOUR + number * 6 * MINUTE
            await keep(room, at, Arrival(11, Platform.INSTAGRAM, INSTAGRAM, (post,), frozenset({101})))
        first = (await reader.get(path)).text
        [following] = re.findall(r'href="([^"]+)" rel="next"', first)
        rest = (await reader.get(following)).text

    assert re.findall(r"[12],[0-9]{3}(?= <span)", first) == ["2,003", "2,002", "2,001"]
    assert re.findall(r"[12],[0-9]{3}(?= <span|</td>)", rest) == ["1,300", "1,000"]
