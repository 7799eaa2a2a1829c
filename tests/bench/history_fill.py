"""A long history, quickly: users who became active long ago, and all that was done about them.

What is open stays as it is: who waits, and who ceased to within a week.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from secrets import token_hex
from typing import Any

from sqlalchemy import Table, insert

from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.jobs.states import JobState, RowState
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.registrations import RegistrationState
from dashboard.store.schema import (
    contacts,
    directory,
    grants,
    inquiries,
    job_rows,
    jobs,
    notes,
    registrations,
    sightings,
)
from dashboard.store.tokens.kinds import GrantState
from tests.bench import directory_fill

BATCH = 2_000
FIRST = 10_000_000  # of the numbers of users; those of the desk are smaller
AGO, WITHIN = timedelta(days=70), timedelta(days=730)
OF_A_JOB = 20
ADMIN = ATTEMPT = 1  # numbers of a member of staff and of an audit row

Row = dict[str, Any]


def fill(database: Database, there: int, count: int) -> None:
    """Add so many to those who are there. Each has a note, a contact, a token and a job's row."""
    now = datetime.now(UTC)
    numbers = iter(range(there, there + count))
    while batch := list(islice(numbers, BATCH)):
        with database.write() as connection:
            for table, of_table in _batch(batch, now):
                connection.execute(insert(table), of_table)
    directory_fill.analyze(database)


def _batch(batch: list[int], now: datetime) -> Iterator[tuple[Table, list[Row]]]:
    users = [_user(number, now) for number in batch]
    yield directory, users
    yield sightings, [each for user in users for each in _seen(user)]
    yield inquiries, [_inquiry(user, number) for user, number in zip(users, batch, strict=True)]
    yield grants, [_grant(user) for user in users]
    yield registrations, [_registration(user) for user in users]
    yield notes, [_note(user) for user in users]
    yield contacts, [_contact(user) for user in users]
    in_jobs = [*zip(users, batch, strict=True)]
    yield jobs, [_job(user, number) for user, number in in_jobs if number % OF_A_JOB == 0]
    yield job_rows, [_row(user, number) for user, number in in_jobs]


def _user(number: int, now: datetime) -> Row:
    user, name = directory_fill.someone(FIRST + number)
    started_at = now - AGO - WITHIN * (number * 7919 % 1_000_003 / 1_000_003)
    active_at = started_at + timedelta(hours=30)
    row = rows.new_row(user, started_at, sweep=1)
    return {
        **row,
        "status": "active",
        "name": name,
        "registered_at": started_at,
        "last_seen_at": now,
        "status_since_at": active_at,
        "kyc_state": InquiryState.HELD.value,
        "kyc_started_at": started_at,
        "kyc_staff_id": ADMIN,
        "waits_from_at": None,
        "became_active_at": active_at,
        "closed_at": active_at,
    }


def _seen(user: Row) -> Iterator[Row]:
    whose = {name: user[name] for name in ("user_id", "email", "country_code")}
    named = {"email_folded": user["email_key"], **whose}
    for status, at in (("pending", user["kyc_started_at"]), ("active", user["closed_at"])):
        yield {"status": status, "first_seen_at": at, "last_seen_at": at, **named}


def _inquiry(user: Row, number: int) -> Row:
    return {
        "user_id": user["user_id"],
        "state": InquiryState.HELD.value,
        "inquiry_id": f"inq_{FIRST + number}",
        "verification_url": f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{number}",
        "started_at": user["kyc_started_at"],
        "staff_id": ADMIN,
        "source": InquirySource.HERE.value,
    }


def _grant(user: Row) -> Row:
    at = user["closed_at"]
    values = {"user_id": user["user_id"], "staff_id": ADMIN, "audit_seq": ATTEMPT, "reason": ""}
    times = {"issued_at": at, "expires_at": at + timedelta(hours=1)}
    return {"state": GrantState.ISSUED.value, **values, **times}


def _registration(user: Row) -> Row:
    names = ("user_id", "email", "user_type", "country_code", "registered_at")
    values = {"email_folded": user["email_key"], "staff_id": ADMIN, "audit_seq": ATTEMPT}
    return {"state": RegistrationState.DONE.value, **values, **{name: user[name] for name in names}}


def _note(user: Row) -> Row:
    body = f"Asked for {user['name']}"
    made = {"user_id": user["user_id"], "staff_id": ADMIN, "created_at": user["closed_at"]}
    return {"body": body, "folded": body.lower(), **made}


def _contact(user: Row) -> Row:
    who = {"user_id": user["user_id"], "staff_id": ADMIN}
    return {"kind": "called_no_answer", "at": user["kyc_started_at"], **who}


def _job(user: Row, number: int) -> Row:
    at = user["closed_at"]
    times = {"next_at": at, "started_at": at, "finished_at": at, "opened_at": at}
    who = {"id": _job_of(number), "staff_id": ADMIN, "nonce": token_hex(8)}
    return {"kind": "set_tags", "state": JobState.DONE.value, **who, **times}


def _row(user: Row, number: int) -> Row:
    at = user["closed_at"]
    place = {"job_id": _job_of(number), "number": number % OF_A_JOB + 1, "nonce": token_hex(8)}
    said = {"content": "{}", "detail": "", "said": "", "began_at": at, "ended_at": at}
    count = {"opened_seq": ATTEMPT, "anyway": False, "tries": 1}
    whose = {"email": user["email"], "email_folded": user["email_key"], "user_id": user["user_id"]}
    return {"state": RowState.DONE.value, **place, **said, **count, **whose}


def _job_of(number: int) -> int:
    return number // OF_A_JOB + 1
