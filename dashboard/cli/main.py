"""`python -m dashboard …`: what is done from a shell. An error is a sentence and exit status 1."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path

from dashboard.cli import audit as cli_audit
from dashboard.cli import credentials as cli_credentials
from dashboard.cli import database as cli_database
from dashboard.cli import directory as cli_directory
from dashboard.cli import erase as cli_erase
from dashboard.cli import lab as cli_lab
from dashboard.cli import staff as cli_staff
from dashboard.cli.demo import DemoError, run_demo
from dashboard.cli.doctor import run_doctor
from dashboard.config.areas import audit_chain
from dashboard.config.settings import Config, UnsafeConfigError, load_config
from dashboard.logs import configure_logs
from dashboard.services.auth.password_rules import WeakPasswordError
from dashboard.services.backup.checks import BackupError
from dashboard.services.credentials.freeze import CallFreeze
from dashboard.services.directory.area import DirectoryServices
from dashboard.services.files.tables import UnreadableFileError
from dashboard.services.kyc.link_import import KycImport
from dashboard.services.lab.scenarios.scenarios import Scenarios
from dashboard.services.operations.readiness import NotReadyError, Readiness
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.services.staff.manage import Staff, StaffError
from dashboard.services.users.erasure import Erasure
from dashboard.simulator.cli import main as run_simulator
from dashboard.store.db.database import Database, StoreError
from dashboard.text.characters import write_out
from dashboard.text.files import TableError, read_file
from dashboard.text.limits import cut
from dashboard.wiring import build_services, now
from dashboard.worker import run_worker

LINE_MAX = 1000  # characters of an error
EXPECTED = (
    BackupError,
    DemoError,
    NotReadyError,
    StaffError,
    TableError,
    UnreadableFileError,
    UnsafeConfigError,
    WeakPasswordError,
)


def main(arguments: Sequence[str]) -> int:
    """Run one command; return its exit status."""
    _write_every_letter()
    if arguments[:1] == ["simulator"]:
        return run_simulator(list(arguments[1:]))
    options = _parser().parse_args(arguments)
    configure_logs(logging.WARNING)  # people read what a command prints
    try:
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except EXPECTED as error:
        print(_sentences(error), file=sys.stderr)
        return 1
    except StoreError as error:
        print(f"The database can't be used ({error}).", file=sys.stderr)
        return 1


def _write_every_letter() -> None:
    """Let a terminal that lacks a letter get its number: what was done must be told."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _sentences(error: Exception) -> str:
    """Return what an error says, bounded and with invisible characters written out."""
    lines = str(error).split("\n")
    return "\n".join(write_out(cut(line, LINE_MAX)) for line in lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dashboard")
    commands = parser.add_subparsers(required=True, metavar="command")

    demo = commands.add_parser("demo", help="simulator and dashboard, with a first admin")
    demo.set_defaults(run=lambda _options: run_demo())
    doctor = commands.add_parser(
        "doctor", help="find problems and their fixes (exit status 0, 1, 2)"
    )
    doctor.add_argument(
        "--production", action="store_true", help="check the deployment too; a warning fails it"
    )
    doctor.set_defaults(run=lambda options: run_doctor(in_production=options.production))
    worker = commands.add_parser(
        "worker", help="background work: checks, the directory, jobs and backups"
    )
    worker.set_defaults(run=lambda _options: run_worker())
    commands.add_parser("simulator", help="only the simulated Partner API (see simulator --help)")

    database = commands.add_parser("db", help="the database").add_subparsers(required=True)
    database.add_parser("upgrade", help="bring the schema up to date").set_defaults(run=_upgrade)
    cli_database.add_commands(database)

    kyc = commands.add_parser("kyc", help="identity verification").add_subparsers(required=True)
    taken = kyc.add_parser(
        "import", help="import verification links from the partner's backend (CSV)"
    )
    taken.add_argument("file", type=Path)
    taken.set_defaults(run=_kyc_import)

    trail = commands.add_parser("audit", help="the audit log").add_subparsers(required=True)
    cli_audit.add_commands(trail)

    pair = commands.add_parser("credentials", help="calls to the Partner API")
    cli_credentials.add_commands(pair.add_subparsers(required=True), _freezing)

    cli_erase.add_command(
        commands.add_parser("erase", help="erase what we keep about a user"), _erasure
    )

    copy = commands.add_parser("directory", help="our copy of the API's users")
    cli_directory.add_commands(copy.add_subparsers(required=True), _directory)

    lab = commands.add_parser("lab", help="scenarios that check the Partner API")
    cli_lab.add_commands(lab.add_subparsers(required=True), _scenarios)

    staff = commands.add_parser("staff", help="manage staff").add_subparsers(required=True)
    cli_staff.add_commands(staff, _staff)
    return parser


def _upgrade(_options: argparse.Namespace) -> int:
    database = Database(load_config().database_url)
    database.upgrade()
    print(f"The database has schema {database.schema_version()}.")
    return 0


def _kyc_import(options: argparse.Namespace) -> int:
    content = read_file(options.file)
    config = load_config()
    taken = KycImport(_ready_database(config), audit_chain(config), now, config.kyc_links).take(
        content
    )
    print(f"New links imported: {taken}.")
    return 0


def _staff() -> Staff:
    config = load_config()
    database, chain = _ready_database(config), audit_chain(config)
    return Staff(database, chain, now, by_password=config.password_log_in, brand=config.brand)


def _freezing() -> CallFreeze:
    config = load_config()
    database, chain = _ready_database(config), audit_chain(config)
    return CallFreeze(database, AuditRecorder(chain, now), now)


def _erasure() -> Erasure:
    config = load_config()
    return build_services(config, _ready_database(config)).users.erasure


def _directory() -> DirectoryServices:
    config = load_config()
    return build_services(config, _ready_database(config)).directory


def _scenarios() -> Scenarios:
    config = load_config()
    return build_services(config, _ready_database(config)).lab.scenarios


def _ready_database(config: Config) -> Database:
    database = Database(config.database_url)
    Readiness(database).examine()
    return database
