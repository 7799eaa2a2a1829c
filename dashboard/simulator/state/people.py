"""Invented people: the same ones for the same seed, and none can be reached.

Emails end in example.com (RFC 2606); phone numbers are those kept for fiction in North America.
"""

import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

NEWEST_AT = datetime(2026, 6, 12, 14, 32, 4, tzinfo=UTC)
YEAR, RECENTLY = timedelta(days=365), timedelta(weeks=8)
_STATUSES = {"active": 70.0, "pending": 26.0, "suspended": 2.5, "banned": 1.5}
_COUNTRIES = {
    "BR": 20, "MX": 19, "CO": 18, "AR": 14, "PE": 8, "CL": 8, "EC": 4, "VE": 4, "GT": 2, "DO": 2,
    "UY": 2, "BO": 2, "CR": 2, "PY": 1, "PA": 1, "SV": 1, "HN": 1,
}  # fmt: skip
_SPEAKS_ENGLISH = 0.08
_IS_BUSINESS = 0.12
_HAS_PHONE = 0.1
_PHONES = range(12025550100, 12025550200)
_FIRST_NAMES = """
    Adriana Alejandra Alejandro Alonso Amanda Ana Andrea Andrés Ángela Antonio Beatriz Bruno Camila
    Carla Carlos Carolina Catalina César Clara Claudia Cristian Daniela Daniel Diego Eduardo Elena
    Emilia Esteban Felipe Fernanda Fernando Florencia Francisco Gabriela Gabriel Gonzalo Guadalupe
    Guillermo Gustavo Héctor Ignacio Inés Irene Isabel Iván Javier Jimena Joaquín Jorge José Juan
    Juliana Julián Laura Leonardo Lorena Lucas Lucía Luis Luisa Manuela Manuel Marcela Marcos María
    Mariana Mario Martín Martina Mateo Matías Mauricio Micaela Miguel Mónica Natalia Nicolás Noemí
    Óscar Pablo Paola Patricia Paula Paulo Pedro Rafael Ramiro Raúl Regina Renata Ricardo Rodrigo
    Rosa Salomé Samuel Santiago Sara Sebastián Sergio Silvia Sofía Tatiana Teresa Thiago Tomás
    Valentina Valeria Vanessa Verónica Vicente Victoria Ximena Yolanda
"""
_LAST_NAMES = """
    Acosta Aguilar Aguirre Almeida Alvarado Álvarez Araújo Arias Ávila Barbosa Barrios Benítez
    Blanco Cabrera Cáceres Calderón Campos Cárdenas Cardoso Carvalho Castillo Castro Cervantes
    Contreras Córdoba Coronado Correa Cortés Costa Cruz Delgado Díaz Domínguez Duarte Escobar
    Espinoza Estrada Fernandes Fernández Ferreira Figueroa Flores Franco Fuentes Gálvez García
    Giménez Godoy Gomes Gómez González Guerrero Gutiérrez Guzmán Hernández Herrera Ibáñez Jiménez
    Juárez Lara Ledesma Lima Lobo Lopes López Lozano Luna Machado Maldonado Marín Márquez Martins
    Medina Mejía Méndez Mendoza Miranda Molina Montoya Mora Morales Moreira Moreno Muñoz Navarro
    Núñez Ochoa Oliveira Orozco Ortega Ortiz Pacheco Padilla Paredes Peña Peralta Pereira Pérez
    Pineda Pinto Ponce Quiroga Quispe Ramírez Ramos Restrepo Reyes Ribeiro Ríos Rivas Rivera Robles
    Rocha Rodríguez Rojas Romero Rosales Ruiz Salazar Salinas Sánchez Sandoval Santana Santos Serna
    Silva Solís Soto Souza Suárez Tapia Teixeira Toledo Torres Trujillo Uribe Valdez Valencia
    Vargas Vásquez Vega Velasco Vera Vidal Villalba Zambrano Zapata Zúñiga
"""


@dataclass(frozen=True)
class Person:
    """A user as the API shows it (`document`), with what it never shows (`user_type`)."""

    document: dict[str, object]
    user_type: str


def timestamp(moment: datetime) -> str:
    """Return the time in the API's form: ISO 8601, UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def invent(
    users: int, others: int, seed: int, newest_at: datetime | None = None
) -> tuple[list[Person], list[Person]]:
    """Return the people of the first and of the second partner, newest first.

    They registered in the eight weeks before `newest_at`, or in the year before `NEWEST_AT`.
    """
    span = RECENTLY if newest_at else YEAR
    random = Random(seed)  # noqa: S311  repeatable is the point
    emails = _emails(random)

    def people(count: int) -> list[Person]:
        ages = sorted(random.random() * span for _ in range(count))
        return [_person(random, next(emails), (newest_at or NEWEST_AT) - age) for age in ages]

    return people(users), people(others)


def _person(random: Random, email: str, created_at: datetime) -> Person:
    country = random.choices([*_COUNTRIES], [*_COUNTRIES.values()])[0]
    document: dict[str, object] = {
        "id": str(uuid.UUID(int=random.getrandbits(128), version=4)),
        "email": email,
        "status": random.choices([*_STATUSES], [*_STATUSES.values()])[0],
        "countryCode": country,
    }
    if random.random() < _HAS_PHONE:
        document["phone"] = f"+{random.choice(_PHONES)}"
    spoken = "pt" if country == "BR" else "es"
    document["preferredLanguage"] = "en" if random.random() < _SPEAKS_ENGLISH else spoken
    document["createdAt"] = timestamp(created_at)
    return Person(document, "business" if random.random() < _IS_BUSINESS else "personal")


def _emails(random: Random) -> Iterator[str]:
    """Yield first.last@example.com for ever, with a number from the second of a name on."""
    firsts, lasts = _plain(_FIRST_NAMES).split(), _plain(_LAST_NAMES).split()
    seen: dict[str, int] = {}
    while True:
        name = f"{random.choice(firsts)}.{random.choice(lasts)}"
        seen[name] = seen.get(name, 0) + 1
        yield f"{name}{seen[name] if seen[name] > 1 else ''}@example.com"


def _plain(names: str) -> str:
    """Return the names in lower case without accents: `Muñoz` is `munoz`."""
    return unicodedata.normalize("NFKD", names).encode("ascii", "ignore").decode().lower()
