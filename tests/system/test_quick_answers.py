"""What needs no settings and no store answers at once, since it imports neither."""

import json
import subprocess
import sys

import pytest

HEAVY = {"sqlalchemy", "pydantic", "httpx", "rich", "structlog", "fastapi", "lahmadaemon.settings"}
ASK = """
import contextlib, io, json, sys
from lahmadaemon import cli
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as complaint:
    try:
        cli.main({arguments})
    except SystemExit as ended:
        code = ended.code
print(json.dumps({{"code": code, "modules": list(sys.modules), "complaint": complaint.getvalue()}}))
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["completion", "bash"], 0),
        (["completion", "tcsh"], 2),
        (["rnu"], 2),
        ([], 2),
    ],
)
def test_it_imports_nothing_heavy(arguments: list[str], code: int) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK.format(arguments=arguments)], capture_output=True, text=True, timeout=60, check=True
    )
    told = json.loads(asked.stdout)

    assert told["code"] == code
    assert HEAVY & set(told["modules"]) == set()
    assert len(told["modules"]) < 200
