"""The language of a page: the person's choice, else the browser's, else English."""

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel, get_locale

from dashboard.services.account import LANGUAGES
from dashboard.web.context import find_signed_in, zone
from dashboard.web.pages import pages

TRANSLATIONS = Path(__file__).parents[1] / "translations"


def init_i18n(app: Flask) -> None:
    """Give `_()` to templates."""
    Babel(
        app,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=select_language,
        timezone_selector=lambda: str(zone()),
    )
    app.jinja_env.globals["get_locale"] = get_locale
    pages(app).translations_folder = str(TRANSLATIONS)


def select_language() -> str:
    """Return `en` or `es`."""
    person = find_signed_in()
    if person and person.staff.language in LANGUAGES:
        return str(person.staff.language)
    return request.accept_languages.best_match(LANGUAGES, default="en") or "en"
