"""The cost of hashing a password in the product: tests themselves hash cheaply."""

import subprocess
import sys

SHOW = """
from dashboard.services.auth.password_rules import PasswordRules
from dashboard.services.auth.passwords import hash_password
print(hash_password(PasswordRules('').accept('a password of my own', email='', name='')))
"""


def test_passwords_are_hashed_at_owasps_minimum_for_argon2id() -> None:
    shown = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", SHOW], capture_output=True, text=True, check=True
    )
    assert shown.stdout.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
