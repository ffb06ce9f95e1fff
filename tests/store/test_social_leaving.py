"""Links taken back, sums, and what goes with a creator; on both engines."""

from pydantic import SecretStr

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.social.connections import Account, Connection, Provider
from lahmadaemon.social.followers import Followers
from lahmadaemon.social.matching import MANUAL, Link
from lahmadaemon.social.posts import Found, Kind, Numbers, Platform, Post, Profile
from lahmadaemon.social.store.connections import ConnectionStore
from lahmadaemon.social.store.creators import CreatorStore
from lahmadaemon.social.store.leaving import disconnect
from lahmadaemon.social.store.links import LinkStore
from lahmadaemon.social.store.logins import LoginStore
from lahmadaemon.social.store.posts import Arrival, PostStore, Seen
from lahmadaemon.social.store.reading import PostReader
from lahmadaemon.social.store.summing import Counted, SumReader
from lahmadaemon.social.vault import Vault
from lahmadaemon.store.database import Store

NOW = Instant(1_789_041_600_000)  # 2026-09-10T12:00:00Z
IG, TT = Platform.INSTAGRAM, Platform.TIKTOK
REEL = Post(IG, "179", Kind.REEL, Instant(NOW - DAY))
OTHER = Post(IG, "180", Kind.POST, Instant(NOW - 2 * DAY))
NUMBERS = Numbers(views=4_000_000_000, reach=80, likes=7, comments=2, shares=1, saves=0)
AUTUMN = Link(102, "all", frozenset({"autumnbake", "őszi"}))


async def keep(store: Store, at: int = NOW, numbers: Numbers = NUMBERS) -> None:
    await CreatorStore(store).take({11: "eleven@x.example", 12: None}, NOW)
    seen = Seen(Found(REEL, numbers), frozenset(), (AUTUMN,)), Seen(Found(OTHER, Numbers()), frozenset())
    arrival = Arrival(11, IG, "17841", seen, frozenset({102}), Profile(IG, "17841", followers=900))
    await PostStore(store).keep([arrival], Instant(at), Instant(at - at % (5 * MINUTE)), Instant(NOW - 9 * DAY))


async def test_links_tell_rule_and_tags_and_only_those_by_hand_are_taken_back(store: Store) -> None:
    await keep(store)
    await PostStore(store).link_by_hand(103, 11, REEL, NOW)
    links = LinkStore(store)

    assert await links.of([REEL.key, OTHER.key]) == {REEL.key: [AUTUMN, Link(103, MANUAL, frozenset())]}
    assert not await links.unlink(102, REEL.key)
    assert not await links.unlink(103, OTHER.key)
    assert await links.unlink(103, REEL.key)
    assert await links.of([REEL.key]) == {REEL.key: [AUTUMN]}
    assert await links.of([]) == {}


async def test_sums_are_made_of_the_latest_numbers_and_a_mark_tells_of_changes(store: Store) -> None:
    await keep(store)
    sums = SumReader(store)
    first = await sums.marks([102, 103])
    posts = await sums.of_campaign(102)
    await keep(store, NOW + HOUR, Numbers(views=5))

    assert first == {102: (1, NOW, NOW)}
    assert posts == [Counted(IG, Kind.REEL, 11, REEL.published_at, NUMBERS, Followers([(NOW, 900)]))]
    assert await sums.marks([102]) == {102: (1, NOW, NOW + HOUR)}
    assert [each.numbers.views for each in await sums.of_campaign(102)] == [5]
    assert {each.kind for each in await sums.of_creator(11)} == {Kind.REEL, Kind.POST}
    assert [each.kind for each in await sums.of_creator(11, REEL.published_at)] == [Kind.REEL]
    assert await sums.of_creator(12) == []


async def connect(store: Store, creator: int, provider: Provider, *accounts: tuple[Platform, str]) -> None:
    made = Connection(
        creator_id=creator, provider=provider, user_id="u", access=SecretStr("t"), issued_at=NOW, state_since=NOW
    )
    seen = [Account(creator_id=creator, platform=platform, account_id=number) for platform, number in accounts]
    await ConnectionStore(store, Vault([b"secret"])).connect(made, seen)


async def test_a_provider_is_left_with_its_accounts_and_nothing_else_goes(store: Store) -> None:
    kept = ConnectionStore(store, Vault([b"secret"]))
    await connect(store, 11, Provider.META, (IG, "17841"), (Platform.FACEBOOK, "1"))
    await connect(store, 11, Provider.TIKTOK, (TT, "open-11"))
    await connect(store, 12, Provider.META, (IG, "17842"))
    logins = LoginStore(store, Vault([b"secret"]))
    state = await logins.begin_login(Provider.META, 11, NOW)

    assert await disconnect(store, 11, Provider.META)
    assert not await disconnect(store, 11, Provider.META)

    assert [(each.creator_id, each.provider) for each in await kept.standings()] == [
        (11, Provider.TIKTOK), (12, Provider.META),
    ]  # fmt: skip
    assert {each.account_id for each in await kept.accounts()} == {"open-11", "17842"}
    assert await logins.finish_login(Provider.META, state.get_secret_value(), NOW) is None


async def test_counts_of_followers_go_with_the_creator_unless_another_has_the_account_too(store: Store) -> None:
    await keep(store)
    await connect(store, 11, Provider.META, (IG, "17841"))
    await connect(store, 12, Provider.META, (IG, "17841"))

    await PostStore(store).forget(11)
    assert (await PostReader(store).followers([(IG, "17841")]))[IG, "17841"].latest == 900

    await disconnect(store, 12, Provider.META)
    await PostStore(store).forget(11)
    assert await PostReader(store).followers([(IG, "17841")]) == {}
