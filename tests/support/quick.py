"""Make a test process quick without changing what is tested. Nothing here crashes.

Processes that tests start are as the product is, and a test looks at the product's cost.
"""

import gc
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import zxcvbn
from argon2 import PasswordHasher
from babel.support import NullTranslations, Translations
from flask import Flask
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from dashboard.app import assemble, create_app, furnish
from dashboard.config.settings import Config
from dashboard.config.settings import Environment as Place
from dashboard.logs import configure_logs
from dashboard.partner.http import retry
from dashboard.services.auth import password_rules, passwords
from dashboard.services.ports import Clock
from tests.support.servers import compiled_pages

STATEMENTS: LRUCache[Any, Any] = LRUCache(2000)
Builder = Callable[..., tuple[str, str]]


@contextmanager
def hasten(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash cheaply, do once what has one answer, and wait for little, in the block."""
    gc.freeze()  # what is imported and collected by now is there to stay
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch.setattr(passwords, "_hasher", cheap)
    patch.setattr(passwords, "_NOBODY", cheap.hash("nobody has this password"))
    patch.setattr(retry, "FIRST_PAUSE_S", 0.01)
    patch.setattr(Rule, "_compile_builder", _compiled_once())
    estimate = _guessed_once()
    patch.setattr(zxcvbn, "zxcvbn", estimate)
    patch.setattr(password_rules, "zxcvbn", estimate)
    patch.setattr(Translations, "load", _loaded_once())
    patch.setattr(Flask, "jinja_options", compiled_pages.options())
    patch.setattr(SQLiteDialect_pysqlite, "__eq__", _is_of_one_kind, raising=False)
    patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda dialect: hash(type(dialect)))
    event.listen(Engine, "engine_connect", _prepare)
    yield
    event.remove(Engine, "engine_connect", _prepare)


class Applications:
    """Applications whose pages are put together once per process, as those of the product are.

    All that keeps something is new in each: the settings, the services, their connections.
    """

    def __init__(self) -> None:
        self._assembled: dict[Place, tuple[Flask, dict[str, Any]]] = {}

    def furnished(self, config: Config, clock: Clock) -> Flask:
        """Return one over this database; the next test of this process gets it, too."""
        if config.metrics_port:  # what counts is among its parts
            return create_app(config, clock)
        configure_logs()
        app, as_made = self._pages(config.environment)
        vars(app).update(as_made)
        app.view_functions = {**app.view_functions}
        furnish(app, config, clock)
        return app

    def _pages(self, place: Place) -> tuple[Flask, dict[str, Any]]:
        """Return them and their attributes; Flask refuses another route once it is in use."""
        if place not in self._assembled:
            app = assemble(place)
            self._assembled[place] = app, {**vars(app), "_got_first_request": True}
        return self._assembled[place]


@cache
def secret(number: int = 0) -> str:
    """Return a secret of this process: another for each number, the same for each test."""
    assert number >= 0
    return secrets.token_urlsafe(48)


def _guessed_once() -> Callable[..., dict[str, Any]]:
    """Return what estimates a password, each once: a quarter of the time of a quick test."""
    compute = zxcvbn.zxcvbn

    @cache
    def estimate(password: str, known: tuple[str, ...], max_length: int) -> dict[str, Any]:
        found: dict[str, Any] = compute(password, known, max_length=max_length)
        return found

    def estimated(
        password: str, user_inputs: Iterable[str] = (), max_length: int = 72
    ) -> dict[str, Any]:
        return estimate(password, tuple(user_inputs), max_length)

    return estimated


def _loaded_once() -> Callable[..., NullTranslations]:
    """Return what loads the texts of languages, each once."""
    load = cache(Translations.load)

    def loaded(
        folder: str, locales: Iterable[object], domain: str = "messages"
    ) -> NullTranslations:
        return load(folder, tuple(map(str, locales)), domain)

    return loaded


def _compiled_once() -> Callable[[Rule, bool], Builder]:
    """Return what builds addresses of a route, compiled for the first application that has it."""
    compile_builder = Rule._compile_builder  # noqa: SLF001  half the time of an application's start
    known: dict[tuple[str, bool], Builder] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002  werkzeug's
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    return compiled


def _is_of_one_kind(dialect: object, other: object) -> bool:
    """Return whether what is written for one SQLite file can be read by another."""
    return type(dialect) is type(other)


def _prepare(connection: Connection) -> None:
    """Compile each statement once per process, not once per database, and wait for no disk.

    Rows that are read in no order don't come in the order in which they were written, as on
    PostgreSQL: code that relies on an accidental order fails.
    """
    connection.engine._compiled_cache = STATEMENTS  # noqa: SLF001  where SQLAlchemy keeps them
    file = connection.connection.dbapi_connection
    if isinstance(file, sqlite3.Connection) and not connection.info.get("is_quick"):
        file.execute("PRAGMA synchronous=OFF")  # after the product has set it on its own
        file.execute("PRAGMA reverse_unordered_selects=ON")
        connection.info["is_quick"] = True
