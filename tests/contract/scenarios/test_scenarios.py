"""The scenarios over HTTP: they pass on the simulator, and name each point that a server breaks."""

from collections import Counter
from uuid import UUID

import pytest

from dashboard.config.settings import Config, load_config
from dashboard.partner.list_filters import UserQuery
from dashboard.services.actors import COMMAND_LINE
from dashboard.services.lab.scenarios.points import Point, Scenario, points_of
from dashboard.services.lab.scenarios.report import (
    Because,
    CheckResult,
    NoAnswer,
    OpenPoint,
    ProductionError,
    Report,
    Verdict,
)
from dashboard.services.lab.scenarios.scenarios import Scenarios
from dashboard.services.registry import Services
from dashboard.simulator.faults.breaches import BREACHES
from dashboard.simulator.variants import CHOICES
from dashboard.store.db.database import Database
from dashboard.store.schema import requests
from dashboard.wiring import build_services, now
from tests.support.pages import audit_log
from tests.support.servers.simulator_process import RunningSimulator

EVERY = list(Scenario)
NOT_BREAKABLE: dict[Point, str] = {}
"""The points that no breach of the simulator breaks, and why."""
OF_SERVERS = {  # the variants that a server can show, and the readings that the report has of each
    ("list_items", "data.items"): (OpenPoint.LIST_ITEMS, "data.items"),
    ("list_items", "users"): (OpenPoint.LIST_ITEMS, "users"),
    ("list_items", "items"): (OpenPoint.LIST_ITEMS, "items"),
    ("list_items", "data"): (OpenPoint.LIST_ITEMS, "data"),
    ("list_items", "body"): (OpenPoint.LIST_ITEMS, "$"),
    ("list_counters", "top"): (OpenPoint.LIST_COUNTERS, "total"),
    ("list_counters", "pagination"): (OpenPoint.LIST_COUNTERS, "data.pagination.total"),
    ("list_counters", "meta"): (OpenPoint.LIST_COUNTERS, "data.meta.total"),
    ("list_counters", "none"): (OpenPoint.LIST_COUNTERS, "none"),
    ("list_names", "totalItems"): (OpenPoint.LIST_COUNTERS, "data.totalItems"),
    ("list_paging", "cursor"): (OpenPoint.LIST_PAGING, "cursor"),
    ("list_params", "snake"): (OpenPoint.LIST_LIMIT, "ignored"),
    ("list_params", "short"): (OpenPoint.LIST_SEARCH, "ignored"),
    ("list_order", "oldest"): (OpenPoint.LIST_ORDER, "oldest"),
    ("error_body", "nest"): (OpenPoint.ERROR_BODY, "nest"),
    ("error_body", "nest_list"): (OpenPoint.ERROR_BODY, "nest_list"),
    ("error_body", "message"): (OpenPoint.ERROR_BODY, "message"),
    ("error_body", "errors"): (OpenPoint.ERROR_BODY, "errors"),
    ("error_body", "html"): (OpenPoint.ERROR_BODY, "html"),
    ("error_body", "empty"): (OpenPoint.ERROR_BODY, "empty"),
    ("created_status", 200): (OpenPoint.CREATED_STATUS, "200"),
    ("duplicate_status", 400): (OpenPoint.DUPLICATE_STATUS, "400"),
    ("kyc_status", 201): (OpenPoint.KYC_STATUS, "201"),
    ("bad_uuid_status", 404): (OpenPoint.BAD_UUID_STATUS, "404"),
    ("verification_url", "documented"): (OpenPoint.VERIFICATION_URL, "documented"),
}
UNSEEN = {  # the variants that a report cannot show, and why
    ("key_pairs", "one"): "the vendor's console has key pairs, and no endpoint does",
    ("list_unknown", "yes"): "it breaks list.readable",
}


@pytest.fixture
def services(config: Config, database: Database) -> Services:
    return build_services(config, database, now)


@pytest.fixture
def scenarios(services: Services) -> Scenarios:
    return services.lab.scenarios


def failed(report: Report) -> set[str]:
    return {each.point for each in report.checks if each.result is CheckResult.FAILED}


def scenario_of(point: str) -> Scenario:
    return next(each for each in Scenario if point in points_of(each))


def test_every_scenario_passes_on_the_simulator_and_every_point_is_checked(
    scenarios: Scenarios,
) -> None:
    report = scenarios.run(EVERY, COMMAND_LINE)
    assert {
        each.point: each.got for each in report.checks if each.result is not CheckResult.PASSED
    } == {}
    assert [each.point for each in report.checks] == list(Point)
    assert (report.verdict, report.on_simulator, report.ended_by) == (Verdict.PASSED, True, None)
    other = {each.of: each.value for each in report.readings if not each.is_assumed}
    assert other == {OpenPoint.VERIFICATION_URL: "another host"}
    assert {each.of for each in report.readings} == set(OpenPoint)


@pytest.mark.parametrize("point", BREACHES)
def test_a_server_that_breaks_a_point_fails_at_that_point(
    scenarios: Scenarios, simulator: RunningSimulator, point: str
) -> None:
    simulator.set_rivals(broken=[point])
    report = scenarios.run([scenario_of(point)], COMMAND_LINE)
    assert point in failed(report)
    assert report.verdict is Verdict.FAILED
    check = next(each for each in report.checks if each.point == point)
    assert check.expected != check.got
    assert check.call


def test_every_point_can_be_broken() -> None:
    assert {*BREACHES} | {*NOT_BREAKABLE} == {*Point}
    assert not {*BREACHES} & {*NOT_BREAKABLE}


def test_a_list_of_no_known_shape_fails(scenarios: Scenarios, simulator: RunningSimulator) -> None:
    simulator.set_rivals(list_unknown="yes")
    assert failed(scenarios.run([Scenario.FLOW], COMMAND_LINE)) == {Point.LIST_READABLE}


@pytest.mark.parametrize(("variant", "reading"), OF_SERVERS.items(), ids=lambda each: str(each[0]))
def test_a_permitted_reading_passes_and_is_reported(
    scenarios: Scenarios,
    simulator: RunningSimulator,
    variant: tuple[str, object],
    reading: tuple[OpenPoint, str],
) -> None:
    simulator.set_rivals(**{variant[0]: variant[1]})
    others = [each for each in EVERY if each is not Scenario.RATE_LIMIT]
    is_of_list = variant[0].startswith("list_")
    report = scenarios.run([Scenario.FLOW] if is_of_list else others, COMMAND_LINE)
    assert failed(report) == set()
    assert report.verdict is Verdict.PASSED
    assert reading in {(each.of, each.value) for each in report.readings}


def test_every_variant_of_the_simulator_is_a_reading_or_is_listed_with_its_reason() -> None:
    variants = {(name, value) for name, values in CHOICES.items() for value in values[1:]}
    assert variants == {*OF_SERVERS, *UNSEEN}


def test_in_production_nothing_is_run_sent_or_recorded(
    settings: dict[str, str], database: Database, simulator: RunningSimulator
) -> None:
    production = load_config(None, **settings | {"DASHBOARD_ENVIRONMENT": "production"})
    with pytest.raises(ProductionError):
        build_services(production, database).lab.scenarios.run(EVERY, COMMAND_LINE)
    assert simulator.requests() == []
    assert audit_log.entries(database) == []


def test_what_only_the_simulator_can_play_is_not_run_elsewhere(
    settings: dict[str, str], database: Database, simulator: RunningSimulator
) -> None:
    sandbox = load_config(None, **settings | {"DASHBOARD_ENVIRONMENT": "sandbox"})
    report = build_services(sandbox, database).lab.scenarios.run(EVERY, COMMAND_LINE)
    not_run = {each.point for each in report.checks if each.result is CheckResult.NOT_RUN}
    start = [*Point].index(Point.ACTIVE_STATUS)
    after_approval = [*Point][start : [*Point].index(Point.DUPLICATE_STATUS)]
    played = [*points_of(Scenario.EXPIRED_LINK), *points_of(Scenario.RATE_LIMIT)]
    assert not_run == {*after_approval, *played}
    assert {each.because for each in report.checks if each.point in not_run} == {
        Because.SIMULATOR_ONLY
    }
    assert (report.verdict, report.on_simulator) == (Verdict.PASSED, False)
    assert {each.path.split("/")[1] for each in simulator.requests()} == {"api"}


def test_every_write_is_recorded_before_it_is_sent(
    scenarios: Scenarios, database: Database, simulator: RunningSimulator
) -> None:
    scenarios.run(EVERY, COMMAND_LINE)
    entries = audit_log.entries(database)
    attempted = Counter(each.action for each in entries if each.outcome == "attempted")
    sent = Counter(each.path for each in simulator.requests() if each.method == "POST")
    assert attempted.pop("lab:run") == 1
    assert {
        "users:register": sent["/api/v1/partner/users"],
        "kyc:start": sent["/api/v1/partner/kyc"],
        "tokens:issue": sent["/api/v1/partner/auth/token"],
    } == attempted
    ended = [each.attempt_seq for each in entries if each.attempt_seq is not None]
    assert sorted(ended) == sorted(each.seq for each in entries if each.outcome == "attempted")


def test_a_link_that_the_api_shows_once_is_stored(
    services: Services, simulator: RunningSimulator
) -> None:
    services.lab.scenarios.run([Scenario.SECOND_KYC], COMMAND_LINE)
    user = next(each.body["userId"] for each in simulator.requests() if each.path.endswith("/kyc"))
    kept = services.kyc.starts.get(UUID(user)).inquiry
    assert kept
    assert kept.inquiry_id == simulator.inquiries(user)[0]["id"]


@pytest.mark.parametrize("scenario", [Scenario.WRONG_KEYS, Scenario.RATE_LIMIT])
def test_refusals_on_purpose_hold_no_other_call_back(
    services: Services, scenario: Scenario
) -> None:
    for _ in range(3):
        assert services.lab.scenarios.run([scenario], COMMAND_LINE).verdict is Verdict.PASSED
    current = services.credentials.active.current()
    assert services.upstream.breaker.find_outage(current.id) is None
    assert not services.upstream.monitor.seen_of(current.id).is_refused
    assert services.upstream.monitor.seen().refused_at is None
    assert services.users.api.search(UserQuery(limit=1)).rows


def test_the_log_of_requests_has_every_call(
    services: Services, database: Database, simulator: RunningSimulator
) -> None:
    services.lab.scenarios.run([Scenario.WRONG_KEYS], COMMAND_LINE)
    services.upstream.monitor.flush()
    with database.read() as connection:
        logged = [row.status for row in connection.execute(requests.select())]
    assert sorted(logged) == sorted(each.status or 0 for each in simulator.requests())


def test_without_an_answer_the_run_ends_and_tells_where(
    scenarios: Scenarios, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"reset": "before", "path": "/users", "method": "POST"}])
    report = scenarios.run(EVERY, COMMAND_LINE)
    assert report.ended_by == NoAnswer("POST /users", "network")
    assert report.verdict is Verdict.NOT_RUN
    assert {each.because for each in report.checks} == {Because.NO_ANSWER}
    assert len(simulator.requests()) == 1


def test_a_report_holds_no_secret_and_no_personal_data(
    scenarios: Scenarios, simulator: RunningSimulator
) -> None:
    report = repr(scenarios.run(EVERY, COMMAND_LINE))
    bodies = [each.body for each in simulator.requests() if isinstance(each.body, dict)]
    sent = {str(value) for body in bodies for value in body.values() if len(str(value)) > 4}
    assert not {value for value in sent - {"personal"} if value in report}
    made = {value for each in simulator.requests() for value in each.made.values()}
    assert not {value for value in made if value in report}
    assert "eyJ" not in report
