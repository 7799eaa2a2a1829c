"""Install Chromium where that is possible (Debian, as root), else say how to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NO_CHROMIUM = (
    "NO CHROMIUM: the browser tests cannot run. Install it (Debian: apt-get install chromium) "
    "or set CHROMIUM=/path/to/it."
)
CANDIDATES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CANDIDATES)), None)


def main() -> None:
    """Install it once; never fail, for the tests say loudly what they could not run."""
    if find_chromium():
        return
    install(["chromium", "fonts-inter"])
    if not find_chromium():
        print(NO_CHROMIUM, file=sys.stderr)  # noqa: T201


def install(packages: list[str]) -> None:
    """Install Debian's packages, only as root; the caller checks whether they came."""
    if os.geteuid() or not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(packages)} …", flush=True)  # noqa: T201
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], check=False, env=environ, **quiet)  # type: ignore[call-overload]  # noqa: S603, S607


if __name__ == "__main__":
    main()
