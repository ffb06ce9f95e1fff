"""The outbox and its counts, on both engines: what is frozen stays frozen, and every total is right at every moment."""

import asyncio
import hashlib
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid5

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from lahmadaemon.clock import DAY, HOUR, MINUTE, Instant
from lahmadaemon.errors import ConfigurationError, UpstreamError
from lahmadaemon.store.database import Store, open_beside, open_store
from lahmadaemon.visitors.push import payload, windows
from lahmadaemon.visitors.push.answers import Judgement, Verdict
from lahmadaemon.visitors.push.counting.store import Counted, preview
from lahmadaemon.visitors.push.payload import Totals
from lahmadaemon.visitors.push.pushes import AT_ONCE, Push, State
from lahmadaemon.visitors.push.settings import PushSettings
from lahmadaemon.visitors.push.store import KEYS, PushStore, counts, listed
from tests.visitors_push.builders import IN, NEITHER, OUT, ZONE, at, crossed

NOON = at("2026-03-18T12:00")
ALL = Counted(ZONE, None)
LATER = Instant(NOON + 3 * DAY)
BODY: Callable[[Totals], bytes] = partial(
    payload.body, settings=PushSettings(url="https://partner.example/"), zone=ZONE
)


@pytest.fixture
def outbox(store: Store) -> PushStore:
    return PushStore(store, "park")


async def totals(store: Store, *ends: Instant, counted: Counted = ALL) -> dict[Instant, Totals]:
    async with store.read() as connection:
        return await counted.totals(connection, ends)


async def write(outbox: PushStore, *ends: Instant, catch_up: str = "all", ssid: str = "SS-007") -> list[Instant]:
    return await outbox.write(ends, ssid, ALL, BODY, NOON, LATER, catch_up=catch_up)


async def head(outbox: PushStore) -> Push:
    found = await outbox.head()
    assert found is not None
    return found


def said(verdict: Verdict, sentence: str = "it said", desc: str | None = None) -> Judgement:
    return Judgement(verdict, sentence, desc)


async def test_a_moment_s_totals_are_those_of_the_local_day_until_then(store: Store) -> None:
    await crossed(
        store, "north",
        (at("2026-03-17T23:59:59.999"), IN), (at("2026-03-18T00:00"), OUT), (at("2026-03-18T09:00"), IN),
        (at("2026-03-18T11:59:59.999"), NEITHER), (NOON, IN),
    )  # fmt: skip
    await crossed(store, "south", (at("2026-03-18T10:00"), IN), (at("2026-03-18T13:00"), OUT))

    found = await totals(store, NOON)

    assert found == {NOON: Totals(2, 1, at("2026-03-18T00:00"), at("2026-03-18T11:59:59.999"))}
    assert await preview(store, ALL, NOON) == found[NOON]
    only = Counted(ZONE, ("south", "elsewhere"))
    assert await preview(store, only, NOON) == Totals(1, 0, at("2026-03-18T10:00"), at("2026-03-18T10:00"))
    assert await preview(store, Counted(ZONE, ("elsewhere",)), NOON) is None


async def test_before_the_first_crossing_there_is_nothing_to_tell(store: Store) -> None:
    await crossed(store, "north", (NOON, IN))

    assert await totals(store, NOON) == {}
    assert await totals(store, Instant(NOON - HOUR), NOON) == {}
    assert set(await totals(store, Instant(NOON + 1))) == {NOON + 1}


@pytest.mark.parametrize("seed", range(3))
async def test_one_by_one_or_all_in_one_pass_and_counted_by_hand_totals_are_the_same(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    start, end = windows.span("2026-10-25", ZONE)
    people = sorted(
        (Instant(chance.randrange(start - HOUR, end + HOUR)), chance.choice([IN, OUT, NEITHER])) for _ in range(400)
    )
    for camera in ("north", "south"):
        await crossed(store, camera, *[each for each in people if chance.random() < 0.5])
    async with store.read() as connection:
        rows = [(row.at, row.direction) for row in await connection.execute(text("SELECT * FROM visitor_crossings"))]
    ends = windows.ends(start - HOUR, end + HOUR, 15 * MINUTE, ZONE)

    def by_hand(until: Instant) -> Totals | None:
        since = windows.span(windows.day_of(until, ZONE), ZONE)[0]
        there = sorted((when, direction) for when, direction in rows if since <= when < until)
        ways = [direction for _, direction in there]
        return Totals(ways.count(IN), ways.count(OUT), there[0][0], there[-1][0]) if there else None

    expected = {each: found for each in ends if (found := by_hand(each))}
    assert await totals(store, *ends) == expected
    assert {key: value for each in ends for key, value in (await totals(store, each)).items()} == expected


async def test_a_window_is_written_once_and_its_bytes_never_change(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    assert await write(outbox, NOON) == [NOON]
    before = await head(outbox)
    await crossed(store, "north", (Instant(NOON - 1), IN))
    assert await write(outbox, NOON) == [NOON]

    assert await head(outbox) == before
    assert before.digest == hashlib.sha256(before.body).digest()
    assert (before.state, before.attempts, before.day, before.keep_until) == (State.WAITING, 0, "2026-03-18", LATER)


async def test_the_key_is_of_target_ssid_and_window_and_nothing_else(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    await write(outbox, NOON, Instant(NOON + HOUR))
    await write(outbox, NOON, ssid="SS-008")
    await write(PushStore(store, "mall"), NOON)

    keys = {(push.target, push.ssid, push.window_end): push.key for push in await listed(store)}
    assert len(set(keys.values())) == 4
    assert keys["park", "SS-007", NOON] == str(uuid5(KEYS, f"park/SS-007/{NOON}"))


async def test_the_oldest_that_is_owed_goes_first_each_target_for_itself(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    later = Instant(NOON + HOUR)
    await write(outbox, later)
    await write(PushStore(store, "mall"), NOON)
    assert (await head(outbox)).window_end == later
    await write(outbox, NOON)
    assert (await head(outbox)).window_end == NOON
    assert await outbox.last_window("SS-007") == later
    assert await outbox.last_window("SS-008") is None


async def test_an_attempt_is_a_row_before_it_is_a_request(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    await write(outbox, NOON)

    assert await outbox.begin(await head(outbox))

    begun = await head(outbox)
    assert (begun.state, begun.attempts) == (State.SENDING, 1)


async def test_what_came_of_it_is_kept_and_a_second_word_changes_nothing(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    await write(outbox, NOON)
    push = await head(outbox)
    await outbox.begin(push)
    refused = said(Verdict.REFUSED, "no", "Fail")
    await outbox.settle(push, State.WAITING, NOON, judgement=refused, refused=True, due_at=7, status=200)
    push = await head(outbox)
    assert (push.refusals, push.due_at, push.error, push.settled_at) == (1, 7, "no", None)
    await outbox.begin(push)
    good = said(Verdict.DELIVERED, "yes", "Success")
    await outbox.settle(push, State.DELIVERED, NOON, judgement=good, status=200, answer='{"Desc":"Success"}', latency=3)
    await outbox.settle(push, State.DEAD, NOON, judgement=refused)

    (kept,) = await listed(store, "park")
    assert (kept.state, kept.attempts, kept.settled_at, kept.error) == (State.DELIVERED, 2, NOON, None)
    assert (kept.desc, kept.status, kept.latency, kept.answer) == ("Success", 200, 3, '{"Desc":"Success"}')
    assert await outbox.head() is None


async def test_how_a_target_stands(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    ends = [Instant(NOON + number * HOUR) for number in range(5)]
    await write(outbox, *ends)
    for state, verdict, when in (
        (State.DELIVERED, Verdict.DELIVERED, NOON),
        (State.DEAD, Verdict.PERMANENT, Instant(NOON - 2 * DAY)),
        (State.DEAD, Verdict.PERMANENT, NOON),
    ):
        push = await head(outbox)
        await outbox.begin(push)
        await outbox.settle(push, state, when, judgement=said(verdict, f"{state} {when}", "Success"))

    standing = await outbox.standing(NOON)

    assert (standing.owed, standing.dead, standing.dead_error) == (2, 1, f"dead {NOON}")
    assert (standing.delivered_at, standing.learnt) == (NOON, "Success")
    assert await counts(store, ends[0]) == {"park": {State.DELIVERED: 1, State.DEAD: 2, State.WAITING: 2}}
    assert await counts(store, ends[3]) == {"park": {State.WAITING: 2}}
    assert [push.window_end for push in await listed(store, "park", "dead")] == ends[1:3]
    assert len(await listed(store, most=2)) == 2


async def test_the_word_that_was_learnt_is_the_first_not_the_newest(store: Store, outbox: PushStore) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    await write(outbox, *(Instant(NOON + number * HOUR) for number in range(4)))
    assert (await outbox.standing(NOON)).learnt is None
    for verdict, desc in ((Verdict.PERMANENT, "No"), (Verdict.DELIVERED, "Success"), (Verdict.DELIVERED, "Accepted")):
        push = await head(outbox)
        await outbox.begin(push)
        state = State.DELIVERED if verdict is Verdict.DELIVERED else State.DEAD
        await outbox.settle(push, state, Instant(push.window_end), judgement=said(verdict, desc, desc))

    standing = await outbox.standing(NOON)
    assert (standing.learnt, standing.delivered_at) == ("Success", NOON + 2 * HOUR)


async def test_dead_letters_are_tried_again_with_all_their_chances_and_delivered_ones_never(
    store: Store, outbox: PushStore
) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    ends = [Instant(NOON + number * HOUR) for number in range(3)]
    await write(outbox, *ends)
    for state in (State.DEAD, State.DELIVERED, State.DEAD):
        push = await head(outbox)
        await outbox.begin(push)
        await outbox.settle(push, state, NOON, judgement=said(Verdict.REFUSED), refused=True)

    assert await outbox.retry(ends[1], LATER) == []
    assert await PushStore(store, "mall").retry(None, LATER) == []
    assert await outbox.retry(None, Instant(LATER + 1)) == [ends[0], ends[2]]

    push = await head(outbox)
    assert (push.state, push.refusals, push.due_at, push.keep_until) == (State.WAITING, 0, AT_ONCE, LATER + 1)


async def test_a_discarded_push_is_owed_no_longer_even_when_its_sender_is_about_to_begin(
    store: Store, outbox: PushStore
) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN))
    await write(outbox, NOON)
    push = await head(outbox)

    assert await outbox.discard(NOON, NOON) == [NOON]
    assert await outbox.discard(NOON, NOON) == []
    assert not await outbox.begin(push)
    assert await outbox.head() is None
    assert await outbox.retry(NOON, LATER) == [NOON]


@pytest.mark.parametrize(("how", "left"), [("all", 4), ("latest", 2), ("none", 1)])
async def test_the_newest_makes_the_waiting_ones_superfluous_where_the_setting_says_so(
    store: Store, outbox: PushStore, how: str, left: int
) -> None:
    await crossed(store, "north", (Instant(NOON - HOUR), IN), (Instant(NOON + DAY - HOUR), IN))
    await crossed(store, "south", (Instant(NOON - HOUR), IN))
    await write(PushStore(store, "mall"), NOON)
    for end in (NOON, Instant(NOON + HOUR), Instant(NOON + DAY), Instant(NOON + DAY + HOUR)):
        await write(outbox, end, catch_up=how)

    states = [push.state for push in await listed(store, "park")]
    assert states.count(State.WAITING) == left
    assert states.count(State.SUPERSEDED) == 4 - left
    assert states[-1] is State.WAITING
    assert [push.state for push in await listed(store, "mall")] == [State.WAITING]


async def test_writing_beside_the_owner_is_seen_by_the_owner(url: URL) -> None:
    async with open_store(url) as owner:
        await crossed(owner, "north", (Instant(NOON - HOUR), IN))
        await write(PushStore(owner, "park"), NOON)
        async with open_beside(url) as guest:
            assert await PushStore(guest, "park").discard(NOON, NOON) == [NOON]

        assert await PushStore(owner, "park").head() is None


async def test_writers_beside_each_other_take_turns(url: URL) -> None:
    async with open_store(url) as owner:
        await crossed(owner, "north", (Instant(NOON - HOUR), IN))
        ends = [Instant(NOON + number * MINUTE) for number in range(20)]
        async with open_beside(url) as guest:
            await asyncio.gather(*(write(PushStore(each, "park"), end) for end in ends for each in (owner, guest)))

        assert [push.window_end for push in await listed(owner)] == ends


async def test_where_there_is_nothing_nobody_writes_beside(sqlite_url: URL) -> None:
    with pytest.raises(ConfigurationError, match="there is no data yet"):
        async with open_beside(sqlite_url):
            raise AssertionError("not reached")

    assert not Path(sqlite_url.database or "").exists()


async def test_another_schema_is_not_written_into(url: URL, engine: Engine) -> None:
    async with open_store(url):
        pass

    def age() -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    await asyncio.to_thread(age)
    with pytest.raises(ConfigurationError, match="schema 0001, this program wants"):
        async with open_beside(url):
            raise AssertionError("not reached")


async def test_a_locked_file_is_trouble_that_passes(sqlite_url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "lahmadaemon.store.engines._PRAGMAS", ("foreign_keys = on", "journal_mode = wal", "busy_timeout = 50")
    )
    async with open_store(sqlite_url) as owner, open_beside(sqlite_url) as guest, owner.write():
        with pytest.raises(UpstreamError, match="locked"):
            await PushStore(guest, "park").discard(NOON, NOON)
