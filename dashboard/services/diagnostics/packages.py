"""The doctor's checks of versions: Python, the database, and the packages that we pin."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dashboard.services.diagnostics.findings import Finding, ok, warning
from dashboard.services.operations.versions import find_versions
from dashboard.store.db.database import Database

REQUIRED, EXTRAS = "requirements.txt", "requirements-*.txt"
DEVELOPMENT = "requirements-dev.txt"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
SHOWN = 5


def examine_versions(database: Database, folder: Path) -> Iterator[Finding]:
    """Check the versions in use against those of the program's folder."""
    found = find_versions(database)
    yield ok("versions", f"Python {found.python}, {found.database}, schema {found.schema}.")
    required = folder / REQUIRED
    if not required.exists():
        yield ok("packages", f"{required} isn't here, so packages weren't compared.")
        return
    extras = [each for each in folder.glob(EXTRAS) if each.name != DEVELOPMENT]
    needed, pinned = _read([required]), _read([required, *extras])
    wrong = [*_different(pinned, needed)]
    if not wrong:
        yield ok("packages", "Packages have the versions that were tested.")
        return
    yield warning(
        "packages",
        f"Packages that differ from the tested ones ({len(wrong)}): {', '.join(wrong[:SHOWN])}.",
        f".venv/bin/pip install --require-hashes -r {REQUIRED} (and of the extras in use), and "
        "restart.",
    )


def _read(files: Iterable[Path]) -> dict[str, set[str]]:
    """Return the versions that are pinned of each package: one for each Python, at most."""
    pinned = defaultdict[str, set[str]](set)
    for file in files:
        for name, wanted in PINNED.findall(file.read_text()):
            pinned[name].add(wanted)
    return pinned


def _different(pinned: dict[str, set[str]], needed: Iterable[str]) -> Iterator[str]:
    for name, wanted in sorted(pinned.items()):
        try:
            there = version(name)
        except PackageNotFoundError:
            if name in needed:
                yield f"{name} is missing"
            continue
        if there not in wanted:
            yield f"{name} {there} instead of {' or '.join(sorted(wanted))}"
