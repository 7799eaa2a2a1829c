"""`make bench`: the table of the budget for this build, beside the floor.

Each line is a module of `tests.bench.lines` with `measure(bench)`; those of the budget (P1 to P9)
and `box` are run unless others are named: `make bench ONLY=P1,P5`, `ONLY=growth`.
"""

import argparse
import importlib
import pkgutil
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

from tests.bench import lines
from tests.bench.bench import Bench
from tests.bench.figures import Figure, circumstances, table

NAMES = [module.name for module in pkgutil.iter_modules(lines.__path__)]
OF_THE_BUDGET = [name for name in NAMES if re.fullmatch(r"p\d+|box", name)]


def main() -> None:
    """Measure what was asked for and print the table."""
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--only", default="", help="lines, with commas between them")
    options.add_argument("--peers", action="store_true", help="Django admin, Flask-Admin too")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    wanted = [name.lower() for name in chosen.only.split(",") if name] or OF_THE_BUDGET
    if unknown := set(wanted) - set(NAMES):
        options.error(f"no such line: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    print(circumstances(), flush=True)  # noqa: T201
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in wanted:
            print(f"measuring {name} …", file=sys.stderr, flush=True)  # noqa: T201
            bench = Bench(Path(folder) / name, rounds=chosen.rounds, peers=chosen.peers)
            figures += _measured(name, bench)
    print(table(figures))  # noqa: T201


def _measured(name: str, bench: Bench) -> Iterator[Figure]:
    """Yield the figures of a line; one that cannot be measured does not stop the others."""
    line = importlib.import_module(f"tests.bench.lines.{name}")
    try:
        for figure in line.measure(bench):
            print(f"{figure.line}: {figure.what}: {figure.measured}", file=sys.stderr, flush=True)  # noqa: T201
            yield figure
    except Exception as failure:  # noqa: BLE001  whatever it was, it is shown and does not hold
        traceback.print_exc()
        yield Figure(name.upper(), "could not be measured", repr(failure)[:60], holds=False)


if __name__ == "__main__":
    main()
