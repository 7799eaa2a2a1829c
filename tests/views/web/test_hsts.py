"""HSTS is only for this host, unless the setting includes the names below it."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.store.db.database import Database


def hsts(app: Flask, path: str, scheme: str = "https") -> str | None:
    return (
        app.test_client()
        .get(path, base_url=f"{scheme}://localhost")
        .headers.get("Strict-Transport-Security")
    )


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", "max-age=31536000"),
        ("off", "max-age=31536000"),
        ("on", "max-age=31536000; includeSubDomains"),
    ],
)
def test_names_below_are_included_only_by_setting(
    settings: dict[str, str], database: Database, setting: str, said: str
) -> None:
    assert database
    given = {**settings, **({"HSTS_SUBDOMAINS": setting} if setting else {})}
    app = create_app(load_config(None, **given))
    for path in ("/login", "/healthz", "/no-such-page", "/users"):
        assert hsts(app, path) == said, path
        assert hsts(app, path, "http") is None, path
