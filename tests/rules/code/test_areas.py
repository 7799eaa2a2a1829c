"""An area has one name in every layer; what is no area is in a short list, with its reason."""

from pathlib import Path

import pytest

from tests.rules.code.test_house import ROOT

AREAS = {
    "account",
    "attempts",
    "audit",
    "auth",
    "contacts",
    "credentials",
    "desk",
    "directory",
    "exports",
    "help",
    "jobs",
    "kyc",
    "lab",
    "notes",
    "overview",
    "owners",
    "registrations",
    "requests",
    "saved_views",
    "selections",
    "settings",
    "staff",
    "story",
    "tags",
    "texts",
    "tokens",
    "upstream",
    "users",
}
NO_AREA = {
    "dashboard/services": {
        "actions": "the vocabulary of the audit log",
        "actors": "who acts",
        "backup": "of the command line, which has no page",
        "clocks": "the time of the database",
        "countries": "a table",
        "diagnostics": "of the command `doctor`",
        "files": "tables that exports, jobs and the lab give out",
        "foundation": "what services are built over",
        "jwt_claims": "of tokens that we issue, and of those that people paste",
        "kyc_links": "the one judge of verification links, of several areas",
        "masking": "what a role sees of personal data",
        "networks": "addresses of browsers",
        "operations": "readiness and the worker's heartbeat",
        "permissions": "the table of roles",
        "ports": "what services ask of the Partner API client",
        "recorder": "the audit log's one writer",
        "readers": "who reads a list, and what they see of it",
        "registry": "all services",
        "seen": "the one memory of users, of every area",
    },
    "dashboard/store": {
        "db": "the database itself",
        "erasure": "every table",
        "late": "how late an answer of any area may come",
        "limits": "counters of several areas",
        "maintenance": "copies and dumps of the whole database",
        "migrations": "of the schema",
        "schema": "every table",
        "unsettled": "attempts of every area",
    },
    "dashboard/forms": {
        "api_errors": "what the API says of a field",
        "contact": "fields of several areas",
        "doubted_email": "of registrations and KYC",
        "erasure": "of users, beside the list’s",
        "fields": "the kinds of fields",
        "logs": "the audit log and the log of requests",
        "query": "forms in an address",
        "retype_email": "of registrations, KYC and tokens",
    },
    "dashboard/views": {
        "filters": "those of several lists",
        "health": "for machines",
        "outage": "the button of a banner",
        "palette": "commands of all areas",
    },
    "templates": {
        "bare": "a frame of pages",
        "base": "a frame of pages",
        "components": "macros of several areas",
        "document": "a frame of pages",
        "errors": "fragments of several areas",
        "gate": "a frame of pages",
        "palette": "commands of all areas",
    },
}


def names(layer: Path) -> set[str]:
    """Return what a layer's folder holds, without endings."""
    return {each.stem for each in layer.iterdir() if not each.name.startswith("__")}


@pytest.mark.parametrize("layer", NO_AREA)
def test_a_layer_holds_areas_and_what_is_listed_with_its_reason(layer: str) -> None:
    assert names(ROOT / layer) - AREAS == NO_AREA[layer].keys()


def test_an_area_has_pages_or_data_beside_its_services() -> None:
    layers = [names(ROOT / layer) for layer in NO_AREA]
    assert not [area for area in AREAS if sum(area in layer for layer in layers) < 2]


def test_tests_of_views_are_in_rooms_of_areas() -> None:
    """`web` holds what is true of every page."""
    assert names(ROOT / "tests/views") <= AREAS | {"web"}
