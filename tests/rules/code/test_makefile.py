"""`make demo` and `make test` begin with an environment, whatever an earlier try left behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that needs no package, on a machine without uv."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    return tmp_path


def make(clone: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    folders = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(folder for folder in folders if not Path(folder, "uv").exists())
    return subprocess.run(  # noqa: S603  our own command, no shell
        ["make", ".venv/.run", f"PYTHON={sys.base_prefix}/bin/python3"],  # noqa: S607  make, where it is
        cwd=clone,
        env={"PATH": path, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_an_environment_that_was_left_half_made_is_made_again(clone: Path) -> None:
    subprocess.run(  # noqa: S603  our own command, no shell
        [sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True
    )
    assert make(clone).returncode == 0
    assert (clone / ".venv/.run").exists()
    assert list((clone / ".venv/bin").glob("pip*"))
    (clone / ".venv/.run").unlink()
    (clone / ".venv/kept").touch()
    assert make(clone).returncode == 0
    assert (clone / ".venv/kept").exists()


def test_a_python_that_cannot_make_one_is_told_what_is_missing(clone: Path) -> None:
    lacking = clone / "lacking"
    lacking.mkdir()
    (lacking / "ensurepip.py").write_text("raise ImportError")
    made = make(clone, PYTHONPATH=str(lacking))
    assert made.returncode != 0
    assert "apt install python3-venv" in made.stderr
    assert not (clone / ".venv/.run").exists()
