"""The settings of a simulator: where its people are kept, how many, and two pairs of keys."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

KEY_MARK = "qash_key_live_simulator"
SECRET_MARK = "qash_secret_live_simulator"  # noqa: S105  the public start of every such secret
_SYMBOLS = string.ascii_letters + string.digits
_KEY_LENGTH = len("qash_key_live_") + 40  # as in the vendor's placeholders
_SECRET_LENGTH = len("qash_secret_live_") + 128


@dataclass(frozen=True)
class KeyPair:
    """The credentials of a partner. `repr` shows only the key."""

    api_key: str
    api_secret: str = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make up a pair that opens nothing but a simulator, and says so."""
        return cls(_filled(KEY_MARK, _KEY_LENGTH), _filled(SECRET_MARK, _SECRET_LENGTH))


@dataclass(frozen=True)
class SimulatorSettings:
    """`keys` are those of the first and of the second partner; `users` counts the first's.

    `population`: things happen to people as time passes. They registered in the eight
    weeks before `newest_at`, or in the year until June 2026.
    """

    database: Path
    keys: tuple[KeyPair, KeyPair]
    users: int = 500
    seed: int = 1
    population: bool = False
    newest_at: datetime | None = None


def _filled(start: str, length: int) -> str:
    return start + "".join(secrets.choice(_SYMBOLS) for _ in range(length - len(start)))
