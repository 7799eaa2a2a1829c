"""The kinds of tokens, and whether a token exists."""

from enum import StrEnum

from sqlalchemy import ColumnElement, FromClause, and_

ISSUE, LOOK = "tokens:issue", "tokens:look"


class GrantKind(StrEnum):
    """Where a token came from. The server discarded that of a look or of a scenario."""

    ISSUE = "issue"
    PRIVY = "privy"
    LOOK = "look"
    SCENARIO = "scenario"


class GrantState(StrEnum):
    """Whether the token exists. It starts as MAY_EXIST, so that a crash leaves the truth."""

    ISSUED = "issued"
    MAY_EXIST = "may_exist"


def is_of_scenario(attempt: FromClause) -> ColumnElement[bool]:
    """Return the condition that an attempt (a row of the audit) was made by a scenario."""
    return and_(attempt.c.action == ISSUE, attempt.c.details.contains('"scenario": '))
