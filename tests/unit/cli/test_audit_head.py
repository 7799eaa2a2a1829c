"""The last row of the audit, noted elsewhere, tells that the end was cut off."""

import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update

from dashboard.cli.audit import LINE_MAX, _lines
from dashboard.logs import configure_logs
from dashboard.services.permissions import Role
from dashboard.store.audit.head import NAME
from dashboard.store.db.database import Database
from dashboard.store.maintenance.meta import every
from dashboard.store.schema import meta
from tests.support import databases
from tests.support.people import Hire
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture


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
    with database.write() as connection, databases.off_guard(connection, "audit_no_delete"):
        connection.exec_driver_sql("DELETE FROM audit WHERE seq > 1")
    by_itself = run("audit verify", settings=settings)
    assert (by_itself.returncode, by_itself.stderr) == (
        1,
        "The audit log is broken at row 1: its end was cut off, or replaced.\n",
    )
    cut = run(asked, settings=settings)
    assert (cut.returncode, cut.stderr) == (
        1,
        "The audit log no longer has row 2 with this MAC: its end was cut off or rewritten.\n",
    )


def test_a_whole_database_that_was_put_back_is_found_by_the_log(
    run: Run,
    settings: dict[str, str],
    database: Database,
    hire: Hire,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        hire(Role.VIEWER)
    with database.read() as connection:
        kept = every(connection)[NAME]
    hire(Role.VIEWER)
    log = tmp_path / "web.log"
    noise = "12:00 web[7]: starting\n{broken\n"
    log.write_text(noise + "".join(f"web[7]: {line}\n" for line in heads(capsys)))
    asked = f"audit verify --log {log}"
    whole = run(asked, settings=settings)
    assert (whole.returncode, "Rows noted in the log: 3." in whole.stdout) == (0, True)
    with database.write() as connection, databases.off_guard(connection, "audit_no_delete"):
        connection.exec_driver_sql("DELETE FROM audit WHERE seq > 2")
        connection.execute(update(meta).where(meta.c.name == NAME).values(value=kept))
    assert run("audit verify", settings=settings).returncode == 0
    cut = run(asked, settings=settings)
    assert (cut.returncode, "no longer has row 3 with this MAC" in cut.stderr) == (1, True)


def test_a_log_is_read_by_bounded_lines_however_large_it_is(tmp_path: Path) -> None:
    log, megabyte = tmp_path / "web.log", b"x" * 1_000_000
    with log.open("wb") as file:
        for _ in range(64):
            file.write(megabyte)
        file.write(b'"audit_head"\nshort\n' + b"y" * (LINE_MAX - 1) + b"\nlast")
    tracemalloc.start()
    try:
        lines = [*_lines(log)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert lines == ["short\n", "y" * (LINE_MAX - 1) + "\n", "last"]
    assert peak < 10 * LINE_MAX


def heads(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines that say how the audit ends."""
    return [line for line in capsys.readouterr().err.splitlines() if '"audit_head"' in line]


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    configure_logs()
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "head",
    [
        "99999999999999999999:" + "0" * 64,
        f"{'9' * 5000}:{'0' * 64}",
        "\u0661:" + "0" * 64,
        "1_0:" + "0" * 64,
        "1:abc",
        "1",
        "-1:a",
    ],
)
def test_a_head_that_no_row_has_is_refused_before_anything_is_looked_at(
    run: Run, settings: dict[str, str], head: str
) -> None:
    refused = run(f"audit verify --head={head}", settings=settings)
    assert refused.returncode == 2
    assert "the form is SEQ:MAC" in refused.stderr


def test_lines_of_a_log_that_note_no_row_are_passed_over(
    run: Run, settings: dict[str, str], hire: Hire, tmp_path: Path
) -> None:
    hire(Role.VIEWER)
    log = tmp_path / "web.log"
    start, mac = '{"event": "audit_head", "seq": ', f', "mac": "{"0" * 64}"}}'
    numbers = ["1e400", "9" * 30, "9" * 5000, "true", "null", '"1"', "[" * 100_000, "-1", "1.5"]
    log.write_bytes(
        b"\xff\xfe audit_head\n" + "".join(f"{start}{each}{mac}\n" for each in numbers).encode()
    )
    looked = run(f"audit verify --log {log}", settings=settings)
    assert (looked.returncode, looked.stderr) == (0, "")
    assert "Rows noted in the log: 0." in looked.stdout
