"""What the radio room reads back, on either engine: to the edges of the span that is asked about, and as it was told."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from lahmadaemon.radio.store import Poll, RadioStore
from tests.radio.builders import PLAYER, connection, digest
from tests.store.builders import EVERY, closing, poll, s


async def test_measuring_lasts_from_the_first_valid_poll_to_the_last(radio: RadioStore) -> None:
    assert await radio.observed() == (None, None)
    await radio.record(poll(30, "unreachable"))
    assert await radio.observed() == (None, None)
    for at in (60, 90, 120):
        await radio.record(poll(at))
    await radio.record(poll(150, "empty"))

    assert await radio.observed() == (s(60), s(120))


async def test_the_newest_poll_is_given_back_as_it_was_recorded(radio: RadioStore) -> None:
    assert await radio.last_poll() is None
    silent = Poll(s(60), s(60), EVERY, "unreachable", None, None, None, 10_000, None)
    await radio.record(poll(30))
    await radio.record(silent)

    assert await radio.last_poll() == silent


async def test_a_period_is_vouched_for_by_the_valid_polls_in_it_and_one_on_either_side(radio: RadioStore) -> None:
    for at in (60, 90, 120, 150, 180, 210):
        await radio.record(poll(at))
        await radio.record(poll(at + 10, "unreachable"))
    await RadioStore(radio._store, "other").record(poll(130))

    for start, end, expected in [
        (100, 200, [90, 120, 150, 180, 210]),
        (120, 180, [90, 120, 150, 180]),
        (121, 149, [120, 150]),
        (0, 90, [60, 90]),
        (0, 10, [60]),
        (210, 500, [180, 210]),
        (400, 500, [210]),
    ]:
        assert await radio.valid_polls(s(start), s(end)) == [(s(at), EVERY) for at in expected], (start, end)


async def test_without_polls_nothing_vouches(radio: RadioStore) -> None:
    assert await radio.valid_polls(s(0), s(1000)) == []


async def test_connections_per_listener_are_the_servers_own_counts_in_the_valid_polls_of_a_span(
    radio: RadioStore,
) -> None:
    def counted(at: float, total: int | None, unique: int | None, outcome: str = "valid") -> Poll:
        return replace(poll(at, outcome), total=total, unique_total=unique)

    for each in [
        counted(30, 99, 1), counted(60, 12, 10), counted(90, None, None), counted(120, 0, 0), counted(150, 3, 2),
        counted(155, 99, 1, "suspicious"), counted(180, 99, 1),
    ]:  # fmt: skip
        await radio.record(each)
    await RadioStore(radio._store, "other").record(counted(60, 99, 1))

    assert await radio.connections_per_listener(s(60), s(180)) == 15 / 12
    assert await radio.connections_per_listener(s(90), s(150)) is None
    assert await radio.connections_per_listener(s(500), s(600)) is None


@pytest.fixture
async def visited(radio: RadioStore) -> AsyncIterator[RadioStore]:
    """Anna listened from 100 to 200; Béla came at 150 and is still here; the last valid poll was at 300."""
    anna, bela = connection("anna", 100), connection("béla", 150)
    await radio.record(poll(180), [anna, bela])
    await radio.record(poll(210), [], [closing(anna, 180, 210, 200)])
    await radio.record(poll(300))
    await radio.record(poll(330, "empty"))
    yield radio  # noqa: PT022 - an async fixture has to


async def test_listening_is_whatever_touches_the_span_at_either_end(visited: RadioStore) -> None:
    for start, end, expected in [
        (0, 99.999, []),
        (0, 100, ["anna"]),
        (0, 149.999, ["anna"]),
        (0, 150, ["anna", "béla"]),
        (200, 250, ["anna", "béla"]),
        (200.001, 250, ["béla"]),
        (299, 10_000, ["béla"]),
    ]:
        found = await visited.listening(s(start), s(end))
        assert sorted(key[0] for key in found) == [digest(name) for name in expected], (start, end)


async def test_an_open_connection_ends_for_now_at_the_last_valid_poll(visited: RadioStore) -> None:
    found = (await visited.listening(0, s(1000))).values()

    assert sorted((each.identity, each.started_at, each.ended_at, each.is_open) for each in found) == [
        (digest("anna"), s(100), s(200), False),
        (digest("béla"), s(150), s(300), True),
    ]


async def test_listening_of_some_identities_leaves_the_others_out(visited: RadioStore) -> None:
    for asked, expected in [
        ([digest("anna")], {"anna"}),
        ([digest("béla"), digest("anna"), digest("nobody")], {"anna", "béla"}),
        ([digest(f"nobody {number}") for number in range(499)] + [digest("anna")], {"anna"}),
        ([], set()),
    ]:
        found = await visited.listening(0, s(1000), asked)
        assert {each.identity for each in found.values()} == {digest(name) for name in expected}


async def test_what_a_connection_told_comes_back_as_it_was(radio: RadioStore) -> None:
    plain = connection("anna", 10)
    odd = replace(
        plain, digest=bytes(range(16)), identity=bytes(range(255, 239, -1)), user_agent='Autórádió 📻 "; DROP TABLE\\', city=None,
        country=None, located=False, is_bot=True, is_mobile=True, internal=True, ip="2001:db8::1",
    )  # fmt: skip
    await radio.record(poll(30), [plain, odd], keep_ip=True)

    found = await radio.listening(0, s(1000))

    for each in (plain, odd):
        heard = found[each.key]
        for name in (
            "identity",
            "mount",
            "user_agent",
            "is_bot",
            "internal",
            "located",
            "country",
            "city",
            "ip",
            "network",
        ):
            assert getattr(heard, name) == getattr(each, name), name


async def test_a_nul_in_what_a_client_says_of_itself_is_no_trouble(radio: RadioStore) -> None:
    sly = replace(connection("sly", 10), user_agent=f"{PLAYER}\0", mount="\0", city="\0")

    await radio.record(poll(30), [sly])

    [heard] = (await radio.listening(0, s(1000))).values()
    assert (heard.user_agent, heard.mount, heard.city) == (f"{PLAYER}\ufffd", "\ufffd", "\ufffd")
