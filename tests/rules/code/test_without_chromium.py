"""`make test` where there is no Chromium: green, and loud about what did not run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ONE = "tests/browser/test_hostile.py::test_a_session_that_ended_elsewhere_leads_to_the_log_in"


@pytest.mark.long
@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_browser_tests_are_skipped_loudly_and_fail_in_ci(
    tmp_path: Path, ci: str, status: int
) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    done = subprocess.run(  # noqa: S603  our own command, no shell
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE],
        cwd=ROOT,
        env={**environ, "PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout
    assert ("1 tests did NOT run. NO CHROMIUM" in done.stdout) == (not ci)
