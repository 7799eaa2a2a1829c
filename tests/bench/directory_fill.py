"""Many users in the directory, quickly: the same ones each time, with what people really have."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, insert, text

from dashboard.services.seen import SeenUsers
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.maintenance import statistics
from dashboard.store.schema import directory
from dashboard.text.search import name_key
from tests.bench import upstream
from tests.support.directory import facts_of
from tests.support.directory import fill as complete

BATCH, KNOWN_BATCH = 10_000, 1_000
NEWEST_AT = datetime(2026, 11, 1, tzinfo=UTC)
EVERY = timedelta(seconds=95)  # 1,000,000 users in three years
_GIVEN = """
María José Juan Ana Luis Carlos Laura Sofía Andrés Camila Santiago Valentina Mateo Isabella
Sebastián Lucía Diego Daniela Alejandro Gabriela Felipe Paula Nicolás Carolina Javier Natalia
Miguel Andrea Jorge Mónica Ricardo Patricia Fernando Claudia Eduardo Verónica Óscar Adriana
Iván Rocío Hernán Zoë Wilmer Yesenia Ximena Joaquín Bruno Thiago João Beatriz Łukasz Ingrid
"""
_FAMILY = """
Rodríguez González Martínez García Gómez López Hernández Sánchez Ramírez Pérez Díaz Muñoz Rojas
Moreno Jiménez Vargas Gutiérrez Castro Suárez Ortiz Álvarez Ruiz Fernández Romero Torres Vásquez
Ospina Cárdenas Restrepo Quintero Zapata Cifuentes Echeverry Uribe Zuluaga Arango Betancur Montoya
Velásquez Soto Silva Souza Oliveira Müller O'Neill Núñez Peña Ávila Figueroa Molina Campos Reyes
Cabrera Aguirre Salazar Mejía Ibáñez Duarte Acosta Ferreira Wu
"""
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()
PROVIDERS = ("gmail.com", "hotmail.com", "outlook.com", "yahoo.com.mx", "icloud.com", "unal.edu.co")
COUNTRIES = {
    "CO": (45, "+573"),
    "MX": (25, "+525"),
    "AR": (12, "+549"),
    "CL": (8, "+569"),
    "PE": (6, "+519"),
    "BR": (3, "+551"),
    "US": (0.9, "+1305"),
    "BO": (0.1, "+5917"),
}
STATUSES = {"active": 72, "pending": 24, "suspended": 3.5, "banned": 0.5}
TYPES = {"individual": 96, "business": 4}
LANGUAGES = {"es": 90, "en": 7, "pt": 3}


def fill(database: Database, count: int) -> None:
    """Add so many users to an empty directory, the newest first, as a first sweep does."""
    users = (_row(number) for number in range(count))
    with without_search_index(database):
        while batch := list(islice(users, BATCH)):
            with database.write() as connection:
                add(connection, batch)
    analyze(database)


def analyze(database: Database) -> None:
    """Let the database know its tables, as the worker or the server does."""
    with database.write() as connection:
        if database.is_file:
            statistics.refresh(connection)
        else:
            connection.execute(text("ANALYZE"))


def fill_known(database: Database, count: int) -> None:
    """Let so many of the stand-in's newest users be known, as a day after a complete sweep."""
    at = datetime.now(UTC) - timedelta(days=1)
    remembered = SeenUsers(keeps_directory=True)
    for start in range(0, count, KNOWN_BATCH):
        numbers = range(start, min(start + KNOWN_BATCH, count))
        with database.write() as connection:
            seen = [facts_of(upstream.user(number)) for number in numbers]
            remembered.record(connection, seen, at)
    complete(database, [], at)


@contextmanager
def without_search_index(database: Database) -> Iterator[None]:
    """Let PostgreSQL build it at the end, as where a dump is restored: that is far quicker."""
    if database.is_file:
        yield
        return
    url = database.engine.url.set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute("SET maintenance_work_mem = '256MB'")
        asked = server.execute("SELECT pg_get_indexdef('directory_index'::regclass)").fetchone()
        assert asked
        server.execute("DROP INDEX directory_index")
        yield
        server.execute(asked[0])
        server.execute("VACUUM ANALYZE directory")


def someone(number: int) -> tuple[SeenUser, str]:
    """Return the user of this number, 0 being the newest, and the name that we sent with them."""
    chance = random.Random(number)  # noqa: S311  not a secret
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    country = _one_of({code: share for code, (share, _) in COUNTRIES.items()}, chance)
    local = f"{name_key(given).strip()}.{name_key(family).strip()}".replace("'", "")
    user = SeenUser(
        user_id=UUID(int=chance.getrandbits(128), version=4),
        email=f"{local}{chance.randrange(100_000)}@{chance.choice(PROVIDERS)}",
        status=_one_of(STATUSES, chance),
        country_code=country,
        preferred_language=_one_of(LANGUAGES, chance),
        registered_at=NEWEST_AT - EVERY * number - timedelta(microseconds=chance.randrange(10**6)),
        phone=f"{COUNTRIES[country][1]}{chance.randrange(10**9):09}",
        user_type=_one_of(TYPES, chance),
    )
    return user, f"{given} {family} {chance.choice(FAMILY)}"


def _one_of(shares: Mapping[str, float], chance: random.Random) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _row(number: int) -> dict[str, Any]:
    user, name = someone(number)
    seen_at = NEWEST_AT + timedelta(days=1, seconds=number // 100)
    known = {"name": name, "name_key": name_key(name)}
    return rows.new_row(user, seen_at, sweep=1) | known


def add(connection: Connection, batch: list[dict[str, Any]]) -> None:
    """Add rows to the directory."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(directory), batch)
        return
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(batch[0])
    with driver.cursor().copy(f"COPY directory ({columns}) FROM STDIN") as copy:
        for row in batch:
            copy.write_row(list(row.values()))
