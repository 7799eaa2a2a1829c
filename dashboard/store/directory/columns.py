"""The columns of a row of the directory, with what only some pages ask for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from dashboard.store.directory.entries import COLUMNS, TOKEN_UNTIL
from dashboard.store.schema import directory
from dashboard.store.tokens.live import live_until


def columns(tokens_at: datetime | None = None) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of a row, with the end of tokens that are live at that time."""
    if tokens_at is None:
        return COLUMNS
    return (*COLUMNS, live_until(directory.c.user_id, tokens_at).label(TOKEN_UNTIL))
