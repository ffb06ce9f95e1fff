"""Whatever the Creators app answers, one day after the other: what is known is what its last good answer of each part said."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lahmadaemon.demo.social.creators_app import Trouble
from lahmadaemon.errors import UpstreamError
from tests.fakes.clock import FakeClock
from tests.social.test_sync import Room, a_room

CREATORS = st.dictionaries(
    st.integers(1, 5), st.none() | st.sampled_from(("a@b.example", "A@B.example", "c@d.example"))
)
CAMPAIGNS = st.dictionaries(st.integers(1, 4), st.sampled_from(("jaro", "léto,podzim", None)))
INVOLVED = st.dictionaries(st.integers(1, 6), st.frozensets(st.integers(1, 6)))
BAD = st.sampled_from((Trouble.BAD_GATEWAY, Trouble.WRONG_SHAPE, Trouble.PAGE, Trouble.REDIRECT))
DAY = "2026-10-21"
DAYS = st.lists(st.tuples(CREATORS | BAD, CAMPAIGNS | BAD, INVOLVED | BAD), min_size=2, max_size=4)


@dataclass
class Expected:
    """The last good answer of each part; an empty list is none where there was one before."""

    creators: dict[int, str | None] = field(default_factory=dict)
    ever: set[int] = field(default_factory=set)
    campaigns: dict[int, str | None] = field(default_factory=dict)
    involved: dict[int, frozenset[int]] = field(default_factory=dict)

    def hear(self, creators: Any, campaigns: Any, involved: Any) -> None:
        if creators and isinstance(creators, dict):
            self.creators = creators
            self.ever |= creators.keys()
        if campaigns and isinstance(campaigns, dict):
            self.campaigns = campaigns
        if isinstance(involved, dict):
            asked = {number for number, tags in self.campaigns.items() if tags}
            self.involved |= {number: who & self.ever for number, who in involved.items() if number in asked}


def answer(room: Room, creators: Any, campaigns: Any, involved: Any) -> None:
    """Have the Creators app say so from now on."""
    parts = {"creators": creators, "campaigns": campaigns, "involved": involved}
    room.other.troubles = {part: said for part, said in parts.items() if isinstance(said, Trouble)}
    says: dict[str, Any] = {}
    if isinstance(creators, dict):
        says["creators"] = {"creators": [{"id": number, "email": email} for number, email in creators.items()]}
    if isinstance(campaigns, dict):
        says["campaigns"] = {
            "campaigns": [
                {"id": number, "hashtags": tags, "publishing_start_date": DAY, "publishing_end_date": DAY}
                for number, tags in campaigns.items()
            ]
        }
    if isinstance(involved, dict):
        says["involved"] = [{"campaign_id": number, "creator_ids": sorted(who)} for number, who in involved.items()]
    room.other.payloads = says


async def synced(room: Room) -> None:
    try:
        await room.sync.turn()
    except UpstreamError:
        return


@given(days=DAYS)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
async def test_what_is_known_is_what_the_last_good_answer_of_each_part_said(
    tmp_path_factory: Any, days: list[tuple[Any, Any, Any]]
) -> None:
    path: Path = tmp_path_factory.mktemp("sync") / "x.db"
    expected = Expected()
    async with a_room(path, FakeClock()) as room:
        for said in days:
            answer(room, *said)
            expected.hear(*said)
            await synced(room)
            once = await room.everything()
            await synced(room)
            creators, campaigns, involved = await room.everything()

            assert (creators, campaigns, involved) == once, "the same answers again change nothing"
            assert {each.id: each.email for each in creators if each.here} == expected.creators
            assert {each.id for each in creators} == expected.ever
            there = {each.campaign.campaign_id: each.campaign.hashtags for each in campaigns if each.gone_at is None}
            assert there == {number: tags or "" for number, tags in expected.campaigns.items()}
            assert involved == {number: who for number, who in expected.involved.items() if who}
            await room.clock.advance(3600)
