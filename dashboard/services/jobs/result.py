"""The result of a job as a file: each row as it was given, and its outcome."""

from collections.abc import Mapping, Sequence

from dashboard.services.files.tables import Record
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.rows import JobRow

GIVEN: Mapping[JobKind, Mapping[str, str]] = {  # each column, and the part of a row that it holds
    JobKind.REGISTER: {
        "country": "country_code",
        "phone": "phone",
        "language": "preferred_language",
        "type": "user_type",
    },
    JobKind.START_KYC: {
        "first_name": "first_name",
        "last_name": "last_name",
        "kyc_email": "email",
        "phone": "phone",
        "birth_date": "birth_date",
    },
    JobKind.SEND_LINK: {"language": "language"},
}


def columns(kind: JobKind) -> Sequence[str]:
    """Return the columns of a job's file."""
    return ("row", "email", *GIVEN.get(kind, {}), "result", "detail", "answer", "user_id")


def record(kind: JobKind, row: JobRow) -> Record:
    """Return a row of the file."""
    given = {column: row.content.get(part) for column, part in GIVEN.get(kind, {}).items()}
    return {
        "row": row.number,
        "email": row.email or None,
        **given,
        "result": row.state.value,
        "detail": row.detail or None,
        "answer": row.said or None,
        "user_id": str(row.user_id) if row.user_id else None,
    }
