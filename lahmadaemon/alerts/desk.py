"""The desk: hears what services say, judges it, keeps incidents, and writes the messages that are owed about them."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import structlog

from lahmadaemon.alerts import edges, keys
from lahmadaemon.alerts.composing import merged
from lahmadaemon.alerts.conditions import INHIBITED_BY, RULES, STORE, Severity
from lahmadaemon.alerts.deliveries import Line
from lahmadaemon.alerts.hearing import STORE_KEY, Hearing
from lahmadaemon.alerts.incidents import Incident, Key, Mute, State
from lahmadaemon.alerts.judging import UNSTABLE_WINDOW, due_at, judge, told, unwatched
from lahmadaemon.alerts.mutes import Mutes
from lahmadaemon.alerts.store import AlertStore, News
from lahmadaemon.alerts.tray import Tray, Urgent
from lahmadaemon.alerts.wording import Wording
from lahmadaemon.clock import DAY, SECOND, Clock, Instant
from lahmadaemon.errors import HopelessError, Refused, UpstreamError

log = structlog.get_logger()

GROUP_WAIT = 20 * SECOND
"""How long a notice waits for its neighbours, so that they share a message."""
SHORTEST = 1.0
IDLE = 15.0
AGAIN = 5.0
"""Seconds between two looks: at least, where nothing is heard or due, and while the store fails."""
UNSPOKEN = 600.0
"""Seconds after the start until an incident of which nobody spoke, and whose subject is gone, is closed."""
_GRAVITY = list(Severity)


class Desk(Hearing):
    """What it knows is in memory and, but for the last moments, in the store."""

    def __init__(
        self,
        store: AlertStore,
        clock: Clock,
        words: Wording,
        recipients: Sequence[str],
        subjects: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """`subjects`: everything that is watched in this house now."""
        super().__init__(clock)
        self.tray = Tray()
        self.watchers: list[Callable[[], None]] = []
        self.mutes = Mutes(store)
        self._store = store
        self._words = words
        self._recipients = recipients
        self._subjects = subjects
        self._incidents: dict[int, Incident] = {}
        self._recent: dict[Key, tuple[Instant, ...]] = {}
        self._last_number = 0
        self._loaded_at: float | None = None
        self._addressed = False
        self._changed: set[int] = set()
        self._forgotten: set[int] = set()
        self._store_failed = False

    def address(self, words: Wording, recipients: Sequence[str]) -> None:
        """From now on tell these, in these words. What is owed to others is not told any more."""
        self._words, self._recipients, self._addressed = words, recipients, False
        self.heard.set()

    def open_incidents(self) -> list[Incident]:
        """What is wrong now, the gravest first."""
        found = [each for each in self._incidents.values() if each.state in {State.FIRING, State.CLEARING}]
        return sorted(found, key=lambda each: (_GRAVITY.index(RULES[each.condition].severity), each.number))

    async def mute(self, key: str, until: Instant, who: str) -> str:
        """Say nothing of what the key means until then. Returns the key as it is kept; Refused where it means nothing."""
        kept = keys.lasting(key, self._incidents.values(), self._known_subjects())
        if kept is None:
            raise self._unknown(key)
        await self.mutes.put(Mute(kept, until, self._clock.now(), who))
        self.heard.set()
        return kept

    async def unmute(self, key: str) -> str:
        """End a mute. Refused where there is none."""
        kept = keys.lasting(key, self._incidents.values(), self._known_subjects()) or key
        await self.mutes.drop(kept, self._clock.now())
        self.heard.set()
        return kept

    async def ack(self, key: str, who: str) -> list[Incident]:
        """Somebody takes care: no reminders any more. Refused where nothing open is meant."""
        meant = [each for each in self.open_incidents() if keys.means(key, each.key, each.number)]
        if not meant:
            raise self._unknown(key) if self.open_incidents() else Refused("there is no open alarm")
        for each in meant:
            acked = replace(each, acked_at=self._clock.now(), acked_by=who)
            self._incidents[each.number] = acked
            self._changed.add(each.number)
        self.heard.set()
        return meant

    async def note(self, who: str, command: str, outcome: str) -> None:
        """Who commanded what elsewhere than in a chat, and what came of it."""
        await self._store.note(self._clock.now(), who, command, outcome)

    def _unknown(self, key: str) -> Refused:
        near = keys.nearest(key, self.open_incidents(), self._known_subjects())
        hint = f"; did you mean {near}?" if near else ""
        return Refused(f"nothing is called {key!r}{hint}")

    def _known_subjects(self) -> set[str]:
        mine = {subject for _, subject in self._signals} | {each.subject for each in self._incidents.values()}
        return mine | set(self._subjects())

    async def turn(self) -> None:
        """Judge everything and write what changed. Raises UpstreamError while the store cannot be used."""
        for look in self.watchers:
            look()
        self._hear_of_the_store()
        now = self._clock.now()
        try:
            if self._loaded_at is None:
                await self._load(now)
            self._judge_all(now)
            if not self._addressed:
                await self._abandon(now)
            await self._write(now)
        except (UpstreamError, HopelessError) as trouble:
            self._store_failed = True
            self.raise_alarm(*STORE_KEY, error=str(trouble))
            if self._loaded_at is None:
                self._judge(STORE_KEY, self._by_key().get(STORE_KEY), now, inhibited=False)
            self._tell_without_store(now)
            raise UpstreamError(str(trouble), outcome="store") from trouble
        if self._store_failed:
            self._store_failed = False
            self.clear_alarm(*STORE_KEY)

    async def _load(self, now: Instant) -> None:
        await self._abandon(now)
        standing = await self._store.standing(Instant(now - UNSTABLE_WINDOW))
        meanwhile = list(self._incidents.values())
        self._incidents = {each.number: each for each in standing.incidents}
        self._recent = dict(standing.recent)
        self.mutes.load(standing.mutes)
        self._last_number = standing.last_number
        for each in meanwhile:  # the store's own incident, judged while the store could not be read
            if each.key not in self._by_key():
                self._keep(replace(each, number=0))
        self._loaded_at = self._clock.monotonic()
        self.clear_alarm(*STORE_KEY)  # an earlier start may have left it open

    async def _abandon(self, now: Instant) -> None:
        """What is owed to others than those who are told now is given up."""
        await self._store.abandon(self._recipients, now)
        self._addressed = True

    def _by_key(self) -> dict[Key, Incident]:
        return {each.key: each for each in self._incidents.values() if each.open}

    def _judge_all(self, now: Instant) -> None:
        opened = self._by_key()
        raised = {key for key, signal in self._signals.items() if signal.raised}
        holding = opened.keys() | raised
        for key in sorted(holding):
            condition, subject = key
            above = {(each, where) for each in INHIBITED_BY.get(condition, ()) for where in (subject, STORE)}
            self._judge(key, opened.get(key), now, inhibited=not above.isdisjoint(holding))
        if self._clock.monotonic() - (self._loaded_at or 0.0) >= UNSPOKEN:
            watched = set(self._subjects())
            for key, incident in opened.items():
                if key not in self._signals and incident.subject not in watched and incident.number in self._incidents:
                    self._keep(unwatched(incident, now))
                    log.info("alert.unwatched", number=incident.number, condition=key[0].value, subject=key[1])

    def _judge(self, key: Key, was: Incident | None, now: Instant, *, inhibited: bool) -> None:
        verdict = judge(
            was, self._signals.get(key), RULES[key[0]], now, recent=self._recent.get(key, ()), inhibited=inhibited,
            muted=self.mutes.holding(key, now) is not None,
        )  # fmt: skip
        if verdict.incident is not None:
            edges.tell(was, self._keep(verdict.incident), verdict.reason)
        elif was is not None:
            del self._incidents[was.number]
            self._changed.discard(was.number)
            self._forgotten.add(was.number)

    def _keep(self, incident: Incident) -> Incident:
        """Its newest form in memory, to be written where it differs; a new one gets its number."""
        if not incident.number:
            self._last_number += 1
            incident = replace(incident, number=self._last_number)
        if incident != self._incidents.get(incident.number):
            self._changed.add(incident.number)
        self._incidents[incident.number] = incident
        return incident

    async def _write(self, now: Instant) -> None:
        """Everything that changed and, when their neighbours have had their time, the messages that are owed."""
        owing = [each for each in self._incidents.values() if each.owed]
        ripe = any(not 0 <= now - (each.owed_since or now) < GROUP_WAIT for each in owing)  # a clock may be set back
        telling = owing if ripe else []
        changed, forgotten = self._changed | {each.number for each in telling}, self._forgotten
        if not changed and not forgotten:
            return
        self._changed, self._forgotten = set(), set()
        after = {each.number: told(each, now) for each in telling}
        rows = [after.get(number, self._incidents[number]) for number in sorted(changed)]
        saved = False
        try:
            await self._store.save(rows, forgotten, self._news(telling, now) if telling else None)
            saved = True
        finally:
            if not saved:
                self._changed |= changed & self._incidents.keys()
                self._forgotten |= forgotten
        self._told(telling, now)

    def _news(self, telling: Sequence[Incident], now: Instant) -> News:
        def write(earlier: Sequence[Line], landed: Collection[int]) -> tuple[Sequence[Line], str]:
            lines = merged(earlier, telling, landed, self._words, now)
            return lines, self._words.text(lines)

        return News(self._recipients, write, now)

    def _told(self, telling: Sequence[Incident], now: Instant) -> None:
        """What was written is no longer owed; somebody may have acknowledged meanwhile."""
        for each in telling:
            self._incidents[each.number] = told(replace(self._incidents[each.number], owed=each.owed), now)
        for each in [each for each in self._incidents.values() if not each.open and not each.owed]:
            self._recent[each.key] = each.changes
            del self._incidents[each.number]
        if telling and self._recipients:
            self.tray.ring()

    def _tell_without_store(self, now: Instant) -> None:
        """That the store fails must not wait for the store."""
        incident = self._by_key().get(STORE_KEY)
        if incident is None or incident.owed is None or now - (incident.owed_since or now) < GROUP_WAIT:
            return
        text = self._words.line(incident, incident.owed, now)
        for recipient in self._recipients:
            self.tray.put(Urgent(recipient, text, secrets.randbits(63) or 1))
        self._incidents[incident.number] = told(incident, now)
        self._changed.add(incident.number)

    def pause(self) -> float:
        """Seconds until time alone changes something."""
        if self._store_failed:
            return AGAIN
        now, due = self._clock.now(), []
        for each in self._incidents.values():
            if each.owed_since is not None:
                due.append(each.owed_since + GROUP_WAIT)
            if (step := due_at(each, RULES[each.condition])) is not None:
                due.append(step)
        return min(IDLE, max(SHORTEST, (min(due, default=now + DAY) - now) / SECOND))
