"""Passwords of staff: Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane), two at a time."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MIN_LENGTH = 12
MAX_LENGTH = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_two_at_a_time = BoundedSemaphore(2)  # a flood of log-ins must not starve the pages
_NOBODY = _hasher.hash("nobody has this password")


class WeakPasswordError(ValueError):
    """The password is shorter than `MIN_LENGTH` or longer than `MAX_LENGTH` characters."""


def hash_password(password: str) -> str:
    """Return the hash to store.

    Raises:
        WeakPasswordError: too short or too long.

    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPasswordError(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    with _two_at_a_time:
        return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Say whether the password matches. Without a hash, the same work is done for nothing.

    Nobody has none, and an empty one stands for a member who has not chosen a password yet.
    """
    with _two_at_a_time:
        try:
            _hasher.verify(password_hash or _NOBODY, password[: MAX_LENGTH + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return bool(password_hash)
