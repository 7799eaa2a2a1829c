"""What makes a test process quick without changing what is tested. Nothing here crashes.

Processes that tests start are as the product is, and a test looks at the product's cost.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from argon2 import PasswordHasher
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from dashboard.services.auth import passwords
from dashboard.web.rendering.template_env import TemplateEnvironment

Builder = Callable[..., tuple[str, str]]


@contextmanager
def hasten(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash cheaply, compile each route once, and do not wait for the disk, until the block ends."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch.setattr(passwords, "_hasher", cheap)
    patch.setattr(passwords, "_NOBODY", cheap.hash("nobody has this password"))
    patch.setattr(Rule, "_compile_builder", _compiled_once())
    event.listen(Engine, "connect", _without_waiting)
    yield
    event.remove(Engine, "connect", _without_waiting)


class CompiledPages(FileSystemBytecodeCache):
    """Keeps templates compiled, each once a language."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        language = environment.language if isinstance(environment, TemplateEnvironment) else ""
        return super().get_bucket(environment, f"{language}/{name}", filename, source)


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


def _without_waiting(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")
