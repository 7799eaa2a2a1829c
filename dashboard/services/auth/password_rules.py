"""Which passwords may be set: the one policy for every place that sets one.

The estimator counts the guesses that an attacker needs who knows common passwords, words, names,
dates and keyboards. It takes longer than linear time, so it is given only the ends of a long
password.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from threading import Lock

from zxcvbn import zxcvbn

from dashboard.services.auth.passwords import (
    LONGEST,
    MAX_LENGTH,
    MIN_LENGTH,
    NewPassword,
    normalise,
)

GUESSES = 10**10
ESTIMATED = 32  # characters at either end
# Missing from a list of English passwords, most common first.
WORDS = (
    "contraseña",
    "contrasena",
    "qash",
    "dashboard",
    "partner",
    "admin",
    "administrador",
    "bienvenido",
    "bienvenida",
    "verano",
    "invierno",
    "primavera",
    "otoño",
)
_estimator = Lock()  # it keeps the person's words in a global


class Weakness(StrEnum):
    """Why a password can't be set."""

    LENGTH = "length"
    GUESSABLE = "guessable"


SENTENCES = {
    Weakness.LENGTH: f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.",
    Weakness.GUESSABLE: "This password is easy to guess. Choose a less common one.",
}


class WeakPasswordError(ValueError):
    """The password is refused; `weakness` says why."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(SENTENCES[weakness])
        self.weakness = weakness


class PasswordRules:
    """Accepts or refuses passwords. `brand` is the dashboard's name."""

    def __init__(self, brand: str) -> None:
        self._words = [*_words_of(brand), *WORDS]

    def accept(self, password: str, *, email: str, name: str) -> NewPassword:
        """Return the password of this person as it may be hashed.

        Raises:
            WeakPasswordError: it is too short, too long, or easy to guess for this person.

        """
        normal = normalise(password[: LONGEST + 1])
        if not MIN_LENGTH <= len(normal) <= MAX_LENGTH or len(password) > LONGEST:
            raise WeakPasswordError(Weakness.LENGTH)
        known = [*_words_of(email), *_words_of(name), *self._words]
        ends = {normal[:ESTIMATED], normal[-ESTIMATED:]}
        if all(_guesses(end, known) < GUESSES for end in ends):
            raise WeakPasswordError(Weakness.GUESSABLE)
        return NewPassword(normal)


def _guesses(text: str, known: list[str]) -> int:
    with _estimator:
        return int(zxcvbn(text, user_inputs=known)["guesses"])


def _words_of(text: str) -> Iterator[str]:
    """Yield the text itself, the text without blanks, and each of its words."""
    normal = normalise(text)
    yield normal
    words = re.findall(r"\w+", normal)
    yield "".join(words)
    yield from words
