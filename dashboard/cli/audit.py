"""`python -m dashboard audit verify`: the chain in the database, or an export of it elsewhere."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from dashboard.config.areas import audit_chain
from dashboard.config.settings import load_config
from dashboard.crypto.keyring import KeyPurpose, Keyring, Keys
from dashboard.services.audit.log import AuditLog, Head
from dashboard.services.exports.verify_file import NUMBERS, Checked, check
from dashboard.services.files import tables
from dashboard.services.files.tables import UnreadableFileError
from dashboard.services.operations.readiness import Readiness, UnprotectedError
from dashboard.store.audit.chain import Chain
from dashboard.store.audit.head import read_head
from dashboard.store.db.database import Database
from dashboard.wiring import now

STDIN = Path("-")
LINE_MAX = 64 * 1024  # bytes of a line of a log
PRINTED_AT_MOST = 20  # gaps and rows that are printed one by one


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `verify`."""
    verified = commands.add_parser("verify", help="check the audit log")
    verified.add_argument(
        "--head", type=_head, metavar="SEQ:MAC", help="the last row, as the worker logged it"
    )
    verified.add_argument(
        "--log",
        type=Path,
        help="a log of the web or the worker, - for standard input: compares every row noted there",
    )
    verified.add_argument(
        "--file",
        type=Path,
        help="an export (CSV or JSON lines) instead of the database; where DASHBOARD_SECRET_KEY is "
        "set every signature is checked, else the links between rows",
    )
    verified.set_defaults(run=_verify)


def _head(text: str) -> Head:
    seq, _, mac = text.partition(":")
    try:
        return read_head(int(seq if seq.isascii() and seq.isdigit() else ""), mac)
    except ValueError:
        form = "the form is SEQ:MAC, a number and 64 letters and digits, such as 120:5f0c…"
        raise argparse.ArgumentTypeError(form) from None


def _verify(options: argparse.Namespace) -> int:
    if options.file:
        return _verify_file(options.file, options.head)
    config = load_config()
    chain = audit_chain(config)
    noted = [options.head] if options.head else []
    if options.log:
        noted.extend(_noted_in(_lines(options.log)))
        print(f"Rows noted in the log: {len(noted)}.")
    with closing(Database(config.database_url)) as database:
        return _verify_database(database, chain, noted)


def _lines(log: Path) -> Iterator[str]:
    """Give the lines of a log one by one, however long it is."""
    try:
        with nullcontext(sys.stdin.buffer) if log == STDIN else log.open("rb") as file:
            yield from _whole_lines(file)
    except OSError as error:
        raise UnreadableFileError(f"{log} can't be read: {error.strerror}.") from None


def _whole_lines(file: BinaryIO) -> Iterator[str]:
    """Give lines of at most `LINE_MAX` bytes; a longer one is no line of ours."""
    begins = True
    while part := file.readline(LINE_MAX):
        ends = part.endswith(b"\n")
        if begins and (ends or len(part) < LINE_MAX):
            yield part.decode(errors="replace")
        begins = ends


def _noted_in(lines: Iterable[str]) -> Iterator[Head]:
    """Give the rows that a log says were the last ones; other lines are passed over."""
    for line in lines:
        if '"audit_head"' not in line:
            continue
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            event = json.loads(line[line.index("{") :])
            yield read_head(event["seq"], event["mac"])


def _verify_database(database: Database, chain: Chain, noted: Iterable[Head]) -> int:
    is_protected = True
    try:
        Readiness(database).examine()
    except UnprotectedError as error:  # were rows changed meanwhile?
        print(error, file=sys.stderr)
        is_protected = False
    audit = AuditLog(database, chain, now)
    if lost := audit.find_lost(noted):
        print(
            f"The audit log no longer has row {lost.seq} with this MAC: its end was cut off "
            "or rewritten.",
            file=sys.stderr,
        )
        return 1
    if finding := audit.verify():
        print(f"The audit log is broken at row {finding.seq}: {finding.kind}.", file=sys.stderr)
        return 1
    last = audit.head()
    print(f"The audit log is intact. Its last row, to keep elsewhere: {last.seq}:{last.mac}")
    return 0 if is_protected else 1


def _verify_file(file: Path, head: Head | None) -> int:
    keys = _keys()
    found = check(tables.read(file, NUMBERS), keys, head)
    if found.flaw:
        seq, flaw = found.flaw
        print(f"The file is broken at row {seq}: {flaw}.", file=sys.stderr)
        return 1
    _tell(found, with_keys=keys is not None)
    if head and not found.has_head:
        print(f"The noted row {head.seq} isn't in the file.", file=sys.stderr)
        return 1
    return 0


def _keys() -> Keys | None:
    """Return the keys from the environment; a verifier elsewhere may have none."""
    secret = os.environ.get("DASHBOARD_SECRET_KEY")
    older = os.environ.get("DASHBOARD_SECRET_KEY_FALLBACKS", "").split(",")
    if not secret:
        return None
    return Keyring(secret, [key.strip() for key in older if key.strip()]).keys(KeyPurpose.CHAIN)


def _tell(found: Checked, *, with_keys: bool) -> None:
    print(f"The file is intact. Rows: {found.rows}, linked to the row before: {found.links}.")
    if with_keys:
        print(f"Signatures checked with the key: {found.rows - len(found.masked)}.")
        if found.masked:
            print(f"Not checked, as the export masks them: {_some(map(str, found.masked))}")
    else:
        print(
            "Only the links were checked. Set DASHBOARD_SECRET_KEY to check that "
            "each row says what was signed."
        )
    if found.before:
        before = f"{found.before.seq}:{found.before.mac}"
        print(f"It follows row {before}, which isn't in the file.")
    if found.gaps:
        gaps = (f"{first}-{last}" if last > first else f"{first}" for first, last in found.gaps)
        print(f"Rows left out by the export's filters: {_some(gaps)}")
    print("Not signed: staff_name and staff_email, which are today's.")
    print(f"Its last row: {found.last.seq}:{found.last.mac}")


def _some(words: Iterable[str]) -> str:
    every = list(words)
    more = f" and {len(every) - PRINTED_AT_MOST} more" if len(every) > PRINTED_AT_MOST else ""
    return ", ".join(every[:PRINTED_AT_MOST]) + more
