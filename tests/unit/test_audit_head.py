"""The last row of the audit, noted elsewhere, tells that the end was cut off."""

import re

from dashboard.services.roles import Role
from dashboard.store.database import Database
from tests import databases
from tests.conftest import Hire
from tests.unit.test_command_line import Run
from tests.unit.test_command_line import run as run  # noqa: PLC0414  a fixture


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
    assert run("audit verify", settings=settings).returncode == 0
    cut = run(asked, settings=settings)
    assert (cut.returncode, cut.stderr) == (
        1,
        "The audit has no row 2 with this mac any more: its end was cut off or written anew.\n",
    )
