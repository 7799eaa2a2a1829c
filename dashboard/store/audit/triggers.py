"""Check that all triggers exist that keep the audit log append-only."""

from sqlalchemy import Connection

BYPASS_GUARD = {"sqlite": "audit_no_replace", "postgresql": "audit_no_truncate"}
TRIGGERS = frozenset({"audit_no_update", "audit_no_delete", BYPASS_GUARD["sqlite"]})


def missing_triggers(connection: Connection) -> frozenset[str]:
    """Return the names of the audit log's triggers that are missing from the database."""
    engine = connection.dialect.name
    there = connection.exec_driver_sql(_TRIGGERS_THERE[engine])
    wanted = {"audit_no_update", "audit_no_delete", BYPASS_GUARD[engine]}
    return frozenset(wanted - {name for (name,) in there})


# PostgreSQL can switch one off, which is as good as lost.
_TRIGGERS_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass "
    "AND tgenabled IN ('O', 'A')",
}
