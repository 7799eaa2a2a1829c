"""Setting second factors up, as the pages do it."""

import re
from datetime import datetime

import pyotp

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
