"""The secrets of a key pair are on no page, in no log, and readable in no database."""

from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, rotate


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def test_no_secret_is_on_a_page_in_the_log_or_readable_in_the_database(
    admin: Visitor,
    simulator: RunningSimulator,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = []
    number, pair = rotate(admin, simulator)
    pages += [admin.get(path).text for path in (PAGE, "/settings", "/audit", "/audit/2", "/")]
    simulator.revoke_keys(number)
    pages.append(admin.get("/users").text)
    _, waiting = simulator.generate_keys()
    typed = {"api_key": waiting.api_key, "api_secret": waiting.api_secret + "\u2028x"}
    pages.append(admin.post(PAGE, typed, status=422).text)
    printed = capsys.readouterr()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("dashboard.sqlite3*"))
    told = "".join(pages) + printed.out + printed.err
    for secret in (pair, waiting, simulator.first):
        for value in (secret.api_key[24:], secret.api_secret[27:]):
            for start in range(0, len(value) - 8, 4):
                assert value[start : start + 8] not in told
                assert value[start : start + 8].encode() not in kept
