"""An index finds the users who wait for KYC: most known users are settled."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add an index."""
    op.create_index(
        op.f("ix_sightings_status_user_id_id"),
        "sightings",
        ["status", "user_id", "id"],
        unique=False,
    )
