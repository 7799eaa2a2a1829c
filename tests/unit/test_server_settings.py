"""Refused settings of gunicorn: a server that serves nothing, or on any port."""

import runpy
from pathlib import Path

import pytest

from tests.rules.code.test_house import ROOT

FILE = str(ROOT / "dashboard/gunicorn.py")
NAMES = {"PORT": "bind", "WEB_CONCURRENCY": "workers", "WEB_THREADS": "threads"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "99999", "٨", "9" * 5000, " 1"])
def test_a_number_that_is_none_is_refused_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"{name} must be a whole number from 1 to .* {name}="):
        runpy.run_path(FILE)


@pytest.mark.parametrize("name", NAMES)
def test_a_number_in_the_env_file_is_taken_unless_the_environment_has_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text(f"{name}=7\n", encoding="utf-8-sig")
    assert str(runpy.run_path(FILE)[NAMES[name]]).endswith("7")
    monkeypatch.setenv(name, "9")
    assert str(runpy.run_path(FILE)[NAMES[name]]).endswith("9")
    (tmp_path / ".env").write_text(f"{name}=7\n", encoding="utf-16")  # load_config names it
    assert str(runpy.run_path(FILE)[NAMES[name]]).endswith("9")


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_is_one_or_none_at_all_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for value in ("7", ""):
        monkeypatch.setenv(name, value)
        assert str(runpy.run_path(FILE)[NAMES[name]]).endswith(value)


@pytest.mark.parametrize("value", ["-1", "x", "65535", "٨", "9" * 5000])
def test_a_port_of_metrics_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("METRICS_PORT", value)
    with pytest.raises(SystemExit, match=r"METRICS_PORT must be a whole number from 0 to 65534\."):
        runpy.run_path(FILE)


@pytest.mark.parametrize("pages", ["9400", "9401"])
def test_pages_and_metrics_have_ports_of_their_own(
    monkeypatch: pytest.MonkeyPatch, pages: str
) -> None:
    monkeypatch.setenv("METRICS_PORT", "9400")
    monkeypatch.setenv("PORT", pages)
    with pytest.raises(SystemExit, match="METRICS_PORT=9400 and the next port must not be PORT"):
        runpy.run_path(FILE)
    monkeypatch.setenv("PORT", "9402")
    assert runpy.run_path(FILE)["bind"] == "127.0.0.1:9402"
