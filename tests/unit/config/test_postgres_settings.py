"""DATABASE_URL as a PostgreSQL server: what is refused, and that its password shows nowhere."""

import secrets

import pytest

from dashboard.config.settings import UnsafeConfigError, load_config
from dashboard.store.db.database import Database, StoreError
from tests.support.sampling import all_of
from tests.unit.config.test_config import GOOD

PASSWORD = "canary-" + secrets.token_hex(8)


@all_of(
    "place",
    [
        "localhost/name",
        "127.0.0.1:5433/name",
        "/name?host=/var/run/postgresql",
        "db.example.com/name?sslmode=require",
        "db.example.com:5432/name?sslmode=verify-full",
    ],
)
@all_of("scheme", ["postgresql", "postgres"])
def test_a_server_is_taken_where_nothing_goes_in_the_clear(scheme: str, place: str) -> None:
    user = "" if place.startswith("/") else f"user:{PASSWORD}@"
    config = load_config(None, **{**GOOD, "DATABASE_URL": f"{scheme}://{user}{place}"})
    assert PASSWORD not in repr(config)


@pytest.mark.parametrize(
    "place",
    [
        "db.example.com/name",
        "db.example.com/name?sslmode=prefer",
        "localhost/name?host=db.example.com",
        "localhost/name?host=localhost,db.example.com",
    ],
)
def test_another_machine_needs_tls(place: str) -> None:
    with pytest.raises(UnsafeConfigError, match="without TLS") as refused:
        load_config(None, **{**GOOD, "DATABASE_URL": f"postgresql://user:{PASSWORD}@{place}"})
    assert PASSWORD not in str(refused.value)


@all_of(
    "place",
    [
        "localhost/name?hostaddr=203.0.113.5",
        "localhost/name?host=db.example.com&host=localhost",
        "localhost/name?service=production",
        "localhost/name?password=another",
        "db.example.com/name?sslmode=disable&sslmode=require",
        "db.example.com/name?sslmode=require&%73slmode=disable",
        ":5432/ss@db.example.com/name",
        "localhost@db.example.com/name",
        "localhost",
        "localhost/",
    ],
)
def test_what_leads_elsewhere_than_it_looks_is_refused(place: str) -> None:
    with pytest.raises(UnsafeConfigError, match="DATABASE_URL cannot be used") as refused:
        load_config(None, **{**GOOD, "DATABASE_URL": f"postgresql://user:{PASSWORD}@{place}"})
    assert PASSWORD not in str(refused.value)


def test_a_server_that_is_not_there_is_said_without_its_password() -> None:
    database = Database(f"postgresql://user:{PASSWORD}@127.0.0.1:1/name")
    with pytest.raises(StoreError, match="its server cannot be reached") as failed:
        database.schema_version()
    assert PASSWORD not in f"{failed.value} {database.where}"
    database.close()
