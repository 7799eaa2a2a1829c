"""`python -m dashboard simulator`: only the stand-in Partner API, on this machine."""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dashboard.simulator.server import HOST, PortTaken, serve
from dashboard.simulator.settings import SECRET_MARK, KeyPair, SimulatorSettings

PORT_DEFAULT = 8080
PORT_MAX = 65_535
USERS_MAX = 1_000_000


class KeysError(Exception):
    """Half a pair of keys in the environment."""


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit status.

    The keys printed are those of a local stand-in: they are worth nothing anywhere else.
    """
    options = _parser(os.environ).parse_args(argv)
    try:
        keys = (_first_keys(os.environ), KeyPair.generate())
        with _database(options.database) as database:
            newest_at = datetime.now(UTC) if options.recent else None
            settings = SimulatorSettings(
                database, keys, options.users, options.seed, options.population, newest_at
            )
            serve(settings, options.port, ready=lambda port: _announce(port, keys))
    except PortTaken as error:
        print(f"{error} Choose another one with SIMULATOR_PORT or --port.", file=sys.stderr)
        return 1
    except KeysError as error:
        print(error, file=sys.stderr)
        return 1
    except sqlite3.Error as error:
        print(f"{options.database} cannot keep the people: {error}.", file=sys.stderr)
        return 1
    return 0


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard simulator",
        description="A stand-in Partner API on 127.0.0.1. Its keys are worthless elsewhere.",
    )
    parser.add_argument(
        "--port",
        type=_up_to(PORT_MAX),
        default=environ.get("SIMULATOR_PORT") or str(PORT_DEFAULT),
        help="0 is any free one (default: SIMULATOR_PORT, or 8080)",
    )
    parser.add_argument(
        "--users", type=_up_to(USERS_MAX), default=500, help="people of the first partner"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same people")
    parser.add_argument(
        "--population",
        action="store_true",
        default=environ.get("SIMULATOR_POPULATION") == "on",
        help="let things happen to people for three days (default: SIMULATOR_POPULATION=on)",
    )
    parser.add_argument(
        "--recent",
        action="store_true",
        help="people registered in the last eight weeks, not in the year until June 2026",
    )
    parser.add_argument(
        "--database",
        type=Path,
        metavar="FILE",
        help="keep the people in this file (default: they go with the process)",
    )
    return parser


def _up_to(most: int) -> Callable[[str], int]:
    def number(value: str) -> int:
        if not value.isdecimal() or int(value) > most:
            raise argparse.ArgumentTypeError(f"{value!r} is not a number from 0 to {most}")
        return int(value)

    return number


def _first_keys(environ: Mapping[str, str]) -> KeyPair:
    api_key = environ.get("PARTNER_API_KEY")
    api_secret = environ.get("PARTNER_API_SECRET")
    if api_key and api_secret:
        return KeyPair(api_key, api_secret)
    if api_key or api_secret:
        raise KeysError("Set both PARTNER_API_KEY and PARTNER_API_SECRET, or neither.")
    return KeyPair.generate()


@contextmanager
def _database(file: Path | None) -> Iterator[Path]:
    if file:
        yield file
        return
    owner = os.getpid()
    folder = tempfile.mkdtemp(prefix="simulator-")
    try:
        yield Path(folder) / "people.sqlite3"
    finally:
        # The worker is a fork that comes through here as well; the folder outlives it.
        if os.getpid() == owner:
            shutil.rmtree(folder)


def _announce(port: int, keys: tuple[KeyPair, KeyPair]) -> None:
    for prefix, pair in zip(("", "SECOND_"), keys, strict=True):
        print(f"{prefix}PARTNER_API_KEY={pair.api_key}")
        print(f"{prefix}PARTNER_API_SECRET={_shown(pair.api_secret)}")
    print(f"SIMULATOR_URL=http://{HOST}:{port}", flush=True)


def _shown(api_secret: str) -> str:
    """Return a secret made for simulators; one that may open something else is not printed."""
    return api_secret if api_secret.startswith(SECRET_MARK) else "(the one of the environment)"
