"""What our own role of the database may do to the audit log."""

from sqlalchemy import Connection

_RIGHTS = """
SELECT array_remove(ARRAY[
  CASE WHEN role.rolsuper THEN 'SUPERUSER' END,
  CASE WHEN pg_has_role(current_user, audit.relowner, 'MEMBER') THEN 'OWNER' END,
  CASE WHEN has_table_privilege(audit.oid, 'UPDATE')
    OR has_any_column_privilege(audit.oid, 'UPDATE') THEN 'UPDATE' END,
  CASE WHEN has_table_privilege(audit.oid, 'DELETE') THEN 'DELETE' END,
  CASE WHEN has_table_privilege(audit.oid, 'TRUNCATE') THEN 'TRUNCATE' END,
  CASE WHEN has_table_privilege(audit.oid, 'TRIGGER') THEN 'TRIGGER' END
], NULL) FROM pg_class AS audit, pg_roles AS role
WHERE audit.oid = 'audit'::regclass AND role.rolname = current_user"""


def rights_to_change(connection: Connection) -> list[str]:
    """Return the rights by which our role could change the audit log on PostgreSQL."""
    return [str(each) for each in connection.exec_driver_sql(_RIGHTS).scalar_one()]
