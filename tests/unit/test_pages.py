"""Templates: what never changes is worked out when they are compiled, once per language."""

import pytest
from flask import Flask
from jinja2 import DictLoader

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.store.db.database import Database

TEMPLATES = {
    "page.html": (
        '{{ _("Users") }}|{{ icon("copy") }}|{{ url_for("users.index", status="active") }}|'
        '{{ asset("app.js") }}|{{ _("Page %(number)s", number=who) }}|{{ icon(symbol) }}'
    ),
    "letter.txt": '{{ _("Page %(number)s", number=who) }} {{ _("Users") }}',
    "shared.html": '{% macro word() %}{{ _("Users") }}{% endmacro %}',
    "importing.html": '{% from "shared.html" import word %}{{ word() }}',
}


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    assert database
    app = create_app(config)
    app.jinja_env.loader = DictLoader(TEMPLATES)
    app.jinja_env.bytecode_cache = None
    return app


def rendered(app: Flask, name: str, language: str, **context: object) -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        return app.jinja_env.get_template(name).render(**context)


def test_each_language_has_templates_of_its_own(app: Flask) -> None:
    english, spanish, again = (
        rendered(app, "page.html", language, who="7", symbol="ban")
        for language in ("en", "es", "en")
    )
    assert english.startswith("Users|<svg")
    assert spanish.startswith("Usuarios|<svg")
    assert "|/users?status=active|/static/" in english
    assert english.endswith('icons.svg#ban"/></svg>')
    assert again == english


def test_what_is_imported_is_in_the_language_of_who_imports_it(app: Flask) -> None:
    assert rendered(app, "importing.html", "en") == "Users"
    assert rendered(app, "importing.html", "es") == "Usuarios"


def test_a_constant_call_is_not_made_again(app: Flask) -> None:
    rendered(app, "page.html", "en", who="7", symbol="ban")
    with app.test_request_context(headers={"Accept-Language": "en"}):
        environment = app.jinja_env.get_template("page.html").environment
    code = environment.compile(TEMPLATES["page.html"], "page.html", raw=True)
    assert "Users|<svg" in code
    assert "icons.svg#copy" in code
    assert "url_for" not in code
    assert "'Page %(number)s'" in code


def test_values_in_a_text_are_escaped_in_html_and_only_there(app: Flask) -> None:
    page = rendered(app, "page.html", "es", who="<b>&%s", symbol='"><b>')
    assert "|Página &lt;b&gt;&amp;%s|" in page
    assert "<b>" not in page
    assert rendered(app, "letter.txt", "en", who="<b>&%s") == "Page <b>&%s Users"


@pytest.mark.parametrize(("reloads", "then"), [(True, "new"), (False, "old")])
def test_a_changed_template_is_read_again_only_where_templates_reload(
    app: Flask, *, reloads: bool, then: str
) -> None:
    changing = {"changing.html": "old"}
    app.jinja_env.loader = DictLoader(changing)
    app.jinja_env.auto_reload = reloads
    assert rendered(app, "changing.html", "en") == "old"
    changing["changing.html"] = "new"
    assert rendered(app, "changing.html", "en") == then
