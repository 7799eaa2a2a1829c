"""T-A25: no default or known secret opens the dashboard, on the first day or later."""

import re
import runpy
from itertools import product
from pathlib import Path

import pytest

from dashboard.config.settings import UnsafeConfigError, load_config
from tests.rules.code.test_house import ROOT, tracked
from tests.support.browsing import Visitor

KNOWN = ("admin", "password", "dashboard", "changeme", "qash", "")
SECRETS = re.compile(
    r"qash_(?:key|secret)_live_(?!simulator)[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY|"
    r"eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}|"
    r"(?:SECRET|SECRET_KEY|PASSWORD)\s*[=:]\s*[\"']?[A-Za-z0-9+/_-]{32,}"
)


def test_no_known_name_and_password_comes_in(visitor: Visitor) -> None:
    names = ("admin@example.com", "admin@localhost", "root@example.com")
    for number, (email, password) in enumerate(product(names, KNOWN)):
        visitor.http.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        data = {"email": email, "password": password, "csrf_token": visitor.csrf_token()}
        assert visitor.http.post("/login", data=data).status_code == 422
    visitor.get("/users", status=303)


@pytest.mark.parametrize(
    "key", ["dev", "secret", "changeme", "x" * 64, "a1" * 32, "0123456789" * 3]
)
def test_a_key_that_can_be_guessed_does_not_start(settings: dict[str, str], key: str) -> None:
    with pytest.raises(UnsafeConfigError, match="DASHBOARD_SECRET_KEY is weak"):
        load_config(None, **{**settings, "DASHBOARD_SECRET_KEY": key})


def test_it_listens_only_on_loopback() -> None:
    configured = runpy.run_path(str(ROOT / "dashboard/gunicorn.py"))
    assert configured["bind"].startswith("127.0.0.1:")
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        assert "0.0.0.0" not in path.read_text(), path  # noqa: S104  the point


def test_no_secret_is_in_the_repository() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): match[0][:20]
        for path in tracked()
        if path.is_file()
        and path.suffix not in {".png", ".ico", ".mo"}
        and (match := SECRETS.search(path.read_text(errors="replace")))
    }
    assert found == {}


def test_the_repository_has_no_database_and_no_env_file() -> None:
    kept = {path.name for path in tracked()} & {".env", "dashboard.sqlite3"}
    assert not kept
    assert Path(ROOT / ".gitignore").read_text().count("instance")
