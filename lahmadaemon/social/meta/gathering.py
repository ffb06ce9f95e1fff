"""What the walks over Meta's lists share: rows become posts with numbers, each once, and what is missing is told. Pure."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from lahmadaemon.http import Answer
from lahmadaemon.social.meta.errors import Kind as TroubleKind
from lahmadaemon.social.meta.errors import Trouble
from lahmadaemon.social.meta.insights import told_apart
from lahmadaemon.social.meta.looking import Course, Look
from lahmadaemon.social.meta.metrics import Lessons, Product
from lahmadaemon.social.meta.numbers import Told, found, too_old
from lahmadaemon.social.meta.payload import Json, Listing
from lahmadaemon.social.meta.rows import Row
from lahmadaemon.social.posts import Flag, Found, Kind
from lahmadaemon.social.walk import Asks, Outcome, Page, Task

Numbered = Generator[Asks, list[Answer], list[Found]]


@dataclass(eq=False)
class Gathering:
    """What one walk has found so far. `whole`: nothing since the horizon was left unseen."""

    task: Task
    lessons: Lessons
    look: Look
    seen: set[str] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    whole: bool = True

    def __post_init__(self) -> None:
        self.lessons.begin(self.task.now)

    def new(self, listing: Listing, read: Callable[[Json], Row | None]) -> list[Row]:
        """The rows that were on no earlier page. What cannot be read is there all the same, and so not missing."""
        rows: list[Row] = []
        for told in listing.rows:
            key = told.get("id")
            if not isinstance(key, str) or key in self.seen:
                continue
            self.seen.add(key)
            if row := read(told):
                rows.append(row)
            else:
                self.leave_out("rows_unreadable")
        return rows

    def recent(self, rows: Sequence[Row]) -> list[Row]:
        """Those since the horizon."""
        return [row for row in rows if row.post.published_at >= self.task.horizon]

    def numbered(self, rows: Sequence[Row]) -> Numbered:
        """The rows with their numbers; wanted posts whose list came without some insights are asked about one by one."""
        if self.look.sure:
            self.lessons.fields_refused(self.task.now)
        for row in rows:
            if row.told and row.post.kind is not Kind.OTHER:
                self.lessons.accepted(row.product, self.look.came_with(row.product), self.task.now)
        wanted = self._worth_asking(rows)
        asked = {row.post.platform_id for row in wanted}
        others = [row for row in rows if row.post.platform_id not in asked]
        told = yield from told_apart(wanted, others, self.lessons, self.task)
        return self.found(rows, told)

    def _worth_asking(self, rows: Sequence[Row]) -> list[Row]:
        if self.look.forbidden:
            return []
        matrix = self.lessons.matrix
        lacking = {each for each in _PRODUCTS if set(matrix.worth(each)).difference(self.look.came_with(each))}
        young = (row for row in rows if row.product in lacking and not too_old(row, self.task.now))
        return [row for row in young if self.task.wanted(row.post)]

    def found(self, rows: Sequence[Row], told: Mapping[str, Told]) -> list[Found]:
        """The rows, with what was told of some of them; of the others, with what came along."""
        lacking = {each for each in _PRODUCTS if self.lessons.matrix.lacks(each)}
        return [
            found(
                row, told.get(row.post.platform_id) or self._along(row), self.task.now, lacks=row.product in lacking
            )
            for row in rows
        ]  # fmt: skip

    def _along(self, row: Row) -> Told:
        """What came with the list, if anything did; nobody asks about single posts that belong to no campaign."""
        if self.look.forbidden:
            return Told(flags=frozenset({Flag.INSIGHTS_FORBIDDEN}))
        came = self.look.came_with(row.product)
        return Told(row.told) if came else Told(flags=frozenset({Flag.INSIGHTS_FAILED}))

    def leave_out(self, reason: str) -> None:
        """Something is missing, though every post was seen."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def fail(self, reason: str) -> None:
        """Not every post was seen."""
        self.whole = False
        self.leave_out(reason)

    def failed(self, trouble: Trouble) -> None:
        """A list is refused. What is nothing an account could be told comes with Meta's number."""
        self.fail(f"{trouble.reason}_{trouble.code}" if trouble.kind in _OURS else trouble.reason)

    def ending(self, oldest: int, course: Course | None = None) -> Generator[Page, None, Outcome]:
        """The end of a walk: after a look at everything, tracked posts published since `oldest` that were not there are
        missing. `course`: the list whose page size is worth remembering."""
        if self.look.forbidden and self.seen:
            self.leave_out("insights_forbidden")
        if not self.whole:
            return Outcome(complete=False, reasons=tuple(self.reasons))
        if course:
            full = course.pages > 1 or len(self.seen) >= self.look.size
            account = self.task.platform, self.task.account_id
            self.lessons.page_went(account, self.look.size, self.look.most, halved=self.look.halved, full=full)
        tracked = self.task.tracked.items()
        if missing := tuple(key for key, published in tracked if published >= oldest and key not in self.seen):
            yield Page(missing=missing)
        return Outcome(complete=True, reasons=tuple(self.reasons))


_PRODUCTS = (Product.FEED, Product.REELS, Product.STORY, Product.PAGE_POST)
_OURS = {TroubleKind.METRIC, TroubleKind.SYNTAX, TroubleKind.OUR_BUG}
