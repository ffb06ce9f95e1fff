"""What the desk keeps, on both engines: incidents, mutes, deliveries once each, and who commanded what."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from lahmadaemon.alerts.composing import merged
from lahmadaemon.alerts.conditions import Condition
from lahmadaemon.alerts.deliveries import Kind, Line, Owing, Stage
from lahmadaemon.alerts.incidents import Incident, Mute, Notice, State
from lahmadaemon.alerts.judging import told
from lahmadaemon.alerts.store import MOST_QUEUED, AlertStore, News
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import DAY, HOUR, Instant
from lahmadaemon.store.database import Store
from tests.alerts.house import BUDAPEST

T = Instant(1_792_605_420_000)
FIRING = Incident(
    1, Condition.NO_FILES, "visitors.lobby", State.FIRING, T, {"camera": "lobby", "file": "é\udcff\0.json", "n": 1.5},
    fired_at=T, changes=(T,), owed=Notice.FIRING, owed_since=T,
)  # fmt: skip
OVER = replace(told(FIRING, T), state=State.RESOLVED, cleared_at=T, resolved_at=T, owed=Notice.RESOLVED, owed_since=T)
WORDS = Wording("en", BUDAPEST)


@pytest.fixture
def alerts(store: Store) -> AlertStore:
    return AlertStore(store)


def news(*owing: Incident, recipients: Sequence[str] = ("@ann",), now: Instant = T) -> News:
    def write(earlier: Sequence[Line], landed: object) -> tuple[Sequence[Line], str]:
        lines = merged(earlier, owing, landed, WORDS, now)  # type: ignore[arg-type]
        return lines, WORDS.text(lines)

    return News(recipients, write, now)


def audited(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT who, outcome FROM alert_audit ORDER BY number"))]


async def test_an_incident_comes_back_as_it_was_kept(alerts: AlertStore) -> None:
    await alerts.save([FIRING])
    await alerts.save([FIRING])

    standing = await alerts.standing(T)

    assert standing.incidents == [FIRING]
    assert standing.incidents[0].detail == FIRING.detail
    assert (standing.last_number, standing.recent) == (1, {})


async def test_resolved_incidents_are_left_out_but_for_their_recent_changes_and_what_is_owed(
    alerts: AlertStore,
) -> None:
    done = replace(OVER, number=2, owed=None, owed_since=None)
    await alerts.save([OVER, done, replace(done, number=3, subject="old", resolved_at=Instant(T - HOUR))])

    standing = await alerts.standing(T)

    assert [incident.number for incident in standing.incidents] == [1]
    assert standing.recent == {OVER.key: OVER.changes}
    assert standing.last_number == 3


async def test_an_incident_of_a_condition_that_this_version_does_not_know_is_left_alone(
    alerts: AlertStore, engine: Engine
) -> None:
    await alerts.save([FIRING, replace(FIRING, number=2)])
    await asyncio.to_thread(renamed, engine)

    assert [incident.number for incident in (await alerts.standing(T)).incidents] == [1]


def renamed(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alert_incidents SET condition = 'meteorite' WHERE number = 2"))


async def test_a_pending_incident_that_was_nothing_is_forgotten(alerts: AlertStore) -> None:
    await alerts.save([replace(FIRING, state=State.PENDING)])
    await alerts.save([], [1])

    assert (await alerts.standing(T)).incidents == []


async def test_a_message_is_written_once_however_often_its_write_is_repeated(alerts: AlertStore) -> None:
    for _ in range(3):
        await alerts.save([told(FIRING, T)], news=news(FIRING))

    [delivery] = await alerts.queue()
    assert (delivery.recipient, delivery.kind, delivery.attempts) == ("@ann", Kind.ALARM, 0)
    assert 0 < delivery.random_id < 2**63
    assert [(line.notice, line.first) for line in delivery.told] == [(Notice.FIRING, True)]


async def test_a_message_nobody_tried_to_send_is_merged_with_the_next(alerts: AlertStore) -> None:
    await alerts.save([told(FIRING, T)], news=news(FIRING))
    await alerts.save([told(OVER, T)], news=news(OVER))

    [delivery] = await alerts.queue()
    assert [(line.notice, line.first) for line in delivery.told] == [(Notice.WAS, True)]
    assert delivery.number == 2


async def test_a_message_that_was_tried_is_never_rewritten(alerts: AlertStore) -> None:
    await alerts.save([told(FIRING, T)], news=news(FIRING))
    assert await alerts.begin(1)
    await alerts.postpone(1, Instant(T + HOUR), "no answer")
    await alerts.save([told(OVER, T)], news=news(OVER))

    first, second = await alerts.queue()
    assert (first.attempts, first.not_before, first.error) == (1, T + HOUR, "no answer")
    assert [line.notice for line in (*first.told, *second.told)] == [Notice.FIRING, Notice.RESOLVED]


async def test_a_message_that_is_taken_back_leaves_nothing(alerts: AlertStore) -> None:
    await alerts.save([told(FIRING, T)], news=news(FIRING))
    await alerts.save([told(OVER, T)], news=news(replace(OVER, owed=Notice.WITHDRAWN)))

    assert await alerts.queue() == []


async def test_an_attempt_at_what_was_superseded_is_not_begun_and_what_is_settled_stays_so(alerts: AlertStore) -> None:
    await alerts.save([told(FIRING, T)], news=news(FIRING))
    await alerts.save([told(OVER, T)], news=news(OVER))
    assert not await alerts.begin(1)
    assert await alerts.begin(2)
    await alerts.settle(2, Stage.DELIVERED, T)
    await alerts.settle(2, Stage.REFUSED, T, "late")
    await alerts.postpone(2, T, "late")

    assert await alerts.queue() == []
    assert await alerts.owing() == Owing(0, None)


async def test_a_digest_is_written_once_a_day_for_each_recipient(alerts: AlertStore) -> None:
    assert not await alerts.has_day("2026-10-20")
    assert await alerts.add(["@ann"], Kind.DIGEST, "a day", T, "2026-10-20")
    assert await alerts.add(["@ann", "@bob"], Kind.DIGEST, "a day", T, "2026-10-20")
    assert not await alerts.add(["@ann", "@bob"], Kind.DIGEST, "a day", T, "2026-10-20")

    assert await alerts.has_day("2026-10-20")
    assert [delivery.recipient for delivery in await alerts.queue()] == ["@ann", "@bob"]


@pytest.mark.slow
async def test_of_too_many_messages_the_oldest_give_way(alerts: AlertStore) -> None:
    for number in range(MOST_QUEUED + 5):
        await alerts.add(["@ann"], Kind.TEST, f"message {number}", T)
    await alerts.add(["@bob"], Kind.TEST, "message", T)

    queue = await alerts.queue(["@ann"])
    assert len(queue) == MOST_QUEUED
    assert queue[0].text == "message 5"


async def test_what_is_owed_to_somebody_who_is_no_recipient_any_more_is_given_up(alerts: AlertStore) -> None:
    await alerts.add(["@ann", "@bob"], Kind.TEST, "hello", T)
    await alerts.abandon(["@bob"], T)

    assert [delivery.recipient for delivery in await alerts.queue()] == ["@bob"]


async def test_the_webhook_tells_what_nobody_has_received(alerts: AlertStore) -> None:
    await alerts.save([told(FIRING, T)], news=news(FIRING, recipients=["@ann", "@bob"]))
    assert [delivery.recipient for delivery in await alerts.not_told_elsewhere(Instant(T - DAY))] == ["@ann", "@bob"]
    assert await alerts.not_told_elsewhere(Instant(T + 1)) == []

    await alerts.begin(1)
    await alerts.settle(1, Stage.REFUSED, T, "blocked")
    assert len(await alerts.not_told_elsewhere(T)) == 2
    await alerts.begin(2)
    await alerts.settle(2, Stage.DELIVERED, T)
    assert await alerts.not_told_elsewhere(T) == []


async def test_what_the_webhook_told_is_not_rewritten(alerts: AlertStore) -> None:
    await alerts.save([told(FIRING, T)], news=news(FIRING))
    await alerts.told_elsewhere([1], T, settled=False)
    await alerts.save([told(OVER, T)], news=news(OVER))

    assert [delivery.told[0].notice for delivery in await alerts.queue()] == [Notice.FIRING, Notice.RESOLVED]
    assert [delivery.number for delivery in await alerts.not_told_elsewhere(T)] == [2]
    await alerts.told_elsewhere([2], T, settled=True)
    assert [delivery.number for delivery in await alerts.queue()] == [1]


async def test_a_mute_is_one_row_for_a_key_and_old_ones_go(alerts: AlertStore) -> None:
    await alerts.mute(Mute("lobby", Instant(T + 1), T, "ann"))
    await alerts.mute(Mute("garden", Instant(T + DAY), T, "ann"))
    again = Mute("garden", Instant(T + HOUR), Instant(T + 2), "bob")
    await alerts.mute(again)

    assert (await alerts.standing(T)).mutes == [again]
    await alerts.unmute("garden")
    assert (await alerts.standing(T)).mutes == []


async def test_who_commanded_what_is_noted_in_order(alerts: AlertStore, engine: Engine) -> None:
    await alerts.note(T, "ann", "/mute lobby 2h", "done")
    await alerts.note(T, "eve", "/mute lobby 2h", "not allowed")

    assert await asyncio.to_thread(audited, engine) == [("ann", "done"), ("eve", "not allowed")]


async def test_the_incidents_of_a_day_are_those_that_fired_in_it(alerts: AlertStore) -> None:
    await alerts.save(
        [FIRING, replace(FIRING, number=2, fired_at=None), replace(FIRING, number=3, raised_at=Instant(T + 9))]
    )

    assert [incident.number for incident in await alerts.opened_between(T, Instant(T + 9))] == [1]
