"""How many tokens were asked for, counted in the audit itself: no counter can be lost."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    true,
)

from dashboard.store.audit.chain import Outcome
from dashboard.store.schema import audit
from dashboard.store.tokens.kinds import ISSUE, LOOK, GrantKind, is_of_scenario

PRIVY = "tokens:privy"
ACTIONS = (ISSUE, LOOK, PRIVY)
REFUSED = {"cause": "limit"}
_answer = audit.alias("answer")


def nth_newest(
    connection: Connection,
    span: tuple[datetime, datetime],
    number: int,
    *,
    staff_id: int | None = None,
    user_id: UUID | None = None,
) -> datetime | None:
    """Return when the n-th last attempt was made, None where there are fewer.

    Of one person, or for one user (who is known from the answer at the latest), where that is
    given. What was certainly not sent, for the API was out of reach, is not among them.
    """
    newest = _asked_for(audit.c.at, span, staff_id, user_id).order_by(audit.c.at.desc())
    return connection.execute(newest.offset(number - 1).limit(1)).scalar()


def count(connection: Connection, span: tuple[datetime, datetime], staff_id: int) -> int:
    """Return how many attempts one person made."""
    number: int = connection.execute(_asked_for(func.count(), span, staff_id, None)).scalar_one()
    return number


def _asked_for(
    column: ColumnElement[Any],
    span: tuple[datetime, datetime],
    staff_id: int | None,
    user_id: UUID | None,
) -> Select[*tuple[Any, ...]]:
    unsent = select(_answer.c.seq).where(
        _answer.c.attempt_seq == audit.c.seq,
        _answer.c.outcome == Outcome.REJECTED.value,
        _answer.c.details.contains('"status": null'),
    )
    statement = select(column).where(
        audit.c.action.in_(ACTIONS),
        audit.c.at.between(*span),
        audit.c.outcome == Outcome.ATTEMPTED.value,
        ~unsent.exists(),
    )
    if staff_id is not None:
        statement = statement.where(audit.c.staff_id == staff_id)
    if user_id is not None:
        answered = select(_answer.c.seq).where(
            _answer.c.attempt_seq == audit.c.seq, _answer.c.subject_id == str(user_id)
        )
        about = or_(audit.c.subject_id == str(user_id), answered.exists())
        statement = statement.where(about)
    return statement


def was_refused(
    connection: Connection,
    staff_id: int,
    scope: str,
    user_id: UUID | None,
    span: tuple[datetime, datetime],
) -> bool:
    """Return whether a limit of this scope refused a person a token for this user then."""
    statement = select(audit.c.seq).where(
        audit.c.action.in_(ACTIONS),
        audit.c.at.between(*span),
        audit.c.staff_id == staff_id,
        audit.c.outcome == Outcome.REJECTED.value,
        audit.c.attempt_seq.is_(None),
        audit.c.details.contains('"cause": "limit"'),
        audit.c.details.contains(f'"scope": "{scope}"'),
        audit.c.subject_id == str(user_id) if user_id else true(),
    )
    return connection.execute(statement.limit(1)).first() is not None


def is_privy(attempt: FromClause) -> ColumnElement[bool]:
    """Return the condition that an attempt (a row of the audit) used the deprecated exchange.

    Rows from before it had an action of its own say so in their details.
    """
    said = attempt.c.details.contains('"exchange": "privy"')
    return or_(attempt.c.action == PRIVY, and_(attempt.c.action == ISSUE, said))


def kind_of(attempt: FromClause) -> ColumnElement[Any]:
    """Return the kind of token that an attempt asked for."""
    looked = attempt.c.action == LOOK
    return case(
        (looked, GrantKind.LOOK.value),
        (is_privy(attempt), GrantKind.PRIVY.value),
        (is_of_scenario(attempt), GrantKind.SCENARIO.value),
        else_=GrantKind.ISSUE.value,
    )
