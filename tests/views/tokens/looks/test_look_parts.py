"""What a look shows, part by part, whatever the API answers."""

from datetime import datetime, timedelta

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import requests
from tests.support.browsing import Visitor
from tests.support.pages.looks import ACCOUNT, PARTS, look, money
from tests.support.people import Hire
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator


@pytest.mark.parametrize(
    ("part", "fault"),
    pairs([*PARTS], [{"status": 502}, {"body": "not_json"}, {"reset": "before"}, {"status": 403}]),
)
def test_a_part_that_fails_says_so_in_its_place_and_the_others_remain(
    issuer: Visitor,
    simulator: RunningSimulator,
    user_id: str,
    path: str,
    part: str,
    fault: dict[str, object],
) -> None:
    money(simulator, user_id, "MXN")
    simulator.set_faults([{"path": part, **fault}])
    page = look(issuer, path)
    for each, said in PARTS.items():
        assert (said in page.words) == (each == part)
    assert "The other parts aren’t affected." in page.words


def test_reads_that_all_fail_hold_back_no_other_call(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    simulator.set_faults([{"path": "/api/v1/user", "status": 500}])
    for _ in range(2):
        assert "aren’t available" in look(issuer, path).words
    issuer.get("/users")


def test_reads_that_are_refused_are_not_taken_for_refused_keys(
    issuer: Visitor, simulator: RunningSimulator, database: Database, path: str
) -> None:
    simulator.set_faults([{"path": "/api/v1/user", "status": 401}])
    page = look(issuer, path)
    assert page.words.count("The API answered 401.") == 4
    issuer.get(path.replace("/look", "/requests"))
    with database.read() as connection:
        refused = connection.execute(requests.select().where(requests.c.status == 401)).all()
    assert [call.result for call in refused] == ["ok"] * 4


def test_a_token_that_the_api_repeats_is_not_shown(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    simulator.set_faults([{"path": "/api/v1/user/accounts", "body": "echo"}])
    page = look(issuer, path)
    assert "[hidden] Main account" in page.words
    simulator.set_faults([{"path": "/api/v1/user", "status": 400, "body": "echo"}])
    assert "[hidden]" in look(issuer, path).words


def test_slow_parts_are_waited_for_together(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    """The last part is requested before the first one has been answered."""
    simulator.set_faults([{"path": "/api/v1/user", "latency_ms": 3_000}])
    look(issuer, path)
    reads = [call for call in simulator.requests() if call.path in PARTS]
    asked = sorted(datetime.fromisoformat(call.at) for call in reads)
    assert len(asked) == 4
    assert asked[-1] - asked[0] < timedelta(milliseconds=3_000)


def test_with_one_slot_for_calls_they_go_one_after_the_other(
    settings: dict[str, str], hire: Hire, simulator: RunningSimulator, user_id: str, path: str
) -> None:
    money(simulator, user_id, "MXN")
    visitor = Visitor(create_app(load_config(None, **settings, WEB_THREADS="3")))
    visitor.log_in(*hire(Role.ISSUER))
    page = look(visitor, path)
    assert "aren’t available" not in page.words
    assert "1,500.00 MXN" in page.words


@pytest.mark.long
def test_a_part_without_an_answer_leaves_the_others(
    issuer: Visitor, simulator: RunningSimulator, path: str
) -> None:
    simulator.set_faults([{"path": "/api/v1/user/balance", "hang": "before"}])
    page = look(issuer, path)
    assert "The API didn’t answer in time." in page.words
    assert "Accounts aren’t available" not in page.words


@pytest.mark.parametrize(
    ("asset", "shown"),
    [
        ("CLP", "150,000 CLP"),
        ("KWD", "150.000 KWD"),
        ("COP", "1,500.00 COP"),
        ("CLF", "15.0000 CLF"),
        ("QPT", "150000 QPT"),
        ("", "150000"),
    ],
)
def test_money_has_the_form_of_its_smallest_unit(
    issuer: Visitor, simulator: RunningSimulator, user_id: str, path: str, asset: str, shown: str
) -> None:
    money(simulator, user_id, asset)
    page = look(issuer, path)
    assert shown in page.words
    is_unknown = asset in {"QPT", ""}
    assert ("Unknown currency: shown in its smallest unit" in page.words) == is_unknown


def test_rows_that_cannot_be_read_are_counted_and_unknown_fields_are_not_shown(
    issuer: Visitor, simulator: RunningSimulator, user_id: str, path: str
) -> None:
    fit = {
        **ACCOUNT,
        "asset": "MXN",
        "description": "<b>Fit</b>" + "x" * 5000,
        "iban": "IBAN-NOT-ASKED-FOR",
    }
    odd = [{**fit, "credits": value} for value in ("12", 1.5, None, True, 10**30)]
    simulator.set_money(user_id, accounts=[fit, *odd, "text"])
    page = look(issuer, path)
    assert "6 rows aren’t shown, because we can’t read them." in page.words
    assert "&lt;b&gt;Fit&lt;/b&gt;" in page.text
    assert "IBAN-NOT-ASKED-FOR" not in page.text
    assert "x" * 200 not in page.text


def test_only_the_first_hundred_rows_are_shown_and_the_page_says_of_how_many(
    issuer: Visitor, simulator: RunningSimulator, user_id: str, path: str
) -> None:
    rows = [{**ACCOUNT, "asset": "MXN", "description": f"No. {number}"} for number in range(130)]
    simulator.set_money(user_id, accounts=rows)
    page = look(issuer, path)
    assert "100 of 130" in page.words
    assert "No. 99<" in page.text
    assert "No. 100<" not in page.text
