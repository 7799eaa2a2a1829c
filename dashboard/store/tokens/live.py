"""A live token: one that someone was given and that still works, so none that was discarded."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, func, select

from dashboard.store.schema import audit, grants
from dashboard.store.tokens.kinds import LOOK, GrantState, is_of_scenario

_attempt = audit.alias("token_attempt")
_granted = grants.alias("token_grant")
UserId = ColumnElement[UUID] | BindParameter[UUID]
Now = datetime | BindParameter[datetime]


def live_until(user_id: UserId, now: Now) -> ScalarSelect[datetime | None]:
    """Return when the last live token of a user expires; null for none."""
    return (
        select(func.max(_granted.c.expires_at))
        .join(_attempt, _attempt.c.seq == _granted.c.audit_seq)
        .where(
            _granted.c.user_id == user_id,
            _granted.c.state == GrantState.ISSUED.value,
            _granted.c.expires_at > now,
            _attempt.c.action != LOOK,
            ~is_of_scenario(_attempt),
        )
        .scalar_subquery()
    )
