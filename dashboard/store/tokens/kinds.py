"""What kinds of tokens there are, and whether one exists."""

from enum import StrEnum

LOOK = "tokens:look"


class GrantKind(StrEnum):
    """How a token came to be. That of a look was dropped by the server: no one was given it."""

    ISSUE = "issue"
    PRIVY = "privy"
    LOOK = "look"


class GrantState(StrEnum):
    """Whether the token exists. It starts as MAY_EXIST, so that a crash leaves the truth."""

    ISSUED = "issued"
    MAY_EXIST = "may_exist"
