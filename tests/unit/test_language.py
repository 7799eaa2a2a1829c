"""The language that a browser asks for, by lookup (RFC 4647)."""

import pytest
from flask import Flask

from dashboard.web.rendering.i18n import select_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-CO,en;q=0.5", "es"),
        ("es-419", "es"),
        ("ES_mx", "es"),
        ("es-Latn-MX-x-private", "es"),
        ("en-GB,es;q=0.9", "en"),
        ("en;q=0.3,es-AR;q=0.8", "es"),
        ("pt-BR,es;q=0.5,en;q=0.4", "es"),
        ("de-CH,fr", "en"),
        ("*", "en"),
        ("*,es;q=0.1", "es"),
        ("en;q=0,*;q=0.5", "es"),
        ("es;q=0,en;q=0", "en"),
        ("es-CO;q=0,es", "es"),
        ("es;q=0,es-CO", "en"),
        ("", "en"),
        ("est", "en"),
        ("español", "en"),
        (";;q=,,-,es;q=high,\x7f" + "x-" * 2000, "en"),
    ],
)
def test_a_page_is_in_the_language_that_fits_best(app: Flask, header: str, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": header}):
        assert select_language() == language
