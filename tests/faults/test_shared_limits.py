"""Two processes count together: an attacker gains nothing by spreading tries over workers."""

from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from tests.support.http_visitor import HttpVisitor
from tests.support.people import Hire
from tests.support.servers.dashboard_process import serve


@pytest.mark.long
def test_two_processes_share_the_count_of_tries(
    hire: Hire, settings: dict[str, str], tmp_path: Path
) -> None:
    email, password = hire(Role.SUPPORT)
    one = {**settings, "WEB_CONCURRENCY": "1"}
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    with serve(folders[0], one) as (first, _), serve(folders[1], one) as (second, _):
        visitors = [HttpVisitor(first), HttpVisitor(second)]
        answers = []
        for number in range(10):
            visitor = visitors[number % 2]
            fields = {**visitor.form("/login"), "email": email, "password": "wrong"}
            answers.append(visitor.post("/login", fields).status_code)
        assert answers == [422] * 10
        for visitor in visitors:
            fields = {**visitor.form("/login"), "email": email, "password": password}
            assert visitor.post("/login", fields).status_code == 429
