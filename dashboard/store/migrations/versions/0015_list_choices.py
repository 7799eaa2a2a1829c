"""How a person has the list: rows per page, columns and density."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add nothing yet."""
