"""Saved views, and the users that a person opened recently."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add nothing yet."""
