"""From a login to accounts that can be collected, over real HTTP."""

from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lahmadaemon.clock import DAY, HOUR
from lahmadaemon.demo.social.graph import Trouble
from lahmadaemon.demo.social.world import Page
from lahmadaemon.errors import ConfigurationError, HopelessError, UpstreamError
from lahmadaemon.social.connections import Account
from lahmadaemon.social.meta import connecting
from lahmadaemon.social.meta.connecting import Granted, GraphRefused
from lahmadaemon.social.meta.errors import Kind
from lahmadaemon.social.meta.graph import Graph
from lahmadaemon.social.posts import Platform
from tests.fakes.clock import FakeClock
from tests.social.fronting import Front
from tests.social.meta.house import House, new_house
from tests.social.meta.walking import SAMPLES, sample

pytestmark = pytest.mark.asyncio(loop_scope="module")
BACK = "https://agency.example/meta/callback"


@pytest.fixture
def house(front: Front, clock: FakeClock) -> House:
    return new_house(front, clock, 2)


def graph_of(house: House, **more: object) -> Graph:
    return Graph(house.settings(**more), house.front.http)


@pytest.fixture
def graph(house: House) -> Graph:
    return graph_of(house)


class Canned:
    """Answers with samples, in order."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.seen: list[Request] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.seen.append(request)
        name = self.names.pop(0)
        status = next(each["status"] for each in sample("index") if each["file"] == f"{name}.json")
        await Response((SAMPLES / f"{name}.json").read_bytes(), status)(scope, receive, send)


# --- Tokens


async def test_a_short_token_becomes_one_of_sixty_days_and_no_secret_is_in_an_address(
    house: House, graph: Graph
) -> None:
    granted = await connecting.exchange(graph, SecretStr(house.graph.short_token(10)))

    assert granted.lifetime == pytest.approx(60 * 86400, rel=0.01)
    assert granted.until(house.clock.now()) > house.clock.now() + 59 * DAY  # type: ignore[operator]
    assert house.wire.lines == ["POST /v23.0/oauth/access_token?"]


async def test_where_meta_does_not_say_how_long_a_token_lives_it_is_sixty_days(house: House, graph: Graph) -> None:
    house.graph.tells_expiry = False

    assert (await connecting.exchange(graph, SecretStr(house.graph.short_token(10)))).lifetime == 5_184_000


async def test_a_dead_token_is_refused_with_the_reason_and_without_the_token(house: House, graph: Graph) -> None:
    token = house.graph.short_token(10)
    house.graph.kill(10, 463)

    with pytest.raises(GraphRefused) as caught:
        await connecting.exchange(graph, SecretStr(token))

    assert (caught.value.trouble.kind, caught.value.trouble.reason) == (Kind.TOKEN_DEAD, "token_expired")
    assert token not in str(caught.value)


async def test_a_wrong_app_secret_is_for_people(house: House) -> None:
    for wrong in ({"app_secret": SecretStr("wrong")}, {"app_id": "wrong"}):
        with pytest.raises(HopelessError, match="APP_ID"):
            await connecting.exchange(graph_of(house, **wrong), SecretStr(house.graph.short_token(10)))


async def test_without_an_app_nothing_is_exchanged(house: House) -> None:
    with pytest.raises(ConfigurationError, match="APP_SECRET"):
        await connecting.exchange(graph_of(house, app_secret=None), SecretStr("x"))


@pytest.mark.parametrize("trouble", [Trouble.TRANSIENT, Trouble.HTML, Trouble.APP_LIMIT])
async def test_what_passes_is_no_refusal(house: House, graph: Graph, trouble: Trouble) -> None:
    house.graph.trouble(None, trouble)

    with pytest.raises(UpstreamError):
        await connecting.exchange(graph, SecretStr(house.graph.short_token(10)))


async def test_an_exchange_that_gives_no_token_gives_none(front: Front, house: House, graph: Graph) -> None:
    front.app = Canned("accounts_none")

    with pytest.raises(UpstreamError, match="gave none"):
        await connecting.exchange(graph, SecretStr("x"))


async def test_a_login_comes_back_with_a_code_that_is_good_for_a_token_once(house: House, graph: Graph) -> None:
    house.graph.visitor = 10
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
    verifier = SecretStr("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    settings = house.settings(dialog_url=str(house.front.http.base_url).rstrip("/"))
    back = await house.front.http.get(connecting.login_address(settings, BACK, "state-1", challenge))
    told = parse_qs(urlsplit(back.headers["location"]).query)

    granted = await connecting.code_exchange(graph, told["code"][0], BACK, verifier)

    assert told["state"] == ["state-1"]
    assert granted.lifetime is not None
    assert granted.lifetime <= 2 * HOUR / 1000
    pages = await connecting.accounts(graph, granted.token)
    assert [page.page_id for page in pages] == [house.creator(10).page_id]
    with pytest.raises(GraphRefused):
        await connecting.code_exchange(graph, told["code"][0], BACK, verifier)


async def test_all_rights_that_are_needed_are_asked_for(house: House) -> None:
    address = connecting.login_address(house.settings(), BACK, "s")

    assert parse_qs(urlsplit(address).query)["scope"] == [
        "instagram_basic,instagram_manage_insights,pages_show_list,pages_read_engagement,read_insights"
    ]
    assert "code_challenge" not in address


# --- Accounts


async def test_pages_are_read_to_the_end_and_every_instagram_account_is_found(
    front: Front, house: House, graph: Graph
) -> None:
    front.app = canned = Canned("accounts_page1", "accounts_page2", "accounts_page3_empty")

    pages = await connecting.accounts(graph, SecretStr("EXAMPLE-USER-TOKEN"))

    assert [page.page_id for page in pages] == [f"1000000000000{number}" for number in ("21", "11", "22", "23")]
    assert [page.instagram and page.instagram.username for page in pages] == [
        None, "mila.example", "mila.shop.example", None,
    ]  # fmt: skip
    assert pages[1].token is not None
    assert pages[1].token.get_secret_value() == "EXAMPLE-PAGE-TOKEN-11"
    assert all("TOKEN" not in str(request.url) for request in canned.seen)
    assert "EXAMPLE" not in repr(pages)
    assert "EXAMPLE" not in repr(Granted(SecretStr("EXAMPLE"), 1.0))


async def test_who_has_no_page_has_none(front: Front, house: House, graph: Graph) -> None:
    front.app = Canned("accounts_none")

    assert await connecting.accounts(graph, SecretStr("x")) == ()


async def test_pages_and_the_accounts_behind_them_are_what_is_collected(house: House, graph: Graph) -> None:
    creator = house.creator(10)
    creator.other_pages.append(Page("100000000999999", "Another"))
    pages = await connecting.accounts(graph, SecretStr(house.graph.long_token(10)))

    told = connecting.collectable(10, pages)

    assert [(each.platform, each.account_id, each.page_id) for each in told] == [
        (Platform.FACEBOOK, "100000000999999", "100000000999999"),
        (Platform.FACEBOOK, creator.page_id, creator.page_id),
        (Platform.INSTAGRAM, creator.instagram_id, creator.page_id),
    ]
    assert isinstance(told[2], Account)
    assert told[2].token == told[1].token
    assert told[2].username == creator.handle


async def test_the_list_of_pages_can_fail_by_itself(house: House, graph: Graph) -> None:
    token = house.graph.long_token(10)
    house.graph.kill(10, 460)

    with pytest.raises(GraphRefused) as caught:
        await connecting.accounts(graph, SecretStr(token))

    assert caught.value.trouble.reason == "password_changed"


# --- What a token may


async def test_a_page_token_has_no_end_but_data_access_has(house: House, graph: Graph) -> None:
    told = await connecting.debug(graph, SecretStr(house.token(10)))

    assert (told.problem, told.until, told.user_id) == (None, None, house.creator(10).facebook_id)
    assert told.data_access_until == house.clock.now() // 1000 * 1000 + 90 * DAY
    assert "instagram_manage_insights" in told.scopes


@pytest.mark.parametrize(("name", "problem", "ends"), [("debug_token_page", None, False), ("debug_token_user", None, True),
                                                       ("debug_token_invalid", "token_expired", True)])  # fmt: skip
async def test_what_meta_says_of_a_token_is_read(
    front: Front, house: House, name: str, problem: str | None, ends: bool
) -> None:
    front.app = Canned(name)

    told = await connecting.debug(graph_of(house, app_id="000000000000001"), SecretStr("x"))

    assert (told.problem, told.until is not None) == (problem, ends)
    assert ("instagram_manage_insights" in told.scopes) == (name == "debug_token_page")


async def test_a_token_of_another_app_is_of_no_use(front: Front, house: House, graph: Graph) -> None:
    front.app = Canned("debug_token_page")

    assert (await connecting.debug(graph, SecretStr("x"))).problem == "other_app"


async def test_where_the_app_itself_may_not_ask_people_must_help(house: House) -> None:
    with pytest.raises(HopelessError, match="APP_SECRET"):
        await connecting.debug(graph_of(house, app_secret=SecretStr("wrong")), SecretStr(house.token(10)))


async def test_rights_are_given_back(house: House, graph: Graph) -> None:
    user, token = house.creator(10).facebook_id, SecretStr(house.graph.long_token(10))

    assert await connecting.revoke(graph, user, token)

    assert (await connecting.debug(graph, token)).problem == "app_removed"
    assert not await connecting.revoke(graph, user, token)  # there is nothing left
