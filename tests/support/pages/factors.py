"""Setting second factors up, as the pages do it, or putting them where the product keeps them."""

import json
import re
from datetime import UTC, datetime

import pyotp
from sqlalchemy import insert

from dashboard.store.db.database import Database
from dashboard.store.schema import authenticators, passkeys, recovery_codes
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log
from tests.support.soft_passkey import SoftPasskey

TABLES = (passkeys, authenticators, recovery_codes)


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
    """Give a member a passkey, an authenticator app and a recovery code."""
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


def first_step(visitor: Visitor, known: tuple[str, str], next_path: str = "") -> Page:
    """Type email and password, no more."""
    sent = {"email": known[0], "password": known[1], "next": next_path}
    page = visitor.post("/login", sent)
    assert page.headers["Location"].startswith("/login/code")
    return page


def show(visitor: Visitor, code: str, *, status: int = 303, **more: str) -> Page:
    return visitor.post("/login/code", {"code": code, **more}, status=status)


def recover(visitor: Visitor, code: str, *, status: int = 303) -> Page:
    sent = {"code": code, "with": "recovery"}
    return visitor.post("/login/code", sent, status=status)


def log_ins(database: Database) -> list[tuple[str, dict[str, str]]]:
    """Return outcome and details, but for the address, of every log-in."""
    found = audit_log.outcomes(database, "auth:login")
    return [(outcome, {**details, "address": ""}) for outcome, details in found]


def kept(database: Database) -> list[int]:
    """Return how many rows each kind of factor has."""
    with database.read() as connection:
        return [len(connection.execute(table.select()).all()) for table in TABLES]


def changes(database: Database) -> list[tuple[str, dict[str, str]]]:
    """Return action and details of what was changed in accounts."""
    found = audit_log.entries(database, "account:%")
    return [(row.action.split(":")[1], json.loads(row.details)) for row in found]
