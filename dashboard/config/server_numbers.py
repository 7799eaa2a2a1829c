"""The numbers that the server runs with. gunicorn reads them before it loads the dashboard."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from dotenv import dotenv_values

ENV_FILE = Path(".env")
NUMBERS = {
    "PORT": (8000, 65535),
    "WEB_CONCURRENCY": (2, 64),
    "WEB_THREADS": (16, 512),
    "METRICS_PORT": (0, 65534),  # the worker has the next one
}
_DIGITS = 5


def given_numbers() -> Mapping[str, str]:
    """Return the text of each number, of the environment or else of `.env`; empty for none.

    `load_config` names what makes a file unreadable.
    """
    in_file: Mapping[str, str | None] = {}
    with suppress(OSError, UnicodeDecodeError):
        in_file = dotenv_values(ENV_FILE, encoding="utf-8-sig")
    return {name: os.environ.get(name) or in_file.get(name) or "" for name in NUMBERS}


def read_number(name: str, text: str) -> int:
    """Return the number that a text gives, the default for none.

    Raises:
        ValueError: the server would serve nothing, or on any port; the text says what to write.

    """
    default, most = NUMBERS[name]
    least = min(default, 1)
    text = text or str(default)
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS and least <= int(text) <= most:
        return int(text)
    raise ValueError(
        f"{name} must be a whole number from {least} to {most}. Write {name}={default}"
    )


def find_unusable() -> Iterator[str]:
    """Give a sentence for each number that can't be used."""
    read = {}
    for name, text in given_numbers().items():
        try:
            read[name] = read_number(name, text)
        except ValueError as error:
            yield str(error)
    port, metrics = read.get("PORT"), read.get("METRICS_PORT")
    if metrics and port in (metrics, metrics + 1):
        yield (
            f"METRICS_PORT={metrics} and the next port must not be PORT={port}. "
            f"Write METRICS_PORT={port + 1}"
        )
