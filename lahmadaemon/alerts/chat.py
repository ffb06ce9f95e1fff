"""Commands that people write in the chat: understood, carried out, noted, answered. Who may is decided before."""

import difflib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

import structlog

from lahmadaemon.alerts.conditions import RULES
from lahmadaemon.alerts.deliveries import Kind
from lahmadaemon.alerts.desk import Desk
from lahmadaemon.alerts.incidents import Incident
from lahmadaemon.alerts.store import AlertStore
from lahmadaemon.alerts.wording import LONGEST_TEXT, Wording, visible
from lahmadaemon.clock import SECOND, Clock, Instant
from lahmadaemon.configuration import seconds
from lahmadaemon.errors import LahmaError, Refused

log = structlog.get_logger()

LONGEST_MUTE = 30 * 86400.0
HELP = {
    "/status": "how the services are",
    "/today": "today so far",
    "/week": "this week so far",
    "/cameras": "how the cameras are",
    "/alarms": "what is wrong now, and what is muted",
    "/mute KEY 2h": "say nothing of it for so long",
    "/unmute KEY": "speak of it again",
    "/ack KEY": "I take care of it: no reminders",
    "/test": "send a test message to everybody",
    "/help": "this list; KEY is a number from /alarms, a condition, a subject, or condition:subject",
}
Text = Callable[[], Awaitable[str]]


class Command(NamedTuple):
    """What somebody wrote."""

    name: str
    words: Sequence[str]


def parse(text: str) -> Command:
    """`/mute@some_bot lobby 2h` is `/mute`, `lobby`, `2h`."""
    name, *words = text.split() or [""]
    return Command(name.partition("@")[0].lower(), words)


class Chat:
    """`texts`: what /status, /today, /week and /cameras answer; one that is missing is not offered."""

    def __init__(
        self, desk: Desk, store: AlertStore, clock: Clock, words: Wording, recipients: Sequence[str],
        texts: Mapping[str, Text],
    ) -> None:  # fmt: skip
        self._desk = desk
        self._store = store
        self._clock = clock
        self._words = words
        self._recipients = recipients
        self._texts = {f"/{name.removeprefix('/')}": text for name, text in texts.items()}
        self._own: dict[str, Callable[[str, Sequence[str]], Awaitable[str]]] = {
            "/alarms": self._alarms, "/mute": self._mute, "/unmute": self._unmute, "/ack": self._ack,
            "/test": self._test, "/help": self._help, "/start": self._help,
        }  # fmt: skip

    async def answer(self, who: str, text: str) -> str:
        """Do what somebody who may command has written, note it, and answer."""
        command = parse(text)
        try:
            outcome, said = "done", await self._do(who, command)
        except Refused as refusal:
            outcome, said = "refused", str(refusal)
        except LahmaError as trouble:
            outcome, said = "failed", f"That does not work now: {trouble}"
        try:
            await self._note(who, text, outcome)
        except LahmaError as trouble:
            said += f"\n(This could not be noted: {trouble})"
        return said[:LONGEST_TEXT] or "Nothing to show."

    async def refuse(self, who: str, text: str) -> None:
        """Note what somebody wrote who may not command; there is no answer."""
        log.warning("alert.stranger_refused", who=visible(who))
        await self._note(who, text, "not allowed")

    async def _note(self, who: str, text: str, outcome: str) -> None:
        await self._store.note(self._clock.now(), visible(who), visible(text), outcome)

    async def _do(self, who: str, command: Command) -> str:
        if command.name in self._texts:
            return await self._texts[command.name]()
        if command.name in self._own:
            return await self._own[command.name](visible(who), command.words)
        near = difflib.get_close_matches(command.name, self._offered(), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise Refused(f"I do not know {visible(command.name, 40)!r}.{hint} /help lists what I know.")

    def _offered(self) -> list[str]:
        names = [usage.split()[0] for usage in HELP]
        return [name for name in names if name in self._texts or name in self._own]

    async def _help(self, _who: str, _words: Sequence[str]) -> str:
        offered = self._offered()
        return "\n".join(f"{usage}: {what}" for usage, what in HELP.items() if usage.split()[0] in offered)

    async def _alarms(self, _who: str, _words: Sequence[str]) -> str:
        now = self._clock.now()
        lines = [self._line(each, now) for each in self._desk.open_incidents()]
        mutes = [f"{mute.key} until {self._words.moment(mute.until, now)}" for mute in self._desk.mutes.lasting(now)]
        return "\n".join([*(lines or ["No open alarms."]), *([f"Muted: {', '.join(mutes)}"] if mutes else [])])

    def _line(self, incident: Incident, now: Instant) -> str:
        facts, mute = self._words.facts(incident, now), self._desk.mutes.holding(incident.key, now)
        states = [incident.state.value, RULES[incident.condition].severity.value]
        states += ["unstable"] if incident.unstable_at else []
        states += [f"acknowledged by {incident.acked_by}"] if incident.acked_at else []
        states += [f"muted until {self._words.moment(mute.until, now)}"] if mute else []
        what = f"{facts['what']}, since {facts['since']} ({', '.join(states)})"
        return f"#{incident.number} {incident.condition}:{visible(incident.subject)} – {what}"

    async def _mute(self, who: str, words: Sequence[str]) -> str:
        if len(words) != 2:
            raise Refused("Write what and for how long, such as: /mute lobby 2h")
        key, written = words
        try:
            length = seconds(written)
        except ValueError:
            length = 0.0
        if not 0 < length <= LONGEST_MUTE:
            raise Refused(f"{visible(written, 40)!r} is not a time from 1s to 30d. Write for example: /mute {key} 2h")
        until = Instant(self._clock.now() + round(length * SECOND))
        kept = await self._desk.mute(key, until, who)
        return f"Muted {kept} until {self._words.moment(until, self._clock.now())}. /unmute {kept} ends it."

    async def _unmute(self, _who: str, words: Sequence[str]) -> str:
        return f"{await self._desk.unmute(self._key('/unmute', words))} is not muted any more."

    async def _ack(self, who: str, words: Sequence[str]) -> str:
        acked = await self._desk.ack(self._key("/ack", words), who)
        names = ", ".join(f"#{each.number} {each.condition}:{visible(each.subject)}" for each in acked)
        return f"Acknowledged: {names}. There will be no reminders; you will hear when it is over."

    def _key(self, command: str, words: Sequence[str]) -> str:
        if len(words) != 1:
            raise Refused(f"Write what, such as: {command} lobby")
        return words[0]

    async def _test(self, _who: str, _words: Sequence[str]) -> str:
        now = self._clock.now()
        await self._store.add(self._recipients, Kind.TEST, self._words.language.test, now)
        self._desk.tray.ring()
        return f"A test message is on its way to {len(self._recipients)} recipient(s)."
