"""Finding recipients: asked once, remembered over restarts, found again where they have moved."""

import pytest
from structlog.testing import capture_logs
from telethon.tl import functions

from lahmadaemon.alerts.telegram.store import Address, PeerStore
from lahmadaemon.errors import HopelessError, Refused, UpstreamError
from lahmadaemon.store.database import Store
from tests.alerts_telegram.conftest import ACCOUNT, Stage

RESOLVE = functions.contacts.ResolveUsernameRequest


class Notebook:
    """A book with a memory."""

    def __init__(self) -> None:
        self.pages: dict[str, Address] = {}

    async def find(self, recipient: str) -> Address | None:
        return self.pages.get(recipient)

    async def keep(self, recipient: str, address: Address) -> None:
        self.pages[recipient] = address

    async def forget(self, recipient: str) -> None:
        self.pages.pop(recipient, None)


class BrokenBook(Notebook):
    """A store on a full disk."""

    async def find(self, recipient: str) -> Address | None:
        raise UpstreamError("the store does not answer")

    async def keep(self, recipient: str, address: Address) -> None:
        raise HopelessError("this store was opened for reading only")

    async def forget(self, recipient: str) -> None:
        raise UpstreamError("the store does not answer")


async def test_a_name_is_looked_up_once(stage: Stage) -> None:
    stage.logged_in()
    channel = stage.channel()
    await channel.open()

    for number in range(3):
        await channel.send("@anna", "x", number)

    assert stage.server.requests.count("ResolveUsername") == 1


async def test_a_restart_does_not_look_names_up_anew(stage: Stage, store: Store) -> None:
    stage.logged_in()
    for number in range(2):
        channel = stage.channel(book=PeerStore(store))
        await channel.open()
        await channel.send("@anna", "x", number)
        await channel.close()

    assert stage.server.requests.count("ResolveUsername") == 1
    assert len(stage.texts) == 2


@pytest.mark.parametrize(
    ("recipient", "address"),
    [("777", Address("user", 777)), ("-55", Address("chat", 55)), ("-1000000000066", Address("channel", 66))],
)
async def test_people_and_groups_are_reached_by_number(stage: Stage, recipient: str, address: Address) -> None:
    stage.server.group(55)
    stage.server.channel(66)
    stage.logged_in()
    book = Notebook()
    channel = stage.channel(book=book)
    await channel.open()

    await channel.send(recipient, "x", 1)

    assert stage.server.messages[0].to in {stage.anna, *stage.server.groups.values(), *stage.server.channels.values()}
    assert (book.pages[recipient].kind, book.pages[recipient].peer) == (address.kind, address.peer)


@pytest.mark.parametrize("recipient", ["@nobody", "999", "-1000000000067"])
async def test_whoever_is_not_there_is_refused_with_what_to_do(stage: Stage, recipient: str) -> None:
    stage.logged_in()
    channel = stage.channel()
    await channel.open()

    with pytest.raises(Refused, match=r"does not let us find .*: (is the name right|it must write to the bot)"):
        await channel.send(recipient, "x", 1)


async def test_somebody_who_never_wrote_to_the_bot_cannot_be_found_by_number(stage: Stage) -> None:
    stage.anna.in_dialogs = False
    stage.logged_in()
    channel = stage.channel()
    await channel.open()

    with pytest.raises(Refused, match="find 777: it must write to the bot, or the bot must be in the group"):
        await channel.send("777", "x", 1)


async def test_an_account_finds_people_by_number_among_its_conversations(stage: Stage) -> None:
    stage.logged_in(stage.me)
    channel = stage.channel(ACCOUNT)
    await channel.open()

    await channel.send("777", "x", 1)
    with pytest.raises(Refused, match="find 999: write to it first"):
        await channel.send("999", "x", 2)

    assert stage.server.messages[0].to is stage.anna


async def test_a_limit_on_looking_names_up_is_a_wait(stage: Stage) -> None:
    stage.logged_in()
    channel = stage.channel()
    await channel.open()
    stage.server.will(RESOLVE, "FLOOD_WAIT_70")

    with pytest.raises(UpstreamError) as caught:
        await channel.send("@anna", "x", 1)

    assert caught.value.retry_after == 70.0


async def test_an_address_that_has_become_wrong_is_looked_up_anew(stage: Stage) -> None:
    """Another bot's token: every key to a person that the earlier bot had is worth nothing to it."""
    book = Notebook()
    book.pages["@anna"] = Address("user", stage.anna.id, 12345)
    stage.logged_in()
    channel = stage.channel(book=book)
    await channel.open()

    await channel.send("@anna", "x", 1)

    assert stage.texts == ["x"]
    assert book.pages["@anna"] == Address("user", stage.anna.id, stage.anna.hash)


async def test_somebody_who_has_gone_is_looked_up_anew_only_once(stage: Stage) -> None:
    book = Notebook()
    book.pages["@anna"] = Address("user", stage.anna.id, 12345)
    stage.logged_in()
    channel = stage.channel(book=book)
    await channel.open()
    stage.server.will(functions.messages.SendMessageRequest, "PEER_ID_INVALID", "PEER_ID_INVALID")

    with pytest.raises(Refused):
        await channel.send("@anna", "x", 1)

    assert stage.server.requests.count("SendMessage") == 2


async def test_somebody_who_has_left_telegram_is_not_written_to_at_the_old_address_again(stage: Stage) -> None:
    book = Notebook()
    book.pages["@nobody"] = Address("user", 999, 12345)
    stage.logged_in()
    channel = stage.channel(book=book)
    await channel.open()

    for number in range(2):
        with pytest.raises(Refused, match="find @nobody"):
            await channel.send("@nobody", "x", number)

    assert stage.server.requests.count("SendMessage") == 1
    assert book.pages == {}


async def test_somebody_who_blocks_the_bot_is_not_looked_up_anew(stage: Stage) -> None:
    book = Notebook()
    book.pages["@anna"] = Address("user", stage.anna.id, stage.anna.hash)
    stage.logged_in()
    channel = stage.channel(book=book)
    await channel.open()
    stage.server.will(functions.messages.SendMessageRequest, "USER_IS_BLOCKED")

    with pytest.raises(Refused):
        await channel.send("@anna", "x", 1)

    assert stage.server.requests.count("ResolveUsername") == 0
    assert "@anna" in book.pages


async def test_a_group_that_has_become_a_supergroup_is_followed_and_remembered(stage: Stage, store: Store) -> None:
    group = stage.server.group(55)
    stage.logged_in()
    channel = stage.channel(book=PeerStore(store))
    await channel.open()
    await channel.send("-55", "before", 1)
    group.became = stage.server.channel(66)

    with capture_logs() as logs:
        await channel.send("-55", "after", 2)
    await channel.close()
    later = stage.channel(book=PeerStore(store))
    await later.open()
    await later.send("-55", "much later", 3)

    assert [message.to for message in stage.server.messages] == [group, group.became, group.became]
    assert logs == [{"event": "alert.group_moved", "log_level": "info", "recipient": "-55", "to": "-1000000000066"}]
    assert stage.server.requests.count("GetChats") == 1


async def test_a_group_we_were_thrown_out_of_is_refused(stage: Stage) -> None:
    stage.logged_in()
    channel = stage.channel()
    await channel.open()

    with pytest.raises(Refused, match="Telegram says"):
        await channel.send("-55", "x", 1)

    assert stage.server.requests.count("SendMessage") == 1


async def test_a_store_that_fails_holds_up_no_alarm_about_just_that(stage: Stage) -> None:
    group = stage.server.group(55)
    group.became = stage.server.channel(66)
    stage.logged_in()
    channel = stage.channel(book=BrokenBook())
    await channel.open()

    with capture_logs() as logs:
        await channel.send("@anna", "the store fails", 1)
        await channel.send("-55", "the store fails", 2)

    assert stage.texts == ["the store fails"] * 2
    assert {line["event"] for line in logs} == {"alert.peers_not_kept", "alert.group_moved"}


async def test_the_book_keeps_one_address_a_recipient(store: Store) -> None:
    book = PeerStore(store)
    await book.keep("@anna", Address("user", 1, -(2**63)))
    await book.keep("@anna", Address("user", 2**40, 2**63 - 1))
    await book.keep("@bela", Address("chat", 3))

    assert await book.find("@anna") == Address("user", 2**40, 2**63 - 1)
    await book.forget("@anna")
    await book.forget("@anna")
    assert await book.find("@anna") is None
    assert await book.find("@bela") == Address("chat", 3)
