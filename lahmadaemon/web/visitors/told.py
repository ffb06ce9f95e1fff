"""From the room's rows to shapes. Pure."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from lahmadaemon.clock import Instant, iso, local
from lahmadaemon.radio.periods import Period
from lahmadaemon.radio.rollups.hours import hours_of
from lahmadaemon.visitors.intake.crossings import DayTotals, Direction, Status
from lahmadaemon.visitors.intake.folder import shown
from lahmadaemon.visitors.intake.store import FileRow
from lahmadaemon.visitors.push import windows
from lahmadaemon.visitors.push.pushes import Push
from lahmadaemon.visitors.store import Quarter
from lahmadaemon.web.shapes import moment
from lahmadaemon.web.visitors import shapes


def day(of: DayTotals) -> shapes.VisitorDay:
    return shapes.VisitorDay(
        camera=of.camera, day=of.day, ins=of.ins, outs=of.outs, others=of.others, stay=max(0, of.ins - of.outs),
        first_at=moment(of.first_at), last_at=moment(of.last_at),
    )  # fmt: skip


def hours(quarters: Iterable[Quarter], day: Period, zone: ZoneInfo, now: Instant) -> list[shapes.CrossingHour]:
    """Those that have begun."""
    own = list(quarters)
    found = []
    for hour in hours_of(day):
        if hour.start > now:
            break
        count = dict.fromkeys(Direction, 0)
        for each in own:
            if hour.start <= each.start < hour.end:
                count[Direction(each.direction)] += each.many
        wall = local(hour.start, zone)
        found.append(
            shapes.CrossingHour(
                start=moment(hour.start), local=wall.isoformat(timespec="minutes"), hour=wall.hour,
                ins=count[Direction.IN], outs=count[Direction.OUT], others=count[Direction.NEITHER],
            )
        )  # fmt: skip
    return found


def file(of: FileRow) -> shapes.VisitorFile:
    """Its name and what was wrong may be anything: fit to be shown."""
    return shapes.VisitorFile(
        camera=of.camera, name=shown(of.name), digest=of.digest.hex(), size=of.size,
        committed_at=moment(of.committed_at), status=Status(of.status),
        reason=None if of.reason is None else shown(of.reason),
        rows_new=of.rows_new, rows_known=of.rows_known, rows_bad=of.rows_bad,
    )  # fmt: skip


def push(of: Push, zone: ZoneInfo) -> shapes.VisitorPush:
    """As `push list --json`."""
    return shapes.VisitorPush(
        target=of.target, ssid=of.ssid, window=windows.shown(of.window_end, zone), day=of.day, state=of.state,
        attempts=of.attempts, written_at=moment(of.written_at), due_at=moment(of.due_at),
        keep_until=moment(of.keep_until), settled_at=iso(of.settled_at), status=of.status, desc=of.desc,
        error=of.error, answer=of.answer, latency_ms=of.latency, idempotency_key=of.key, sha256=of.digest.hex(),
    )  # fmt: skip
