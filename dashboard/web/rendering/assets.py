"""Static files under a path that holds their hash: immutable for browsers, compressed in advance.

The files are copied once per content to `instance/static/<hash>/`, parts of a script joined, each
with its brotli and gzip sibling, and WhiteNoise serves them before Flask is asked.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from markupsafe import Markup, escape
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from dashboard.web.rendering.template_env import pages

PREFIX = "/static/"
ICON = '<svg class="icon" aria-hidden="true"><use href="%s#%s"/></svg>'


def init_static(app: Flask, source: Path, published: Path) -> None:
    """Serve `source` and give templates `asset(name)` and `icon(name)`."""
    digest = _digest(source)
    folder = _publish(source, published / digest)
    prefix = f"{PREFIX}{digest}/"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # Flask's way to add a middleware
        app.wsgi_app,
        root=str(folder),
        prefix=prefix,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
    )
    known = {file.relative_to(folder).as_posix() for file in _files(folder)}

    def asset(name: str) -> str:
        if name not in known:
            raise FileNotFoundError(name)
        return prefix + name

    icons = f"{prefix}icons.svg"

    def icon(name: str) -> Markup:
        return Markup(ICON % (icons, escape(name)))  # noqa: S704  a text of ours, the rest escaped

    constant: dict[str, Callable[..., str]] = {"asset": asset, "icon": icon}
    app.jinja_env.globals.update(constant)
    pages(app).constant.update(constant)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in _files(folder):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:6]


def _join(folder: Path) -> None:
    """Append each part of a script to it: `app-times.js` to `app.js`, for they are one request."""
    for part in sorted(folder.glob("*-*.js")):
        whole = folder / f"{part.stem.partition('-')[0]}.js"
        with whole.open("ab") as script:
            script.write(part.read_bytes())
        part.unlink()


def _publish(source: Path, folder: Path) -> Path:
    """Make the copy aside and rename it: several workers start at the same time."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        copy = Path(aside) / "copy"
        shutil.copytree(source, copy)
        _join(copy)
        compressor = Compressor(quiet=True)
        for file in _files(copy):
            if compressor.should_compress(file.name):
                list(compressor.compress(str(file)))
        try:
            copy.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder
