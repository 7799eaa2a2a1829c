"""Whether the audit is whole: its chain, its end, what other tables say of it, its triggers."""

from sqlalchemy import Connection

from dashboard.crypto.keyring import Keys
from dashboard.store.audit import chain as audit
from dashboard.store.audit import head as audit_head
from dashboard.store.audit.chain import ChainFault, FindingKind

WALKED_PAST_BY = {"sqlite": "audit_no_replace", "postgresql": "audit_no_truncate"}
TRIGGERS = frozenset({"audit_no_update", "audit_no_delete", WALKED_PAST_BY["sqlite"]})


def verify(connection: Connection, keys: Keys) -> ChainFault | None:
    """Return the first row at which the audit is not what was recorded, or None."""
    if finding := audit.verify(connection, keys):
        return finding
    if beyond := audit_head.first_beyond(connection):
        return ChainFault(beyond, FindingKind.POINTED_AT)
    last, is_whole = audit_head.find(connection, keys)
    return None if is_whole else ChainFault(last.seq, FindingKind.END_LOST)


def missing_triggers(connection: Connection) -> frozenset[str]:
    """Return the names of the audit's triggers that the database has no more."""
    engine = connection.dialect.name
    there = connection.exec_driver_sql(_TRIGGERS_THERE[engine])
    wanted = {"audit_no_update", "audit_no_delete", WALKED_PAST_BY[engine]}
    return frozenset(wanted - {name for (name,) in there})


# PostgreSQL can switch one off, which is as good as lost.
_TRIGGERS_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass "
    "AND tgenabled IN ('O', 'A')",
}
