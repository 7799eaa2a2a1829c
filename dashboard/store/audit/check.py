"""Check that the audit log is whole: its chain, its end, and references from other tables."""

from sqlalchemy import Connection

from dashboard.crypto.keyring import Keys
from dashboard.store.audit import chain as audit
from dashboard.store.audit import head as audit_head
from dashboard.store.audit.chain import ChainFault, FindingKind


def verify(connection: Connection, keys: Keys) -> ChainFault | None:
    """Return the first row at which the audit is not what was recorded, or None."""
    if finding := audit.verify(connection, keys):
        return finding
    if beyond := audit_head.first_beyond(connection):
        return ChainFault(beyond, FindingKind.POINTED_AT)
    last, is_whole = audit_head.find(connection, keys)
    return None if is_whole else ChainFault(last.seq, FindingKind.END_LOST)
