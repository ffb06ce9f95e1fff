"""What the sync with the Creators app says to the alarm desk and to the log."""

from collections.abc import Sequence

import structlog

from lahmadaemon.alerts.conditions import Alarms, Condition
from lahmadaemon.social.campaigns import State
from lahmadaemon.social.creators_app.reading import unmatchable
from lahmadaemon.social.store.campaigns import Known, Moved
from lahmadaemon.social.store.changes import Changes
from lahmadaemon.social.store.syncs import Part

log = structlog.get_logger()

EXAMPLES = 5


class Telling:
    """What an earlier life said of a part stands until this one has had an answer about it."""

    def __init__(self, subject: str, alarms: Alarms) -> None:
        self._subject = subject
        self._alarms = alarms
        self._doubts: dict[Part, str | None] = {}
        self._dropped: dict[Part, tuple[frozenset[int], int]] = {}

    def answered(self, part: Part, doubt: str | None) -> None:
        """There was an answer, and why it is suspicious, if it is."""
        if doubt and doubt != self._doubts.get(part):
            log.warning("social.sync_suspicious", part=part.value, why=doubt)
        self._doubts[part] = doubt
        doubts = [each for each in self._doubts.values() if each]
        if doubts:
            self._alarms.raise_alarm(Condition.CREATORS_APP_SUSPICIOUS, self._subject, why="; ".join(doubts))
        elif len(self._doubts) == len(Part):
            self._alarms.clear_alarm(Condition.CREATORS_APP_SUSPICIOUS, self._subject)

    def dropped(self, part: Part, unread: frozenset[int], nameless: int) -> None:
        """Rows could not be read; said again only of other ones."""
        if (unread or nameless) and self._dropped.get(part) != (unread, nameless):
            ids = sorted(unread)[:EXAMPLES]
            log.warning("social.rows_dropped", part=part.value, rows=len(unread) + nameless, ids=ids)
        self._dropped[part] = unread, nameless

    def synced(self, brought: dict[str, int], *, complete: bool) -> None:
        """A sync is over."""
        log.info("social.synced", complete=complete, **brought)

    def moved(self, moved: Sequence[Moved]) -> None:
        """Campaigns went from one state to another."""
        for each in moved:
            log.info(
                "social.campaign_state_changed", campaign=each.campaign.campaign_id, name=each.campaign.name,
                before=each.before.value, after=each.after.value,
            )  # fmt: skip

    def standing(self, known: Sequence[Known]) -> None:
        """Say of every campaign whether posts can belong to it; those that are over are nobody's worry."""
        for each in known:
            subject = str(each.campaign.campaign_id)
            asks = each.gone_at is None and each.state not in {State.ENDED, State.SKIPPED}
            if asks and (why := unmatchable(each.campaign.warnings)):
                name = each.campaign.name or subject
                self._alarms.raise_alarm(Condition.CAMPAIGN_UNMATCHABLE, subject, campaign=name, why=why)
            else:
                self._alarms.clear_alarm(Condition.CAMPAIGN_UNMATCHABLE, subject)


def counts(what: str, changes: Changes) -> dict[str, int]:
    """For the log."""
    return {
        f"{what}_new": len(changes.new), f"{what}_changed": len(changes.changed), f"{what}_gone": len(changes.gone),
        f"{what}_returned": len(changes.returned),
    }  # fmt: skip
