"""Looking for a part of a text, which each engine names in its own way."""

from typing import Any

from sqlalchemy import ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from dashboard.store.db.columns import PlainText


class _Place(GenericFunction[int]):
    """Where a text holds another one, from 1, and 0 for nowhere."""

    name = "instr"
    inherit_cache = True


@compiles(_Place, "postgresql")
def _as_strpos(element: _Place, compiler: Any, **how: Any) -> str:  # noqa: ANN401  SQLAlchemy's
    return f"strpos{compiler.process(element.clause_expr, **how)}"


def holds_part(text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Return the condition that a text holds a part, which is compared as it is."""
    return _Place(text, literal(part, PlainText)) > 0
