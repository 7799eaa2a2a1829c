"""`python -m dashboard …`, as it is typed."""

import os
import pty
import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from select import select

import pytest

from dashboard.cli.main import main
from dashboard.store.db.database import Database
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.pages import audit_log

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Done:
    """The result of a command."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, as `python -m dashboard` does."""

    def run(command: str | Sequence[str], *, settings: dict[str, str], typed: str = "") -> Done:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        capsys.readouterr()  # what was said before the command
        try:
            status = main(command.split() if isinstance(command, str) else [*command])
        except SystemExit as error:  # argparse's way
            status = int(str(error.code))
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return run


def test_staff_are_added_listed_changed_reset_and_disabled(
    run: Run, settings: dict[str, str], database: Database, visitor: Visitor
) -> None:
    email, password, another = "ana@example.com", secrets.token_hex(8), secrets.token_hex(8)
    steps = [
        (f"add {email} --role support --role auditor --name Ana --password-stdin", password),
        (f"role {email} --role viewer", ""),
        (f"reset {email} --password-stdin", another),
    ]
    for arguments, typed in steps:
        done = run(f"staff {arguments}", settings=settings, typed=typed + "\n")
        assert (done.returncode, done.stderr) == (0, ""), arguments
        assert password not in done.stdout
    assert "ana@example.com  Ana  viewer" in run("staff list", settings=settings).stdout
    visitor.log_in(email, password, status=422)
    visitor.log_in(email, another)
    assert run(f"staff disable {email}", settings=settings).returncode == 0
    visitor.get("/users", status=303)
    assert "(disabled)" in run("staff list", settings=settings).stdout
    actions = [row.action for row in audit_log.entries(database)]
    wanted = ["staff:add", "staff:role", "staff:reset", "auth:login", "auth:login", "staff:disable"]
    assert actions == wanted
    verified = run("audit verify", settings=settings)
    assert verified.stdout.startswith(
        "The audit log is intact. Its last row, to keep elsewhere: 6:"
    )


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        ("staff add x@example.com --role viewer --password-stdin", "short", "12 to"),
        ("staff add x@example.com --role viewer --password-stdin", "passwordpassword", "guess"),
        ("staff add nobody --role viewer --password-stdin", "x" * 12, "not an email"),
        ("staff add x@example.com --role king --password-stdin", "", "invalid Role"),
        ("staff add x@example.com --password-stdin", "", "--role"),
        ("staff role no@example.com --role viewer", "", "There is no staff member"),
        ("staff disable no@example.com", "", "There is no staff member"),
        ("staff", "", "required"),
        ("dance", "", "invalid choice"),
    ],
)
@pytest.mark.usefixtures("database")
def test_a_command_that_cannot_be_done_says_why(
    run: Run, settings: dict[str, str], arguments: str, typed: str, said: str
) -> None:
    done = run(arguments, settings=settings, typed=typed)
    assert done.returncode != 0
    assert said in done.stderr


PASSWORD = "a password of hers"
ADD = "staff add {} --role viewer --password-stdin"


@pytest.mark.usefixtures("database")
def test_the_same_person_is_not_added_twice(run: Run, settings: dict[str, str]) -> None:
    assert run(ADD.format("a@example.com"), settings=settings, typed=PASSWORD).returncode == 0
    again = run(ADD.format("A@Example.com"), settings=settings, typed=PASSWORD)
    assert "is already a staff member" in again.stderr


@pytest.mark.sqlite
def test_a_database_without_a_schema_is_told_the_cure(run: Run, settings: dict[str, str]) -> None:
    refused = run("staff list", settings=settings)
    assert "python -m dashboard db upgrade" in refused.stderr
    assert run("db upgrade", settings=settings).returncode == 0
    assert run("staff list", settings=settings).returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("command", ["db upgrade", "staff list"])
def test_a_database_that_is_none_is_told_without_a_traceback(
    run: Run, settings: dict[str, str], tmp_path: Path, command: str
) -> None:
    (tmp_path / "letter.txt").write_text("Dear database, " * 100)
    for path, said in (("letter.txt", "no SQLite database"), ("letter.txt/x/y", "Not a directory")):
        settings["DATABASE_URL"] = f"sqlite:///{tmp_path / path}"
        refused = run(command, settings=settings)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert refused.stderr.startswith("The database can't be ")
        served = subprocess.run(
            [sys.executable, "-m", "dashboard.wsgi"],
            cwd=ROOT,
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert served.returncode == 1
        assert said in served.stderr
        assert "Traceback" not in served.stderr


@pytest.mark.long
def test_a_password_that_is_typed_is_asked_for_and_not_shown(
    settings: dict[str, str], database: Database
) -> None:
    assert database
    ours, theirs = pty.openpty()
    adding = subprocess.Popen(  # noqa: S603  our own command, no shell
        [sys.executable, "-m", "dashboard", *ADD.format("tty@example.com").split()],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    assert select([ours], [], [], 120)[0], "it asks for nothing"
    shown = os.read(ours, 100)
    assert b"New password: " in shown
    os.write(ours, b"a password of some length\n")
    assert adding.wait(120) == 0
    assert b"length" not in shown + os.read(ours, 1000)
    os.close(ours)


def test_what_is_unsafe_is_told_before_anything_is_done(
    run: Run, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DASHBOARD_SECRET_KEY", raising=False)
    del settings["DASHBOARD_SECRET_KEY"]
    refused = run("db upgrade", settings=settings)
    assert refused.stderr.startswith("DASHBOARD_SECRET_KEY is not set. Set it in the environment")
    assert not Path(settings["DATABASE_URL"].removeprefix("sqlite:///")).exists()


def test_an_edited_audit_is_found_from_the_command_line(
    run: Run, settings: dict[str, str], database: Database
) -> None:
    run(ADD.format("a@example.com"), settings=settings, typed=PASSWORD)
    with database.write() as connection, databases.off_guard(connection, "audit_no_update"):
        connection.exec_driver_sql("UPDATE audit SET action = 'staff:remove'")
    done = run("audit verify", settings=settings)
    assert (done.returncode, done.stderr) == (1, "The audit log is broken at row 1: changed.\n")


def test_the_rows_of_an_audit_without_its_guard_can_still_be_verified(
    run: Run, settings: dict[str, str], database: Database
) -> None:
    run(ADD.format("a@example.com"), settings=settings, typed=PASSWORD)
    head = run("audit verify", settings=settings).stdout.split()[-1]
    with database.write() as connection:
        databases.lose(connection, "audit_no_update")
    done = run(f"audit verify --head {head}", settings=settings)
    assert done.returncode == 1
    assert "lost its triggers audit_no_update" in done.stderr
    assert "The audit log is intact." in done.stdout
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE audit SET action = 'staff:remove'")
    done = run("audit verify", settings=settings)
    assert done.returncode == 1
    assert done.stderr.endswith("The audit log is broken at row 1: changed.\n")
