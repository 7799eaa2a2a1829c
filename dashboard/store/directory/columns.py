"""The statement for rows of the directory, with what only some pages ask for."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from dashboard.store.directory.entries import COLUMNS, TOKEN_UNTIL
from dashboard.store.schema import directory
from dashboard.store.tokens.live import live_until


def select_users(tokens_at: datetime | None = None) -> Select[Any]:
    """Return the statement for all users, with the end of tokens that are live at that time.

    It is executed with that time as the parameter `tokens_at`.
    """
    return _ROWS if tokens_at is None else _ROWS_WITH_TOKENS


_ROWS = select(*COLUMNS)
_ROWS_WITH_TOKENS = _ROWS.add_columns(
    live_until(directory.c.user_id, bindparam("tokens_at")).label(TOKEN_UNTIL)
)
