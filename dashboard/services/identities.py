"""Test identities: people who are obviously invented, to register outside production."""

import secrets
from dataclasses import dataclass

FIRST = ("Prueba", "Ejemplo", "Muestra", "Ensayo", "Demo")
LAST = ("Inventada", "Imaginario", "Ficticio", "Modelo", "Simulado")
COUNTRIES = ("CO", "MX", "PE", "CL", "AR")


@dataclass(frozen=True)
class Identity:
    """A made-up person. There is no phone: any number might be somebody's."""

    first_name: str
    last_name: str
    email: str
    country_code: str
    preferred_language: str


def invent(test_email: str) -> Identity:
    """Make up a person; `test_email` holds `{n}`, which becomes a number of six digits."""
    number = str(secrets.randbelow(900_000) + 100_000)
    return Identity(
        first_name=secrets.choice(FIRST),
        last_name=secrets.choice(LAST),
        email=test_email.replace("{n}", number),
        country_code=secrets.choice(COUNTRIES),
        preferred_language="es",
    )
