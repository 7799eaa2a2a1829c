"""Every table has a row in docs/retention.md: how long its rows are kept, and who deletes them."""

import re
from collections.abc import Callable

import pytest

from dashboard.config.settings import Config
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import metadata
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker
from tests.rules.code.test_house import ROOT
from tests.support.clock import TestClock
from tests.support.sampling import all_of

PAGE = (ROOT / "docs/retention.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
LASTING = re.compile(r"for ever.*: |bounded|by the next ")


@pytest.fixture
def services(config: Config, database: Database, clock: TestClock) -> Services:
    return build_services(config, database, clock)


def names_of(services: Services, clock: TestClock) -> set[str]:
    steps: list[Callable[[], object]] = [*MaintenanceWorker(services, clock)._steps()]  # noqa: SLF001  what it takes
    return {getattr(step, "__qualname__", "") for step in steps}


def test_every_table_has_one_row_in_the_order_of_their_names() -> None:
    assert [name for name, *_ in ROWS] == sorted(metadata.tables)


@all_of("row", ROWS)
def test_a_table_has_a_step_that_deletes_or_a_reason_not_to(row: tuple[str, ...]) -> None:
    _, _, lasts, step = row
    assert (step == "–") == bool(LASTING.search(lasts))


def test_every_step_that_is_named_is_one_of_the_worker(
    services: Services, clock: TestClock
) -> None:
    named = {step.strip("`") for *_, step in ROWS} | set(re.findall(r"\(`(\w+\.\w+)`", PAGE))
    assert named - {"–"} <= names_of(services, clock)


def test_every_step_of_the_worker_that_removes_is_named(
    services: Services, clock: TestClock
) -> None:
    removing = {name for name in names_of(services, clock) if "remove" in name or "sweep" in name}
    assert removing == {name for name in removing if f"`{name}`" in PAGE}


def test_settings_that_are_named_exist() -> None:
    named = {name for *_, lasts, _ in ROWS for name in re.findall(r"`([A-Z_]+)`", lasts)}
    assert named <= {str(each.validation_alias) for each in Config.model_fields.values()}
