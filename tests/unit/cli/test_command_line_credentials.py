"""`python -m dashboard credentials pause|resume`: in force for all workers, told, audited."""

import json

import pytest

from dashboard.config.settings import Config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.store.audit import chain as chain_of
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from tests.support.browsing import Visitor
from tests.support.pages.forms import trail
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

PAGE = "/settings/credentials"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def test_calls_are_paused_from_a_shell_and_every_page_says_from_where(
    run: Run, settings: dict[str, str], admin: Visitor, simulator: RunningSimulator
) -> None:
    done = run("credentials pause --reason=Leaked", settings=settings)
    assert (done.returncode, done.stdout) == (0, "API calls are paused.\n")
    simulator.clear_requests()
    page = admin.get("/users", status=503)
    assert "from the command line: “Leaked”" in page.words
    assert simulator.requests() == []
    done = run("credentials resume", settings=settings)
    assert (done.returncode, done.stdout) == (0, "API calls are resumed.\n")
    admin.get("/users")


def test_what_is_so_already_is_said_and_not_recorded(
    run: Run, settings: dict[str, str], admin: Visitor, database: Database
) -> None:
    assert "not paused" in run("credentials resume", settings=settings).stdout
    admin.post(f"{PAGE}/freeze", {"reason": "A screenshot"})
    assert "already paused" in run("credentials pause", settings=settings).stdout
    assert "A screenshot" in admin.get("/").words
    assert len(trail(database, "credentials:freeze")) == 1
    assert trail(database, "credentials:thaw") == []
    admin.post(f"{PAGE}/thaw", {"thaw": "1"})


def test_both_are_in_the_audit_as_other_changes_of_a_shell_are(
    run: Run, settings: dict[str, str], config: Config, database: Database
) -> None:
    run("credentials pause", settings=settings)
    run("credentials resume", settings=settings)
    with database.read() as connection:
        rows = connection.execute(audit.select().order_by(audit.c.seq)).all()
        assert chain_of.verify(connection, config.keyring.keys(KeyPurpose.CHAIN)) is None
    assert [(row.action, row.outcome, row.staff_id, row.reason) for row in rows] == [
        ("credentials:freeze", "succeeded", None, "Paused from the command line"),
        ("credentials:thaw", "succeeded", None, None),
    ]
    assert [json.loads(row.details) for row in rows] == [{}, {}]


def test_doctor_says_how_calls_are_resumed(
    run: Run, settings: dict[str, str], database: Database
) -> None:
    assert database
    run("credentials pause", settings=settings)
    done = run("doctor", settings=settings)
    assert "by the command line" in done.stdout
    assert "python -m dashboard credentials resume" in done.stdout


@pytest.mark.long
def test_nothing_is_paused_where_it_cannot_be_recorded(
    run: Run, settings: dict[str, str], database: Database, simulator: RunningSimulator
) -> None:
    with database.write():
        done = run("credentials pause", settings=settings)
    assert done.returncode == 1
    assert "database" in done.stderr
    assert simulator.requests() == []


@all_of("reason", ["", "Leak", " \u200b ", "x" * 301, "a\u202eb leaked", "a\x1b[31mb c"])
def test_a_reason_from_a_shell_is_held_to_the_rule_of_the_page(
    run: Run, settings: dict[str, str], reason: str
) -> None:
    done = run(["credentials", "pause", f"--reason={reason}"], settings=settings)
    assert done.returncode == 2
    assert "use 5 to 300 characters, all of which can be seen" in done.stderr
