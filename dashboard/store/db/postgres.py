"""PostgreSQL, through psycopg: one writer at a time by an advisory lock, as BEGIN IMMEDIATE gives.

Outside `begin()` each statement commits on its own (AUTOCOMMIT). READ COMMITTED is enough inside:
the holder of the lock sees all that was committed before, and is the only writer.
"""

from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError

DRIVER = "postgresql+psycopg"
POOL_SIZE = 32
WRITER = 7_165_480_911  # the advisory lock of the one writer; any number that stays the same
CONNECT_TIMEOUT_S = 3
PATIENCE_S = 3.0  # with a server that hangs
STATEMENT_TIMEOUT_MS = 30_000
# Pages of an index are in memory or on a solid-state disk. With the server's own 4, the counts of
# the desk read whole tables (ADR 54).
RANDOM_PAGE_COST = 1.1
# A server that is gone without a word is noticed within about 10 s.
WATCHED = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class PostgresEngine:
    """What only PostgreSQL needs."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername=DRIVER)
        self.where = f"PostgreSQL {parsed.host or 'on this machine'}/{parsed.database}"
        self.engine = create_engine(
            parsed,
            connect_args={
                "options": f"-c timezone=UTC -c statement_timeout={STATEMENT_TIMEOUT_MS} "
                f"-c random_page_cost={RANDOM_PAGE_COST}",
                **WATCHED,
            },
            isolation_level="AUTOCOMMIT",
            pool_size=POOL_SIZE,
            pool_use_lifo=True,  # the one that answered last
            hide_parameters=True,
        )
        event.listen(self.engine, "do_connect", _connect)
        event.listen(self.engine, "checkout", _ask_first)

    def begin(self, connection: Connection, wait_ms: int) -> None:
        """Begin a transaction as the one writer, in one round trip."""
        connection.exec_driver_sql(
            f"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {wait_ms}; "
            f"SELECT pg_advisory_xact_lock({WRITER})"
        )

    def begin_snapshot(self, connection: Connection) -> None:
        """Begin a transaction; its first statement fixes what all of them see."""
        connection.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def create(self) -> None:
        """Do nothing: the server's administrator creates the database."""

    def make_shrinkable(self) -> None:
        """Do nothing: PostgreSQL vacuums automatically."""

    def exists(self) -> bool:
        """Return True: only the server knows, and it is asked on connecting."""
        return True

    def cause(self, error: SQLAlchemyError) -> str:
        """Name what is wrong, without a value that a statement held."""
        state = getattr(getattr(error, "orig", None), "sqlstate", None)
        if state is None:
            gone = getattr(error, "connection_invalidated", False) or _is_operational(error)
            return "its server cannot be reached" if gone else type(error).__name__
        return _CAUSES.get(state) or _CLASSES.get(state[:2]) or type(error).__name__


def _connect(_dialect: object, _record: object, _places: object, named: Any) -> Any:  # noqa: ANN401  SQLAlchemy's
    from dashboard.store.db.postgres_connection import TimeoutConnection  # noqa: PLC0415  of an extra

    connection = TimeoutConnection.connect(**named)
    connection.patience_s = STATEMENT_TIMEOUT_MS / 1000 + PATIENCE_S
    return connection


def _ask_first(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401  SQLAlchemy's
    """Test a connection before it is used, so that a restarted server fails no page."""
    if not connection.answers(PATIENCE_S):
        raise InvalidatePoolError


def _is_operational(error: SQLAlchemyError) -> bool:
    return type(getattr(error, "orig", None)).__name__ in {"OperationalError", "ConnectionTimeout"}


# By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
_CAUSES = {
    "25006": "it cannot be written",
    "28P01": "its server refuses our user",
    "3D000": "there is no such database",
    "42501": "our user may not do that",
    "53100": "the disk is full",
    "53300": "it has no connection left",
    "55006": "someone is connected to it",
    "55P03": "it is busy",
    "57014": "it takes too long",
}
_CLASSES = {
    "08": "its server cannot be reached",
    "28": "its server refuses our user",
    "57": "its server is not running",
    "58": "the disk fails",
    "XX": "it is damaged",
}
