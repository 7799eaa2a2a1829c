"""The doctor's checks of folders and backups: no one else may read them."""

from collections.abc import Iterator
from pathlib import Path

from dashboard.services.diagnostics.findings import Finding, error, ok

OTHERS = 0o077
SHOWN = 3


def examine_folders(folders: dict[str, Path]) -> Iterator[Finding]:
    """Check folders, by what they hold, and each file in the folder of backups."""
    for what, folder in folders.items():
        open_to_others = [each for each in (folder, *_files(what, folder)) if _is_open(each)]
        if open_to_others:
            names = " ".join(map(str, open_to_others[:SHOWN]))
            yield error(
                "permissions",
                f"Others on this machine can open paths of the {what} ({len(open_to_others)}).",
                f"chmod go= {names}",
            )
        elif folder.exists():
            yield ok("permissions", f"No one else on this machine can open the {what}.")


def _files(what: str, folder: Path) -> Iterator[Path]:
    if what == BACKUPS and folder.is_dir():
        yield from sorted(folder.iterdir())


def _is_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & OTHERS)


BACKUPS = "folder of backups"
DATABASE = "folder of the database"
