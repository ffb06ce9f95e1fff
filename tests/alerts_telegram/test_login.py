"""Logging in, as the human sees it, and the test message."""

import stat
from pathlib import Path

import pytest
from telethon.tl import functions

from lahmadaemon.alerts.telegram.login import Human, Tried, login, try_out
from lahmadaemon.alerts.telegram.opening import session_of
from lahmadaemon.alerts.telegram.session import Session
from lahmadaemon.alerts.telegram.settings import TelegramSettings
from lahmadaemon.errors import ConfigurationError, HopelessError, UpstreamError
from tests.alerts_telegram.conftest import ACCOUNT, BOT, PHONE, Stage
from tests.fakes.telegram_password import Password
from tests.fakes.telegram_server import CODE

PASSWORD = "canary in the 矿井"


class Somebody:
    """Gives prepared answers, and remembers the questions and what was said."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.questions: list[str] = []
        self.heard: list[str] = []

    def ask(self, question: str) -> str:
        self.questions.append(question)
        return self.answers.pop(0)

    def ask_secret(self, question: str) -> str:
        return self.ask(f"(secretly) {question}")

    @property
    def human(self) -> Human:
        return Human(self.ask, self.ask_secret, self.heard.append)


async def log_in(
    stage: Stage, somebody: Somebody, given: dict[str, object] | None = None, session: str | None = None
) -> None:
    settings = TelegramSettings.model_validate(given or ACCOUNT)
    await login(settings, Session(stage.folder, session), somebody.human, server=stage.server.address)


async def test_a_person_logs_in_with_a_code_and_the_daemon_uses_it(stage: Stage) -> None:
    somebody = Somebody(f" {CODE[:2]}-{CODE[2:]} ")
    await log_in(stage, somebody)

    assert somebody.questions == ["The code that Telegram has just sent you: "]
    assert somebody.heard == [f"Logged in as Csilla (@csilla, 555); the login is kept in {stage.session_path}."]
    assert stat.S_IMODE(stage.session_path.stat().st_mode) == 0o600
    channel = stage.channel(ACCOUNT)
    await channel.open()
    await channel.send("me", "x", 1)
    assert stage.texts == ["x"]


async def test_without_a_number_in_the_settings_it_is_asked_for(stage: Stage) -> None:
    somebody = Somebody(PHONE, CODE)
    await log_in(stage, somebody, {name: value for name, value in ACCOUNT.items() if name != "phone"})

    assert somebody.questions[0].startswith("Phone number")
    assert stage.session_path.exists()


@pytest.mark.slow
async def test_two_step_verification_asks_for_the_password_up_to_three_times(stage: Stage) -> None:
    stage.me.password = Password(PASSWORD)
    somebody = Somebody(CODE, "wrong", "", PASSWORD)
    await log_in(stage, somebody)

    assert [question.startswith("(secretly)") for question in somebody.questions] == [False, True, True, True]
    assert somebody.heard[:2] == ["That is not the password."] * 2
    assert somebody.heard[2].startswith("Logged in as Csilla")


@pytest.mark.slow
async def test_three_wrong_passwords_are_enough(stage: Stage) -> None:
    stage.me.password = Password(PASSWORD)

    with pytest.raises(HopelessError, match="3 wrong passwords"):
        await log_in(stage, Somebody(CODE, "a", "b", "c", PASSWORD))

    assert not stage.session_path.exists()


async def test_a_wrong_code_is_asked_for_again(stage: Stage) -> None:
    somebody = Somebody("11111", "", CODE)
    await log_in(stage, somebody)

    assert somebody.heard[:2] == ["That is not the code."] * 2
    assert stage.session_path.exists()


async def test_three_wrong_codes_are_enough(stage: Stage) -> None:
    with pytest.raises(HopelessError, match="3 wrong codes; run `lahmadaemon telegram login` again for a new one"):
        await log_in(stage, Somebody("1", "2", "3", CODE))

    assert not stage.session_path.exists()


async def test_a_code_that_has_expired_is_said_so(stage: Stage) -> None:
    stage.server.will(functions.auth.SignInRequest, "PHONE_CODE_EXPIRED")

    with pytest.raises(UpstreamError, match="code has expired"):
        await log_in(stage, Somebody(CODE))


async def test_a_wrong_number_is_said_so(stage: Stage) -> None:
    stage.server.will(functions.auth.SendCodeRequest, "PHONE_NUMBER_INVALID")

    with pytest.raises(HopelessError, match="phone number is invalid"):
        await log_in(stage, Somebody())


async def test_a_bot_needs_no_answers_and_its_human_hears_what_is_left_to_do(stage: Stage) -> None:
    somebody = Somebody()
    await log_in(stage, somebody, BOT)

    assert somebody.heard[0].startswith("Logged in as @lahma_bot (a bot, 123456789)")
    assert "must open it and press Start" in somebody.heard[1]


async def test_whoever_is_logged_in_already_is_not_logged_in_again(stage: Stage) -> None:
    stage.logged_in(stage.me)
    somebody = Somebody()
    await log_in(stage, somebody)

    assert somebody.heard == ["Already logged in as Csilla (@csilla, 555)."]
    assert stage.server.handshakes == 0


@pytest.mark.parametrize("left", ["ended", "bot", "garbage"])
async def test_a_login_that_is_of_no_use_is_replaced(stage: Stage, left: str) -> None:
    stage.logged_in(stage.bot if left == "bot" else stage.me)
    if left == "ended":
        stage.server.end_logins("SESSION_REVOKED")
    if left == "garbage":
        stage.session_path.write_text("garbage")
    somebody = Somebody(CODE)
    await log_in(stage, somebody)

    assert somebody.heard[0].startswith("Logged in as Csilla")


async def test_a_login_that_was_given_is_not_replaced_by_one_that_would_not_be_used(stage: Stage) -> None:
    with pytest.raises(ConfigurationError, match="LAHMA_TELEGRAM__SESSION is of no use any more: remove it"):
        await log_in(stage, Somebody(CODE), session=stage.server.session_for(None))


async def test_a_login_that_cannot_be_kept_is_said_so(stage: Stage) -> None:
    (stage.folder / "file").write_text("")
    settings = TelegramSettings.model_validate(BOT)

    with pytest.raises((ConfigurationError, HopelessError), match=r"file.telegram\.session cannot be"):
        await login(settings, Session(stage.folder / "file"), Somebody().human, server=stage.server.address)


async def test_a_test_message_goes_to_everybody_and_tells_what_came_of_it(stage: Stage) -> None:
    stage.logged_in()

    tried = await try_out(stage.channel(), ["@anna", "@nobody", "888"], "test")

    assert [each.recipient for each in tried if each.trouble is None] == ["@anna", "888"]
    assert tried[1] == Tried("@nobody", tried[1].trouble)
    assert "does not let us find @nobody" in str(tried[1].trouble)


def test_a_given_session_is_the_one_that_is_read() -> None:
    given = TelegramSettings.model_validate(BOT | {"session": "1" + "A" * 351 + "="})

    assert session_of(given, Path("x")).given == "1" + "A" * 351 + "="
    assert session_of(TelegramSettings.model_validate(BOT), Path("x")).given is None
