"""Whether actions on users have a known outcome."""

from datetime import datetime

from sqlalchemy import Connection, or_, select

from dashboard.store.audit.chain import Outcome
from dashboard.store.erasure import People, in_job
from dashboard.store.jobs.states import RowState
from dashboard.store.registrations import RegistrationState
from dashboard.store.schema import audit, grants, job_rows, registrations


def is_unsettled(
    connection: Connection, people: People, now: datetime, latest_end: datetime
) -> bool:
    """Return whether an action on one of these users has no outcome that is known.

    A token that may exist needs none once it would have expired, and an email never. A token that
    would expire after `latest_end` is of a clock that was put back.
    """
    later = audit.alias()
    known = select(later.c.seq).where(
        later.c.attempt_seq == audit.c.seq, later.c.outcome != Outcome.UNKNOWN.value
    )
    over = select(grants.c.id).where(
        grants.c.audit_seq == audit.c.seq, ~grants.c.expires_at.between(now, latest_end)
    )
    acted = select(audit.c.seq).where(
        audit.c.subject_id.in_([str(each) for each in people.user_ids]),
        audit.c.outcome == Outcome.ATTEMPTED.value,
        ~known.exists(),
        ~or_(over.exists(), audit.c.action == "contacts:mail"),
    )
    registered = select(registrations.c.id).where(
        registrations.c.email_folded.in_(people.emails),
        registrations.c.state == RegistrationState.UNKNOWN.value,
    )
    under_way = select(job_rows.c.id).where(
        in_job(people), job_rows.c.state == RowState.RUNNING.value
    )
    either = select(or_(acted.exists(), registered.exists(), under_way.exists()))
    return bool(connection.execute(either).scalar_one())
