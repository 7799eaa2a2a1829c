"""Templates, compiled once per language: constant calls are evaluated then (ADR 18).

A call such as `_("Users")`, `icon("copy")` or `url_for("users.index")` gives the same text on every
page of a language. In the compiled template it is that text, joined with the markup around it. Of
an address with IDs or numbers, such as `url_for("users.show", user_id=user.id)`, only these are
left to write. The indentation of a template is left out, except in `<pre>` and `<textarea>`.
"""

import re
import threading
from collections.abc import Callable, MutableMapping
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask
from flask.sansio.app import App
from flask.templating import Environment
from flask_babel import get_locale
from jinja2 import Template, nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from werkzeug.routing import BuildError, Map

Text = Callable[..., str]
DEFAULT_LANGUAGE = "en"
_VALUE = re.compile(r"<(?:uuid|int):(\w+)>")  # in the rule of an address
_INDENTATION = re.compile(r"(<(pre|textarea)\b.*?</\2>)|(?<=\n)[ \t]+", re.DOTALL)


class TemplateEnvironment(Environment):
    """Flask's environment, which gives each template in the language of the request.

    `constant` holds the functions that give one answer to the same arguments for as long as the
    process runs, `of_locale` the filters and functions that are given the locale first. The
    environment that those of the languages are made from has no `language`.
    """

    def __init__(self, app: App, **options: Any) -> None:  # noqa: ANN401  Jinja's
        super().__init__(app, **options)
        self.language = ""
        self.translations_folder = ""
        self.constant: dict[str, Text] = {"url_for": _addresses(app)}
        self.of_locale: dict[str, Callable[..., Any]] = {}
        self._languages: dict[str, TemplateEnvironment] = {}
        self._loaded: dict[str | Template, Template] = {}  # a page asks for fifty
        self._lock = threading.Lock()

    def get_template(self, name: str | Template, *rest: Any, **named: Any) -> Template:  # noqa: ANN401  Jinja's
        """Return a template in the language of the request."""
        if self.language:
            if name not in self._loaded or self.auto_reload:
                self._loaded[name] = super().get_template(name, *rest, **named)
            return self._loaded[name]
        locale = get_locale()
        language = locale.language if locale else DEFAULT_LANGUAGE
        if language not in self._languages:
            with self._lock:
                self._languages.setdefault(language, self._translated(language))
        return self._languages[language].get_template(name, *rest, **named)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: the environment's own, unless it is given more."""
        return super().make_globals(d) if d else self.globals

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """Leave out the indentation of a page."""
        source = super().preprocess(source, name, filename)
        if not name or not name.endswith(".html"):
            return source
        return _INDENTATION.sub(lambda found: found[1] or "", source)

    def compile(
        self,
        source: str | nodes.Template,
        name: str | None = None,
        filename: str | None = None,
        *rest: Any,  # noqa: ANN401  Jinja's
        **named: Any,  # noqa: ANN401  Jinja's
    ) -> Any:  # noqa: ANN401  Jinja's
        """Compile a template whose constant calls have been made."""
        tree = self.parse(source, name, filename) if isinstance(source, str) else source
        is_html = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        folded = _Folder(self.constant, self.app.url_map, is_html=is_html).visit(tree)
        return super().compile(folded, name, filename, *rest, **named)

    def _translated(self, language: str) -> "TemplateEnvironment":
        translations = Translations.load(self.translations_folder, [language])
        gettext, ngettext = _translators(translations)
        other: TemplateEnvironment = self.overlay()
        other.language = language
        other._loaded = {}
        bound = {name: partial(each, Locale(language)) for name, each in self.of_locale.items()}
        translated = {"_": gettext, "gettext": gettext, "ngettext": ngettext}
        other.globals = {**self.globals, **bound, **translated}
        other.filters = {**self.filters, **bound}
        other.constant = {**self.constant, "_": translations.ugettext}
        return other


def pages(app: Flask) -> TemplateEnvironment:
    """Return the environment of an application's templates."""
    if not isinstance(app.jinja_env, TemplateEnvironment):
        raise TypeError("the templates have another environment")
    return app.jinja_env


class _Folder(NodeTransformer):
    """Replaces each call that has constant arguments and a constant answer with that answer."""

    def __init__(self, constant: dict[str, Text], url_map: Map, *, is_html: bool) -> None:
        self._constant = constant
        self._url_map = url_map
        self._is_html = is_html

    def visit_Output(self, node: nodes.Output | nodes.Concat) -> nodes.Node:  # noqa: N802  Jinja's
        """Write the parts of what is joined one by one."""
        self.generic_visit(node)
        parts = (each.nodes if isinstance(each, nodes.Concat) else [each] for each in node.nodes)
        node.nodes = list(chain.from_iterable(parts))
        return node

    visit_Concat = visit_Output  # noqa: N815  Jinja's

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  Jinja's
        """Make the call, if it is constant; `_()` with values waits for them."""
        self.generic_visit(node)
        called = node.node.name if isinstance(node.node, nodes.Name) else ""
        given = [each for each in node.args if isinstance(each, nodes.Const)]
        named = {each.key: each.value for each in node.kwargs}
        values = {k: each.value for k, each in named.items() if isinstance(each, nodes.Const)}
        is_constant = len(given) == len(node.args) and len(values) == len(named)
        if called not in self._constant or node.dyn_args or node.dyn_kwargs:
            return node
        if called == "url_for" and given and not is_constant:
            return self._address(str(given[0].value), named) or node
        if not is_constant or (called == "_" and named):
            return node
        try:
            answer = self._constant[called](*(each.value for each in given), **values)
        except BuildError:  # production doesn't have this page: the template asks for it elsewhere
            return node
        if called == "_":
            answer = (Markup(answer) if self._is_html else answer) % {}  # noqa: S704  our own texts
        return nodes.Const(answer, lineno=node.lineno)

    def _address(self, endpoint: str, values: dict[str, nodes.Expr]) -> nodes.Node | None:
        """Return an address with these values in its path; None for any other."""
        try:
            rule = next(self._url_map.iter_rules(endpoint))
        except KeyError:  # as above
            return None
        if values.keys() != rule.arguments:
            return None
        texts, names = _VALUE.split(rule.rule)[::2], _VALUE.findall(rule.rule)
        if any("<" in each for each in texts):
            return None
        between = zip_longest(map(nodes.Const, texts), (values[name] for name in names))
        return nodes.Concat([each for each in chain.from_iterable(between) if each])


def _translators(translations: NullTranslations) -> tuple[Text, Text]:
    """Return `gettext` and `ngettext`: the text with its values, escaped for HTML."""

    @pass_eval_context
    def gettext(context: EvalContext, text: str, /, **values: object) -> str:
        return _filled(context, translations.ugettext(text), values)

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
        values.setdefault("num", num)
        return _filled(context, translations.ungettext(one, many, num), values)

    return gettext, ngettext


def _filled(context: EvalContext, text: str, values: dict[str, object]) -> str:
    if not context.autoescape:
        return text % values
    safe = {name: escape(value) for name, value in values.items()}
    return Markup(text % safe)  # noqa: S704  the text is ours, its values are escaped


def _addresses(app: App) -> Text:
    def url_for(endpoint: str, **arguments: object) -> str:
        """Return the address of a page, the same in every request: the product is served at `/`."""
        return app.url_map.bind("").build(endpoint, arguments)

    return url_for
