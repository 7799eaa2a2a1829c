"""The last row of the audit, noted elsewhere, tells that the end was cut off."""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config import Config
from dashboard.services.roles import Role
from dashboard.store import audit
from dashboard.store.database import Database
from tests.conftest import Hire, TestClock
from tests.unit.test_command_line import Run
from tests.unit.test_command_line import run as run  # noqa: PLC0414  a fixture


def heads(printed: str) -> list[tuple[int, str]]:
    lines = [json.loads(line) for line in printed.splitlines() if '"audit_head"' in line]
    return [(line["seq"], line["mac"]) for line in lines]


def test_it_is_logged_once_a_day_by_all_workers_together(
    app: Flask,
    config: Config,
    clock: TestClock,
    database: Database,
    hire: Hire,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app
    for rows in (0, 1, 2):
        for _ in range(2):
            create_app(config, clock)
        with database.read() as connection:
            head = audit.head(connection)
        assert head[0] == rows
        assert heads(capsys.readouterr().err) == [head][: bool(rows)]
        hire(Role.VIEWER)
        clock.advance(hours=25)


def test_an_end_that_was_cut_off_is_found_by_the_row_that_was_noted(
    run: Run, settings: dict[str, str], database: Database, hire: Hire
) -> None:
    hire(Role.VIEWER)
    hire(Role.VIEWER)
    noted = re.search(r"elsewhere: (\d+:\w+)", run("audit verify", settings=settings).stdout)
    assert noted
    asked = f"audit verify --head {noted[1]}"
    hire(Role.VIEWER)
    assert run(asked, settings=settings).returncode == 0
    with closing(sqlite3.connect(database.file)) as raw:
        (guard,) = raw.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'audit_no_delete'"
        ).fetchone()
        raw.execute("DROP TRIGGER audit_no_delete")
        raw.execute("DELETE FROM audit WHERE seq > 1")
        raw.execute(guard)
        raw.commit()
    assert run("audit verify", settings=settings).returncode == 0
    cut = run(asked, settings=settings)
    assert (cut.returncode, cut.stderr) == (
        1,
        "Row 2 is not the one that was noted: the end was cut off.\n",
    )
