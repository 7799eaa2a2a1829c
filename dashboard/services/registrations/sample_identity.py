"""Test identities: people who are obviously invented, to register outside production."""

import re
import secrets
from dataclasses import dataclass

FIRST = ("Ana", "Bruno", "Carla", "Diego", "Elena", "Fabio", "Gloria", "Hugo", "Irene", "Jaime")
LAST = (
    "de Prueba",
    "de Ejemplo",
    "de Muestra",
    "de Ensayo",
    "de Mentira",
    "de Ficción",
    "de Cuento",
)
NUMBER = re.compile("[0-9]{6}")
COUNTRIES = ("CO", "MX", "PE", "CL", "AR")


@dataclass(frozen=True)
class SampleIdentity:
    """A made-up person. There is no phone: any number might be a real one."""

    first_name: str
    last_name: str
    email: str
    country_code: str
    preferred_language: str

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def make_sample(test_email: str) -> SampleIdentity:
    """Make up a person; `test_email` holds `{n}`, which becomes a number of six digits."""
    return _identity(test_email, secrets.randbelow(900_000) + 100_000)


def is_sample(email: str, test_email: str) -> SampleIdentity | None:
    """Return the person made up with this email, None for an email that was not made up.

    A registration takes no names, but a KYC start needs them: the number gives them again.
    """
    before, after = test_email.split("{n}", 1)
    number = email.removeprefix(before).removesuffix(after)
    is_made_up = NUMBER.fullmatch(number) and email == f"{before}{number}{after}"
    return _identity(test_email, int(number)) if is_made_up else None


def _identity(test_email: str, number: int) -> SampleIdentity:
    return SampleIdentity(
        first_name=FIRST[number % len(FIRST)],
        last_name=LAST[number // len(FIRST) % len(LAST)],
        email=test_email.replace("{n}", str(number)),
        country_code=COUNTRIES[number // (len(FIRST) * len(LAST)) % len(COUNTRIES)],
        preferred_language="es",
    )
