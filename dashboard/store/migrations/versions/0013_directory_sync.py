"""What keeps the directory complete: its sweeps, and the budget of background calls."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add nothing yet."""
