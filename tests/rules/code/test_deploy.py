"""The recipe of docs/deploy agrees with the code it serves. Nothing of it is started here."""

import importlib
import inspect
import re
import secrets
from configparser import RawConfigParser
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from dashboard import gunicorn
from dashboard.app import BODY_MAX
from dashboard.config.settings import Config, load_config
from dashboard.partner.client import PartnerClient
from dashboard.services.attempts.attempts import OUTCOME_WAIT_MS
from dashboard.store.db.timeouts import BUSY_TIMEOUT_MS
from tests.support.walking import walk

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "docs/deploy"
HOME = "/opt/dashboard"
UNITS = ("dashboard.service", "dashboard-worker.service", "backup.service")


def unit(name: str) -> RawConfigParser:
    parser = RawConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as configparser documents it
    parser.read(DEPLOY / name)
    return parser


def nginx() -> str:
    """Return the configuration without its comments."""
    return re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())


def directive(name: str) -> str:
    found = re.findall(rf"^\s*{name}\s+([^;{{]+);", nginx(), re.MULTILINE)
    assert len(found) == 1, (name, found)
    return str(found[0])


def seconds(text: str) -> int:
    assert text.endswith("s")
    return int(text[:-1])


def environment() -> dict[str, str]:
    """Return the .env that the page writes, its dots filled in, each with something else."""
    (written,) = re.findall(r"<<'END'\n(.*?)END\n", (DEPLOY / "README.md").read_text(), re.DOTALL)
    lines = [line.split("=", 1) for line in written.splitlines()]
    return {name: value.replace("…", name.lower() * 3) for name, value in lines}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """How gunicorn runs us where nothing is said."""
    for name in ("PORT", "WEB_CONCURRENCY", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)
    return importlib.reload(gunicorn)


@pytest.mark.parametrize(
    ("process", "name"), [("web", "dashboard.service"), ("worker", "dashboard-worker.service")]
)
def test_the_unit_runs_what_the_procfile_runs(process: str, name: str) -> None:
    commands = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert unit(name)["Service"]["ExecStart"] == f"{HOME}/.venv/bin/{commands[process]}"


@pytest.mark.parametrize("name", UNITS)
def test_the_units_have_one_folder_one_user_and_one_place_to_write(name: str) -> None:
    service = unit(name)["Service"]
    assert service["WorkingDirectory"] == HOME
    assert service["User"] == "dashboard"
    assert service["UMask"] == "0077"
    assert service["ProtectSystem"] == "strict"
    assert f"{HOME}/instance" in service["ReadWritePaths"].split()
    assert "EnvironmentFile" not in service  # it would win over a .env that is read again


def test_the_timer_starts_the_service_under_the_name_it_is_installed_as() -> None:
    starts = unit("backup.timer")["Timer"]["Unit"]
    assert f"backup.service    /etc/systemd/system/{starts}" in (DEPLOY / "README.md").read_text()


def test_stopping_takes_longer_than_the_longest_request(served: ModuleType) -> None:
    stop_s = int(unit("dashboard.service")["Service"]["TimeoutStopSec"])
    write_s = inspect.signature(PartnerClient).parameters["write_deadline_s"].default
    waits_s = (BUSY_TIMEOUT_MS + OUTCOME_WAIT_MS) / 1000  # for the database, before and after
    assert stop_s > served.graceful_timeout > write_s + waits_s


def test_the_proxy_finds_the_dashboard_and_waits_for_it(served: ModuleType) -> None:
    assert directive("server") == served.bind == "127.0.0.1:8000"
    write_s = inspect.signature(PartnerClient).parameters["write_deadline_s"].default
    waits_s = (BUSY_TIMEOUT_MS + OUTCOME_WAIT_MS) / 1000
    assert seconds(directive("proxy_read_timeout")) > write_s + waits_s
    assert seconds(directive("keepalive_timeout")) < served.keepalive


def test_the_proxy_sets_what_proxies_1_believes_and_adds_no_header_of_its_own() -> None:
    headers = dict(re.findall(r"proxy_set_header\s+(\S+)\s+([^;]+);", nginx()))
    assert headers == {
        "Connection": '""',
        "Host": "$host",
        "X-Forwarded-Host": "$host",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-For": "$remote_addr",
    }
    assert environment()["PROXIES"] == "1"
    assert environment()["TRUSTED_HOSTS"] in nginx()
    assert "add_header" not in nginx()


def test_the_proxy_takes_an_answer_that_names_a_long_address() -> None:
    assert directive("proxy_buffer_size") == "16k"


def test_the_proxy_keeps_nothing_and_compresses_nothing() -> None:
    assert directive("gzip") == "off"
    assert directive("proxy_max_temp_file_size") == "0"
    assert directive("client_max_body_size") == directive("client_body_buffer_size") == "1m"
    assert BODY_MAX < 1024 * 1024
    assert "proxy_cache" not in nginx()


def test_the_proxy_logs_neither_queries_nor_one_time_links() -> None:
    (logged,) = re.findall(r"log_format dashboard ([^;]+);", nginx())
    told = set(re.findall(r"\$\w+", logged))
    assert not told & {"$request", "$request_uri", "$uri", "$args", "$query_string"}
    assert not {name for name in told if name.startswith("$http_")}
    assert "$request_method" not in told
    assert "$dashboard_path" in told
    assert re.findall(r"error_log \S+ (\w+);", nginx()) == ["crit"]


def logged(path: str) -> str:
    """Return what nginx logs of a path; its regular expressions are read by Python here."""
    (rules,) = re.findall(r"(?ms)map \$uri \$dashboard_path \{(.*?)^\}", nginx())
    for key, value in re.findall(r'^\s*"?(\S+?)"?\s+(\S+);$', rules, re.MULTILINE):
        flags = re.IGNORECASE if key.startswith("~*") else 0
        if key == "default" or re.search(key.lstrip("~*"), path, flags):
            return path if value == "$uri" else str(value)
    raise AssertionError("nginx would log nothing")


@pytest.mark.parametrize("page", ["/users/", "/views/", "/", "/nowhere/", "/static/", "/link/"])
@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.",
        "inq_hqtzvb",
        "https:/inquiry.withpersona.com/verify",
        "Zx9kQ2vB7mT4",
        "zx9kq2vb7mt4zx9kq2vb7mt4zx9kq2vb7mt4zx9kq2",
        "ana@example.com",
        "two words",
        "a\nline",
    ],
)
def test_the_proxy_logs_no_path_with_a_secret(page: str, secret: str) -> None:
    assert secret not in logged(page + secret)
    assert secret not in logged(f"{page}{secret}/kyc")


def test_the_proxy_logs_the_paths_of_pages(app: Flask) -> None:
    for step in walk(app):
        expected = "/link/-" if step.endpoint.startswith("links.") else step.path
        assert logged(step.path) == expected


def test_every_setting_of_the_page_exists_and_together_they_start() -> None:
    known = {field.validation_alias for field in Config.model_fields.values()}
    assert set(environment()) <= known
    assert load_config(None, **environment(), DASHBOARD_SECRET_KEY=secrets.token_urlsafe(48))
