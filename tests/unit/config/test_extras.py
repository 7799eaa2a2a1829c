"""Extras: their features, and the message where one is not installed."""

import sys
from importlib.machinery import BuiltinImporter

import pytest

from tests.unit.config.test_config import refusal

WANTED = {
    "psycopg": {"DATABASE_URL": "postgresql://localhost/name"},
    "redis": {"REDIS_URL": "redis://localhost:6379/0"},
}
INSTALL = {"psycopg": "requirements-postgres.txt", "redis": "requirements-redis.txt"}


@pytest.mark.parametrize("package", WANTED)
def test_a_setting_that_needs_an_extra_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.setattr(sys, "meta_path", [BuiltinImporter])  # finds no package
    assert f"install {INSTALL[package]}" in refusal(**WANTED[package])
