"""House rules a reviewer could check by hand, checked by machine."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

PACKAGE = Path(__file__).parents[1] / "lahmadaemon"
MODULES = sorted(PACKAGE.rglob("*.py"))
CLOCKS = {"clock.py", "supervision/lag.py"}
"""The stall watcher lives outside the loop, in the machine's own time."""
TASKS = {
    "together.py", "supervision/keeper.py", "supervision/supervisor.py", "serving.py", "demo/azuracast.py",
    "web/reading/room.py", "web/reading/there.py",
}  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def offending(rule: Callable[[Path], object]) -> dict[str, object]:
    """What a rule finds, by module; empty things are no finding."""
    return {name_of(path): found for path in MODULES if (found := rule(path))}


def test_a_module_says_what_lives_in_it_and_is_short_enough_to_read() -> None:
    assert len(MODULES) > 400
    assert offending(lambda path: path.read_text() and not ast.get_docstring(tree(path))) == {}
    assert offending(lambda path: (lines := len(path.read_text().splitlines())) > 300 and lines) == {}


def test_the_median_module_is_a_screenful() -> None:
    assert median(len(path.read_text().splitlines()) for path in MODULES if path.read_text()) <= 90


def test_functions_are_at_most_forty_lines() -> None:
    def long(path: Path) -> list[str]:
        return [
            node.name
            for node in ast.walk(tree(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if (node.end_lineno or 0) - node.lineno >= 40 and "migrations" not in path.parts
        ]

    assert offending(long) == {}


def test_only_the_clock_reads_clocks_and_nobody_sleeps() -> None:
    forbidden = re.compile(
        r"(time\.(time|monotonic|sleep|time_ns)|asyncio\.sleep|datetime\.(now|utcnow|today)|date\.today)$"
    )

    found = offending(lambda path: [call for call in calls(path) if forbidden.search(call)])
    assert found.keys() == CLOCKS


def test_tasks_are_made_only_where_their_end_is_watched() -> None:
    found = offending(lambda path: [call for call in calls(path) if call.endswith(("create_task", "ensure_future"))])
    assert found.keys() == TASKS


def test_sql_stands_only_in_the_store_floor_and_in_store_files() -> None:
    found = offending(
        lambda path: (
            path.name != "store.py"
            and "store/" not in name_of(path)
            and "sqlalchemy" in path.read_text().replace("from sqlalchemy.engine import URL", "")
        )
    )
    assert found == {}
