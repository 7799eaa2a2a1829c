"""The dashboard works with the runbook's role, which can't change the audit log."""

import re
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.diagnostics.audit_role import examine_audit_role
from dashboard.services.diagnostics.findings import Severity
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database, StoreError
from dashboard.wiring import now
from dashboard.worker import MaintenanceWorker
from tests.rules.code.test_house import ROOT
from tests.support.browsing import Visitor
from tests.support.canaries import Kind, canaries
from tests.support.private_servers import PrivatePostgres
from tests.support.quick import secret
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_backup import work
from tests.unit.cli.test_server_backup import place as place  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import server as server  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.long
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
PART = RUNBOOK.partition("## A role that can't change the audit log")[2].partition("\n## ")[0]


@pytest.fixture
def role(place: str, server: PrivatePostgres) -> Iterator[str]:
    """The URL of the same database for the role of the runbook."""
    (statements,) = re.findall(r"```sql\n(.*?)```", PART, re.DOTALL)
    password = secret(7)
    canaries.remember(Kind.SECRET, password)
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute(statements)
        owner.execute(f"ALTER ROLE dashboard_app PASSWORD '{password}'")
    parts = urlsplit(place)
    yield f"postgresql://dashboard_app:{password}@{parts.hostname}:{parts.port}{parts.path}"
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute("DROP OWNED BY dashboard_app; DROP ROLE dashboard_app")
    assert server


def rights(url: str) -> str:
    with closing(Database(url)) as database:
        found = examine_audit_role(database)
    return "" if found.severity is Severity.OK else found.found


def test_the_owner_is_told_and_the_role_of_the_runbook_is_not(place: str, role: str) -> None:
    assert "OWNER" in rights(place)
    assert rights(role) == ""


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "UPDATE (reason)"])
def test_each_right_by_which_it_could_be_changed_is_told(place: str, role: str, right: str) -> None:
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute(f"GRANT {right} ON audit TO dashboard_app")
    assert rights(role).endswith(f"it has {right.partition(' ')[0]}.")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET reason = ''", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE audit"],
)
def test_the_server_refuses_to_change_the_audit_log(role: str, statement: str) -> None:
    with (
        closing(Database(role)) as database,
        pytest.raises(StoreError, match="may not do that"),
        database.write() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_the_dashboard_and_its_worker_do_everything_with_that_role(
    role: str,
    chain: Chain,
    settings: dict[str, str],
    simulator: RunningSimulator,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings["DATABASE_URL"] = role
    app = create_app(load_config(None, **settings))
    password = secret(8)
    canaries.remember(Kind.PASSWORD, password)
    with closing(Database(role)) as database:
        Staff(database, chain, now).add("ana@example.com", "Ana", password, [Role.ADMIN])
    admin = Visitor(app)
    admin.log_in("ana@example.com", password)
    work(admin, simulator)
    user = simulator.users()[0]
    erased = {"reason": "Asked for by letter", "confirm": user["email"]}
    admin.post(f"/users/{user['id']}/erase", erased, status=303)
    capsys.readouterr()
    MaintenanceWorker(app.extensions["services"], now).run_once()
    assert "step_failed" not in capsys.readouterr().err
    app.extensions["services"].attempts.log._database.close()  # noqa: SLF001  nothing else closes it
