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
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests …", flush=True)  # noqa: T201
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wanted = ["chromium", "fonts-inter"]
        for command in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
            subprocess.run(["apt-get", *command], check=False, env=environ, **quiet)  # type: ignore[call-overload]  # noqa: S603, S607
    if not find_chromium():
        print(NO_CHROMIUM, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
