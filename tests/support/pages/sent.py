"""What became of a job that emails many users: its rows, the emails, and what was recorded."""

from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.schema import contacts, job_rows
from tests.support.pages import audit_log
from tests.support.pages.jobs import JobWorker
from tests.support.servers.mail_server import Inbox


def run(worker: JobWorker, rounds: int, seconds: float) -> None:
    """Let the worker do what there is to do, again and again after this time."""
    for _ in range(rounds):
        while not worker.turn():
            pass
        worker.clock.advance(seconds=seconds)


def details(database: Database, job: int) -> dict[str, str]:
    """Return state and reason of each row by the name before the @."""
    rows = select(job_rows.c.email, job_rows.c.state, job_rows.c.detail, job_rows.c.said)
    with database.read() as connection:
        found = connection.execute(rows.where(job_rows.c.job_id == job)).all()
    return {
        row.email.partition("@")[0]: " ".join(filter(None, (row.state, row.detail, row.said)))
        for row in found
    }


def kinds(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.execute(select(contacts.c.kind)).scalars())


def outcomes(database: Database) -> list[str]:
    return [row.outcome for row in audit_log.entries(database, "contacts:mail")]


def names(inbox: Inbox) -> list[str]:
    return sorted(each.partition("@")[0] for each in inbox.recipients)
