"""The recorded world: every post of it is found, with the numbers it is known to have."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from lahmadaemon.clock import DAY, instant, iso
from lahmadaemon.social.driving import Errand, Result
from lahmadaemon.social.limits import Limits
from lahmadaemon.social.meta.driver import MetaDriver
from lahmadaemon.social.meta.walks import instagram
from lahmadaemon.social.posts import Flag, Platform
from lahmadaemon.social.settings import MetaSettings
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front
from tests.social.meta.house import Memory
from tests.social.meta.walking import new_lessons, task
from tests.social.replay import Replay

pytestmark = pytest.mark.asyncio(loop_scope="module")
WORLD = Path(__file__).parents[2] / "samples" / "social" / "world"
EXPECTED = json.loads((WORLD / "expected_posts.json").read_text())
NOW = instant(datetime.fromisoformat(EXPECTED["captured_at"]))
OURS = {Flag.LIKES_HIDDEN, Flag.INSIGHTS_EMPTY, Flag.INSIGHTS_BEFORE_CONVERSION}
"""Those that Meta is the reason of; others belong to rates."""


def expected() -> dict[str, dict[str, Any]]:
    return {each["platform_id"]: each for each in EXPECTED["posts"] if each["platform"] == "instagram"}


async def test_the_recorded_world_is_read_as_it_is(front: Front) -> None:
    front.app = replay = Replay(WORLD, {})
    campaigns = {key for key, each in expected().items() if each["campaigns"]}
    clock, memory, lessons = FakeClock(NOW), Memory(), new_lessons()
    errands = [
        Errand(
            number, Platform.INSTAGRAM, account,
            instagram(
                task(account=account, since=NOW - 45 * DAY, now=NOW, wanted=lambda post: post.platform_id in campaigns),
                lessons,
            ),
            SecretStr(f"EXAMPLE-PAGE-TOKEN-{number}"),
        )
        for number, account in ((11, "17841400000000011"), (12, "17841400000000012"))
    ]  # fmt: skip
    settings = MetaSettings(
        url=str(front.http.base_url).rstrip("/"), app_id="1", app_secret=SecretStr("EXAMPLE-SECRET")
    )

    driver = MetaDriver(settings, front.http, clock, Limits(clock), lambda: 0.0)
    await driver.drive(errands, memory, lambda: False)

    assert replay.unknown == []
    assert set(memory.results.values()) == {(Result.OK, None)}
    assert driver.http_requests == 4  # both; both's second page; one of them without insights; three wanted posts
    found = memory.found()
    assert set(found) == set(expected())
    for key, each in expected().items():
        post, numbers = found[key].post, found[key].numbers
        assert (post.kind.value, iso(post.published_at)) == (each["kind"], each["published_at"])
        for name in ("likes", "comments", "shares", "saves"):
            assert getattr(numbers, name) == each[name], (key, name)
        if key in campaigns or each["views"] == numbers.views:
            assert (numbers.views, numbers.reach) == (each["views"], each["reach"]), key
            assert {flag.value for flag in numbers.flags} == {flag.value for flag in OURS} & set(each["flags"]), key
        else:  # a post of no campaign on a spoilt page: nobody asked about it
            assert numbers.flags == {Flag.INSIGHTS_FAILED}
