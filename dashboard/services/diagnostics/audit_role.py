"""The doctor's check that the dashboard itself can't change its audit log."""

from dashboard.services.diagnostics.findings import Finding, ok, warning
from dashboard.store.audit.rights import rights_to_change
from dashboard.store.db.database import Database


def examine_audit_role(database: Database) -> Finding:
    """Look at the rights of our role; SQLite has no roles."""
    if database.is_file:
        return ok(
            "audit role",
            "SQLite has no roles: anyone who can write the file can change the audit log. Triggers "
            "stop accidents; signatures, and an end noted elsewhere, show a change.",
        )
    with database.read() as connection:
        rights = rights_to_change(connection)
    if not rights:
        return ok("audit role", "Our database role can add to the audit log, and not change it.")
    return warning(
        "audit role",
        f"Our database role could change the audit log: it has {', '.join(rights)}.",
        "Give the dashboard a role that doesn't own the tables: docs/runbook.md, A role that "
        "can't change the audit log.",
    )
