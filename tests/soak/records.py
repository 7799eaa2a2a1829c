"""What our own records hold of what staff did, counted; and what the API's journal holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dashboard.services.actions import Action
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, notes, staff
from tests.faults.support import ledger
from tests.faults.support.ledger import MADE, Attempt, Key
from tests.support.servers.simulator_process import LoggedRequest


@dataclass(frozen=True)
class Records:
    """Notes by their words and by their user, log-ins by email, as the database has them."""

    attempts: list[Attempt]
    notes: Counter[Key]
    notes_of_user: Counter[str]
    note_entries: Counter[str]
    log_ins: Counter[Key]

    @property
    def succeeded(self) -> Counter[Key]:
        """What we recorded as done by the API."""
        return Counter(each.key for each in self.attempts if "succeeded" in each.outcomes)

    @property
    def pending(self) -> int:
        """How many attempts have no outcome yet."""
        return sum(not each.outcomes for each in self.attempts)


def read_records(database: Database) -> Records:
    """Return them as they are now."""
    written = select(audit.c.subject_id).where(
        audit.c.action == Action.NOTE_ADD, audit.c.outcome == Outcome.SUCCEEDED
    )
    logged_in = (
        select(staff.c.email)
        .join_from(audit, staff, audit.c.staff_id == staff.c.id)
        .where(audit.c.action == Action.LOG_IN, audit.c.outcome == Outcome.SUCCEEDED)
    )
    with database.read() as connection:
        kept = connection.execute(select(notes.c.body, notes.c.user_id)).all()
        entries = connection.execute(written).scalars().all()
        emails = connection.execute(logged_in).scalars().all()
    return Records(
        attempts=ledger.attempts(database),
        notes=Counter((Action.NOTE_ADD.value, note.body) for note in kept),
        notes_of_user=Counter(str(note.user_id) for note in kept),
        note_entries=Counter(map(str, entries)),
        log_ins=Counter((Action.LOG_IN.value, email) for email in emails),
    )


def made_by_api(calls: Sequence[LoggedRequest]) -> Counter[Key]:
    """Return what the API did, by its own journal."""
    made: Counter[Key] = Counter()
    for call in ledger.writes(calls):
        key = ledger.key_of(call)
        if key and MADE[key[0]] in call.made:
            made[key] += 1
    return made
