"""A proof pack: one ZIP that tells what happened to a user, or in a period, and shows it signed.

It is written whole before it is recorded, and recorded before its first byte leaves.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST, recording
from dashboard.services.exports.audit_table import AUDIT_COLUMNS, linked_records, masked_text
from dashboard.services.exports.held import HeldUsers
from dashboard.services.files import tables
from dashboard.services.files.order import IN_MEMORY, Export, Size, parts_of
from dashboard.services.files.tables import Format, Record
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit import rows as audit_rows
from dashboard.store.audit.chain import Chain
from dashboard.store.audit.lines import LineFilters
from dashboard.store.db.database import Database, Transaction
from dashboard.store.story import proof
from dashboard.store.story.proof import ProofScope, Rows

ROWS_MAX = 100_000  # events and openings, and entries of the audit
EVENTS = (
    *("at", "user_id", "source", "what", "outcome", "seen_until_at"),
    *("staff_name", "staff_email", "audit_seq"),
)
TOKENS = (
    *("issued_at", "expires_at", "user_id", "state", "reason", "ticket", "fingerprint"),
    *("staff_name", "staff_email", "audit_seq"),
)
OPENINGS = ("hour_at", "user_id", "times", "staff_name", "staff_email")
FREE_TEXT = ("reason", "ticket")


class TooMuchError(Exception):
    """There is more than a pack may hold; a shorter period has less."""


@dataclass(frozen=True)
class ProofOrder:
    """Who asks for a pack and why; `plain`: they may see personal data as it is.

    `guide` is the text that says what is in it.
    """

    actor: Actor
    reason: str
    plain: bool
    guide: str


class Proofs:
    """Writes packs, and records who was given them."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock

    def of_user(self, user_id: UUID, order: ProofOrder) -> Export:
        """Give the pack of a user.

        Raises:
            BudgetSpentError: the person has exported as much as they may in an hour.
            StoreError: something can't be read, or the pack not recorded; nothing leaves.
            TooMuchError: there is more than a pack may hold.

        """
        filters = LineFilters(subject=str(user_id))
        with self._database.read() as connection:
            given_up_at = self._clock() - RUNNING_FOR_AT_MOST
            chosen, _ = audit_rows.numbers(connection, filters, given_up_at, ROWS_MAX + 1)
        return self._give(ProofScope(user_id=user_id), chosen, order)

    def of_period(self, since_at: datetime, until_at: datetime, order: ProofOrder) -> Export:
        """Give the pack of a period: its segment of the audit has no gap.

        Raises: as `of_user`.
        """
        scope = ProofScope(since_at=since_at, until_at=until_at)
        with self._database.read() as connection:
            chosen = proof.segment(connection, scope)
        return self._give(scope, chosen, order)

    def _give(self, scope: ProofScope, chosen: Sequence[int], order: ProofOrder) -> Export:
        now = self._clock()
        with self._database.read() as connection:
            rows = proof.count(connection, scope)
        if max(rows, len(chosen)) > ROWS_MAX:
            raise TooMuchError
        held = HeldUsers(self._database, rows=rows)
        with ExitStack() as unless_given_out:
            file = unless_given_out.enter_context(SpooledTemporaryFile(IN_MEMORY))
            pack = _Pack(file, now, plain=order.plain)
            with pack.archive, self._database.snapshot() as connection:
                pack.add_text("README.txt", order.guide)
                pack.add_all(connection, scope, held)
                records = linked_records(self._database, chosen, most=ROWS_MAX, plain=order.plain)
                pack.add("audit.jsonl", AUDIT_COLUMNS, records)
            self._record(scope, rows, len(chosen), order, held)
            held.flush()
            file.seek(0)
            unless_given_out.pop_all()
        return Export(parts_of(file), Size(rows, 0), now)

    def _record(
        self, scope: ProofScope, rows: int, entries: int, order: ProofOrder, held: HeldUsers
    ) -> None:
        period = {"since": scope.since_at, "until": scope.until_at}
        asked = {f"filter_{name}": at.isoformat() for name, at in period.items() if at}
        with recording(self._database) as connection:
            seq = self._recorder.record(
                connection,
                Action.STORY_EXPORT,
                order.actor,
                Subject.user(scope.user_id),
                reason=order.reason,
                details={**asked, "entries": entries, "rows": rows},
            )
            if scope.user_id is None:
                held.recorded(connection, self._clock(), seq)


class _Pack:
    """The ZIP while it is written: each table as CSV, or as JSON lines, or both."""

    def __init__(self, file: IO[bytes], at: datetime, *, plain: bool) -> None:
        self.archive = ZipFile(file, "w", ZIP_DEFLATED)
        self._at = at
        self._plain = plain

    def add_all(self, connection: Transaction, scope: ProofScope, held: HeldUsers) -> None:
        """Add everything but the audit."""
        events = _noted(proof.events(connection, scope), held)
        self.add("timeline.csv", EVENTS, self._records(EVENTS, events))
        self.add("timeline.jsonl", EVENTS, self._records(EVENTS, proof.events(connection, scope)))
        reveals = (
            each for each in proof.events(connection, scope) if each.what == Permission.PII_REVEAL
        )
        self.add("reveals.csv", EVENTS, self._records(EVENTS, reveals))
        tokens, openings = proof.tokens(connection, scope), proof.openings(connection, scope)
        self.add("tokens.csv", TOKENS, self._records(TOKENS, tokens))
        self.add("openings.csv", OPENINGS, self._records(OPENINGS, openings))

    def add(self, name: str, columns: Sequence[str], records: Iterator[Record]) -> None:
        """Add a table."""
        form = Format(name.rpartition(".")[2])
        with self.archive.open(self._named(name), "w") as member:
            for part in tables.parts(form, columns, tables.in_batches(columns, records)):
                member.write(part)

    def add_text(self, name: str, text: str) -> None:
        """Add a text."""
        self.archive.writestr(self._named(name), text)

    def _named(self, name: str) -> ZipInfo:
        named = ZipInfo(name, self._at.timetuple()[:6])
        named.compress_type = ZIP_DEFLATED
        return named

    def _records(self, columns: Sequence[str], rows: Rows) -> Iterator[Record]:
        for row in rows:
            record = {name: _value(getattr(row, name)) for name in columns}
            hidden = () if self._plain else (name for name in FREE_TEXT if name in record)
            yield record | {name: masked_text(record[name]) for name in hidden}


def _noted(rows: Rows, held: HeldUsers) -> Rows:
    for row in rows:
        held.note([UUID(str(row.user_id))])
        yield row


def _value(value: object) -> str | int | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int) or value is None else str(value)
