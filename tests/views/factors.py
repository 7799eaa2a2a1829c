"""Setting second factors up, as the pages do it, or putting them where the product keeps them."""

import re
from datetime import UTC, datetime

import pyotp
from sqlalchemy import insert

from dashboard.store.database import Database
from dashboard.store.schema import authenticators, passkeys, recovery_codes
from tests.browsing import Page, Visitor
from tests.soft_passkey import SoftPasskey


def secret_in(page: Page) -> str:
    """Return the secret that the page shows."""
    found = re.search(r'<code id="secret">(\w+)</code>', page.text)
    assert found, page.words[:300]
    return found[1]


def pending_in(page: Page) -> str:
    """Return the app that the page's form carries."""
    found = re.search(r'name="pending" value="([^"]+)"', page.text)
    assert found, page.words[:300]
    return found[1]


def code_of(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def add_app(visitor: Visitor, at: datetime, *, status: int = 200) -> tuple[str, Page]:
    """Set an authenticator app up; return its secret and the answer."""
    page = visitor.get("/account/authenticator")
    secret = secret_in(page)
    sent = {"pending": pending_in(page), "code": code_of(secret, at)}
    return secret, visitor.post("/account/authenticator", sent, status=status)


def add_passkey(
    visitor: Visitor, passkey: SoftPasskey, *, name: str = "Laptop", status: int = 200
) -> Page:
    options = visitor.post("/account/passkeys/options", status=200).json
    sent = {"name": name, "answer": passkey.create(options)}
    return visitor.post("/account/passkeys", sent, status=status)


def codes_in(page: Page) -> list[str]:
    """Return the recovery codes that the page shows."""
    found = re.search(r'<pre class="code" id="codes"[^>]*>([^<]+)</pre>', page.text)
    assert found, page.words[:300]
    return found[1].split("\n")


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
