"""Second factors of somebody, put where the product keeps them: nothing here answers for them."""

from datetime import UTC, datetime

from sqlalchemy import insert

from dashboard.store.database import Database
from dashboard.store.schema import authenticators, passkeys, recovery_codes


def give_factors(database: Database, staff_id: int) -> None:
    """Give somebody a passkey, an authenticator app and a recovery code."""
    at = datetime.now(UTC)
    with database.write() as connection:
        connection.execute(
            insert(passkeys).values(
                staff_id=staff_id,
                credential_id="Y3JlZGVudGlhbA",
                public_key="a2V5",
                sign_count=0,
                name="Laptop",
                created_at=at,
            )
        )
        connection.execute(
            insert(authenticators).values(
                staff_id=staff_id, sealed="x", key_id="y", last_step=0, created_at=at
            )
        )
        connection.execute(insert(recovery_codes).values(staff_id=staff_id, code_hash="z"))
