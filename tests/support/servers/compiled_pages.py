"""Templates that the processes of a test run compile once for all of them.

Compiling those of one page takes longer than most tests do. What a run compiles is in a folder
of its own, which ends with it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from dashboard.web.rendering.template_env import TemplateEnvironment

FOLDER = "COMPILED_PAGES"  # the variable that names it


class CompiledPages(FileSystemBytecodeCache):
    """Keeps compiled templates, each once per language and set of pages."""

    def get_bucket(
        self, environment: Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        if isinstance(environment, TemplateEnvironment):
            name = f"{environment.language}/{len(environment.app.blueprints)}/{name}"
        return super().get_bucket(environment, name, filename, source)


@contextmanager
def kept() -> Iterator[None]:
    """Name the folder of this run, for the processes that it starts too."""
    if FOLDER in os.environ:
        yield
        return
    folder = os.environ[FOLDER] = tempfile.mkdtemp()
    yield
    del os.environ[FOLDER]
    shutil.rmtree(folder)


def options() -> dict[str, CompiledPages]:
    """Return Jinja's options with which applications use what the run has compiled."""
    folder = os.environ.get(FOLDER)
    return {"bytecode_cache": CompiledPages(folder)} if folder else {}
