"""Every email is compared in one form (`dashboard.text.emails.comparable`), registrations' too.

A staff member's email is stored in that form. Where two rows would get the same one, both stay as
they are: a look-alike that was added before can still be disabled.
"""

from collections import Counter

import sqlalchemy as sa
from alembic import op

from dashboard.text.emails import comparable

revision = "0008"
down_revision = "0007"

FEW = 1000  # rows per statement

staff = sa.table("staff", sa.column("id"), sa.column("email"))
sightings = sa.table("sightings", sa.column("id"), sa.column("email"), sa.column("email_folded"))
registrations = sa.table(
    "registrations", sa.column("id"), sa.column("email"), sa.column("email_folded")
)


def upgrade() -> None:
    """Add a column with its index, and write the comparison forms."""
    op.add_column(
        "registrations", sa.Column("email_folded", sa.Text(), nullable=False, server_default="")
    )
    op.create_index(op.f("ix_registrations_email_folded"), "registrations", ["email_folded"])
    for table in (registrations, sightings):
        _fold(table)
    _fold_staff()


def _fold(table: sa.TableClause) -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, table.c.email, table.c.email_folded)).all()
    changed = [
        {"row": row.id, "folded": folded}
        for row in rows
        if (folded := comparable(row.email)) != row.email_folded
    ]
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values(email_folded=sa.bindparam("folded"))
    )
    for start in range(0, len(changed), FEW):
        connection.execute(statement, changed[start : start + FEW])


def _fold_staff() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(staff.c.id, staff.c.email)).all()
    taken = Counter(comparable(row.email) for row in rows)
    for row in rows:
        folded = comparable(row.email)
        if folded != row.email and taken[folded] == 1:
            statement = sa.update(staff).where(staff.c.id == row.id).values(email=folded)
            connection.execute(statement)
