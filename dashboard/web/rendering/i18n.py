"""The language of a page: the person's choice, else the browser's, else English."""

from functools import partial
from pathlib import Path

from flask import Flask, get_template_attribute, request
from flask_babel import Babel, force_locale, get_locale
from markupsafe import Markup

from dashboard.services.account.preferences import LANGUAGES
from dashboard.web.context import find_current_user, zone
from dashboard.web.rendering.template_env import pages

TRANSLATIONS = Path(__file__).parents[2] / "translations"


def init_i18n(app: Flask) -> None:
    """Give `_()` to templates."""
    Babel(
        app,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=select_language,
        timezone_selector=lambda: str(zone()),
    )
    app.jinja_env.globals.update(
        get_locale=get_locale, in_english=in_english, in_language=in_language
    )
    pages(app).translations_folder = str(TRANSLATIONS)


def in_language(language: str, template: str, macro: str, *values: object) -> Markup:
    """Return what a macro says in a language, whichever the page is in."""
    with force_locale(language):
        return Markup(get_template_attribute(template, macro)(*values))  # noqa: S704  it is markup


in_english = partial(in_language, "en")


def select_language() -> str:
    """Return `en` or `es`: what the person chose, else what the browser's ranges ask for.

    That is by lookup (RFC 4647, 3.4), the preferred range first: one such as `es-CO` is cut subtag
    by subtag until it names a language of ours. One of quality 0 excludes a language.
    """
    person = find_current_user()
    if person and person.staff.language in LANGUAGES:
        return str(person.staff.language)
    ranges = [(tag.lower().replace("_", "-"), quality) for tag, quality in request.accept_languages]
    refused = {tag for tag, quality in ranges if not quality}
    offered = [language for language in LANGUAGES if language not in refused] or list(LANGUAGES)
    named = (tag.split("-")[0] for tag, quality in ranges if quality)
    return next((language for language in named if language in offered), offered[0])
