"""House rules a reviewer could check by hand, checked by machine."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

PACKAGE = Path(__file__).parents[1] / "lahmadaemon"
MODULES = sorted(PACKAGE.rglob("*.py"))
CLOCKS = {"clock.py", "supervision/lag.py"}
"""The stall watcher lives outside the loop, in the machine's own time."""
TASKS = {"together.py", "supervision/keeper.py", "supervision/supervisor.py", "serving.py", "demo/azuracast.py"}
SQL = re.compile(r"\b(select|insert|update|delete|text)\(")


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_lives_in_it_and_is_short_enough_to_read(path: Path) -> None:
    source = path.read_text()
    if source:
        assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert len(source.splitlines()) <= 300


def test_the_median_module_is_a_screenful() -> None:
    assert median(len(path.read_text().splitlines()) for path in MODULES if path.read_text()) <= 90


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_are_at_most_forty_lines(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in path.parts:
            assert (node.end_lineno or 0) - node.lineno < 40, node.name


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) not in CLOCKS], ids=name_of)
def test_only_the_clock_reads_clocks_and_nobody_sleeps(path: Path) -> None:
    forbidden = re.compile(
        r"(time\.(time|monotonic|sleep|time_ns)|asyncio\.sleep|datetime\.(now|utcnow|today)|date\.today)$"
    )

    assert [call for call in calls(path) if forbidden.search(call)] == []


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) not in TASKS], ids=name_of)
def test_tasks_are_made_only_where_their_end_is_watched(path: Path) -> None:
    assert [call for call in calls(path) if call.endswith(("create_task", "ensure_future"))] == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name != "store.py" and "store/" not in name_of(path)], ids=name_of
)
def test_sql_stands_only_in_the_store_floor_and_in_store_files(path: Path) -> None:
    assert "sqlalchemy" not in path.read_text().replace("from sqlalchemy.engine import URL", "")
