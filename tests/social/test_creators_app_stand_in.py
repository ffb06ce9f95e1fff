"""The stand-in for the Creators app, over real HTTP: its three lists, who may read them, and its bad days."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio

from lahmadaemon.demo.social.creators_app import LISTS, CreatorsApp, Trouble
from lahmadaemon.demo.social.world import Size, invent
from tests.fakes.clock import FakeClock
from tests.samples import told
from tests.social.fronting import Front, fronting

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVOLVED = LISTS["involved"]


@dataclass
class House:
    app: CreatorsApp
    http: httpx.AsyncClient


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def front() -> AsyncIterator[Front]:
    async with fronting() as served:
        yield served


@pytest.fixture
def house(front: Front, clock: FakeClock) -> House:
    front.app = app = CreatorsApp(invent(7, clock.now(), ZoneInfo("Europe/Prague"), Size(3, campaigns=2)))
    return House(app, front.http)


async def test_creators_have_an_id_and_an_address(house: House) -> None:
    answer = (await house.http.get("/api-influencers/creators/")).json()

    sample = told("social/creators_app/creators.json")
    assert answer.keys() == sample.keys()
    assert answer["creators"][0] == {"id": 10, "email": "creator10@creators.example.org"}
    assert answer["creators"][0].keys() == sample["creators"][0].keys()
    assert len(answer["creators"]) == 3


async def test_campaigns_have_days_tags_and_platforms(house: House) -> None:
    answer = (await house.http.get("/api-influencers/campaigns/")).json()

    assert answer.keys() == {"campaigns"}
    assert answer["campaigns"][0] == {
        "id": 100,
        "name": "Borůvkovéléto",
        "hashtags": "#borůvkovéléto",
        "publishing_start_date": "2026-09-21",
        "publishing_end_date": "2026-10-28",
        "platforms": [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}, {"id": 5}],
    }
    assert answer["campaigns"][0].keys() == told("social/creators_app/campaigns.json")["campaigns"][0].keys()


async def test_who_takes_part_is_told_for_the_campaigns_asked_for(house: House) -> None:
    house.app.world.involved = {101: [10, 12], 999: [11]}
    answer = await house.http.get(f"{INVOLVED}?campaign-ids=%5B101,%20100,%20999,%205%5D")

    assert answer.json() == [
        {"campaign_id": 101, "creator_ids": [10, 12]},
        {"campaign_id": 100, "creator_ids": []},
        {"campaign_id": 999, "creator_ids": [11]},
    ]
    assert house.app.campaign_ids == [(101, 100, 999, 5)]


async def test_a_list_of_no_campaigns_is_a_list(house: House) -> None:
    assert (await house.http.get(INVOLVED, params={"campaign-ids": "[]"})).json() == []


async def test_campaign_ids_are_written_as_python_writes_a_list(house: House) -> None:
    texts = ["", "101, 100", "[101,100]", "[101, 100,]", "['101']", "[101, None]", "[ 101]", "[101", "[-1]", "[1] "]
    queries = [{}, {"campaign_ids": "[101]"}, {"campaign-ids": "[101]", "page": "1"}]
    for query in [*queries, *({"campaign-ids": text} for text in texts)]:
        assert (await house.http.get(INVOLVED, params=query)).status_code == 400, query
    assert house.app.campaign_ids == []


async def test_with_a_token_set_only_who_shows_it_may_read(house: House) -> None:
    house.app.token = "sesame"
    for name, path in LISTS.items():
        url = f"{path}?campaign-ids=[]" if name == "involved" else path
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "sesame"}):
            assert (await house.http.get(url, headers=headers)).status_code == 401, name
        assert (await house.http.get(url, headers={"Authorization": "Bearer sesame"})).status_code == 200, name

    assert house.app.requests == dict.fromkeys(LISTS, 4)
    assert house.app.http_requests == 12


async def test_paths_and_methods_are_those_of_the_app(house: House) -> None:
    for path in ("creators", "campaigns", "involved/?campaign-ids=[]"):
        assert (await house.http.get(f"/api-influencers/{path}")).status_code == 404, path
    assert (await house.http.post(LISTS["creators"])).status_code == 405


async def test_a_list_may_be_empty(house: House) -> None:
    house.app.troubles = dict.fromkeys(LISTS, Trouble.EMPTY)

    creators = (await house.http.get(LISTS["creators"])).json()
    assert creators == told("social/creators_app/creators_empty.json")
    assert (await house.http.get(LISTS["campaigns"])).json() == {"campaigns": []}
    assert (await house.http.get(f"{INVOLVED}?campaign-ids=[101]")).json() == []


async def test_a_list_may_have_the_wrong_shape(house: House) -> None:
    house.app.troubles["creators"] = Trouble.WRONG_SHAPE

    sample = told("social/creators_app/creators_wrong_shape.json")
    assert (await house.http.get(LISTS["creators"])).json() == sample
    assert "campaigns" in (await house.http.get(LISTS["campaigns"])).json(), "the others are well"


@pytest.mark.parametrize(("trouble", "status"), [(Trouble.BAD_GATEWAY, 502), (Trouble.PAGE, 200)])
async def test_a_list_may_be_a_page(house: House, trouble: Trouble, status: int) -> None:
    house.app.troubles["creators"] = trouble
    answer = await house.http.get(LISTS["creators"])

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


async def test_a_list_may_send_elsewhere_and_who_follows_is_counted(house: House) -> None:
    house.app.troubles["creators"] = Trouble.REDIRECT

    assert (await house.http.get(LISTS["creators"])).status_code == 302
    assert house.app.strayed == 0
    await house.http.get(LISTS["creators"], follow_redirects=True)
    assert house.app.strayed == 1


@pytest.mark.parametrize("trouble", [Trouble.HANGS, Trouble.DRIPS])
async def test_a_list_may_never_come(house: House, trouble: Trouble) -> None:
    house.app.troubles["creators"] = trouble

    with pytest.raises(httpx.ReadTimeout):
        await house.http.get(LISTS["creators"], timeout=httpx.Timeout(60, read=0.1))


async def test_a_list_may_break_off(house: House) -> None:
    house.app.troubles["creators"] = Trouble.CUT_SHORT

    with pytest.raises(httpx.RemoteProtocolError):
        await house.http.get(LISTS["creators"])
    house.app.troubles.clear()
    assert (await house.http.get(LISTS["creators"])).status_code == 200


async def test_a_list_may_be_anything_that_a_test_wants(house: House) -> None:
    house.app.payloads["campaigns"] = told("social/creators_app/campaigns.json")

    assert (await house.http.get(LISTS["campaigns"])).json() == told("social/creators_app/campaigns.json")
