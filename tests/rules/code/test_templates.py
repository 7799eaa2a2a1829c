"""Rules for templates: what they must not do, and that all their words can be translated."""

import re
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from tests.support.sampling import all_of

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPANISH = ROOT / "dashboard/translations/es/LC_MESSAGES/messages.po"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "ngettext": (1, 2),
}
NAMES = {
    "Credentials refused",
    "Esc",
    "Tab",
    "Rotate the API credentials",
    "GET /api/v1/partner/users/{userId}",
    "Q",
    "ms",
    "KYC",
    "Python",
    "SQLite",
    "htmx",
}


def read(path: Path) -> str:
    return path.read_text()


def extracted() -> dict[str, set[str]]:
    """Return every text that can be translated, with its placeholders."""
    found = {}
    for folder in ("dashboard", "templates"):
        for _, _, message, _, _ in extract_from_dir(
            ROOT / folder,
            [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")],
            keywords=KEYWORDS,
        ):
            text = message if isinstance(message, str) else message[0]
            found[text] = set(re.findall(r"%\(\w+\)s", str(message)))
    return found


def catalogue() -> Catalog:
    return read_po(StringIO(SPANISH.read_text()), locale="es")


@all_of("path", TEMPLATES)
def test_a_template_trusts_nothing_and_styles_nothing_inline(path: Path) -> None:
    text = read(path)
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)
    assert not re.search(r"\sstyle\s*=|\son\w+\s*=|hx-on|\bjs:|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"=\{\{", text), "an attribute without quotes"


@all_of("path", TEMPLATES)
def test_what_is_shown_as_it_stands_has_no_white_space_of_the_template(path: Path) -> None:
    text = re.sub(r"\{\{[\s\S]*?\}\}", "x", read(path))
    assert not re.search(r"<(?:pre|textarea)\b[^>]*>\s|\s</(?:pre|textarea)>", text)


@all_of("path", TEMPLATES)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    bare = re.sub(
        r"\{#[\s\S]*?#\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|<!--[\s\S]*?-->", " ", read(path)
    )
    shown = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', bare)
    bare = re.sub(r"<(pre|code)\b[\s\S]*?</\1>", " ", bare)  # code has no language
    bare = re.sub(r'[\w-]+="[^"]*"', " ", bare)
    shown += re.sub(r"<[^>]*>", "\n", bare).splitlines()
    words = {text.strip() for text in shown if re.search(r"[A-Za-z]{2}", text)}
    if path.name == "_message.html" or path.parent.name == "components":
        words = {word for word in words if " " in word}
    assert words <= NAMES


def printed(text: str) -> list[str]:
    """Return the expressions that a template prints in a text, without their string literals."""
    found = re.findall(r"\{\{-?(.*?)-?\}\}", text)
    return [re.sub(r"'[^']*'|\"[^\"]*\"", "''", each).strip() for each in found]


@all_of("path", TEMPLATES)
def test_what_a_person_or_the_api_wrote_is_masked_and_isolated_by_one_filter(path: Path) -> None:
    text = read(path)
    assert "free_text" not in text
    for each in printed(text):
        shown = each.split(" if ")[0] if "field(" not in each else ""
        for free in re.finditer(r"\b(?!form)\w+\.(?:reason|ticket)(?:\.data)?\b", shown):
            after = re.sub(r"^ or [\w.]+\)", "", shown[free.end() :])
            assert after.startswith("|quoted"), f"{path.name}: {each}"


# Attributes and titles may print these without a filter: words of ours, numbers and times.
PLAIN = re.compile(
    r"(?:settings\.brand|device_word\(each\.device\)|what|zone_name\(\)|label|heading|recipe\.heading|at\.utc"
    r"|at\|(?:in_full|utc)|sso_name\(\)|status_word\([\w.]+, plain=true\)|other\.pair\.hint"
    r"|problem\.status|line\.seq|title\(\w+, words\)|scenario\.value"
    r"|[\w.]+\|length|desk\.waiting|attention\.total"
    r"|\([\w.]+ or 0\)\|number|[\w.()|]+\|in_plain|'')"
)


@all_of("path", TEMPLATES)
def test_text_of_others_in_an_attribute_or_a_title_is_isolated_by_one_filter(path: Path) -> None:
    text = read(path)
    attribute = (
        r'\b(?:aria-label|title|alt|placeholder|data-announce)="((?:[^"{]|\{\{.*?\}\}|\{)*)"'
    )
    title = r"(?:<title>|\{% block title %\})(.*?)(?:</title>|\{% endblock %\})"
    for value in re.findall(attribute, text) + re.findall(title, text):
        for each in printed(value):
            shown = re.sub(r" if .+? else ", ", ", each)
            bare = re.sub(r"\b(?:_|ngettext)\(|\b(?!plain)\w+=", "", shown)
            rest = re.sub(r"[ ,()]", "", PLAIN.sub("", bare))
            assert not rest, f"{path.name}: {each}"


@all_of("path", TEMPLATES)
def test_what_copies_says_what_it_copied(path: Path) -> None:
    text = read(path)
    copying = re.findall(r"data-copy(?:-text)?=", text)
    assert not copying or path.name in {"data.html", "_rows.html"}, "use its macros"
    if path.name == "_rows.html":
        table = path.with_name("_table.html").read_text()
        assert len(copying) == text.count("data-copied=") or "data-copied=" in table


@all_of("path", TEMPLATES)
def test_a_form_that_htmx_sends_says_what_it_does_and_where_to_check_whether_it_was_done(
    path: Path,
) -> None:
    for form in re.findall(
        r"<form[^>]*(?:\{\{[^}]*\}\}[^>]*)*data-hx-post=(?:[^>{]|\{[^>]*?\})*", read(path)
    ):
        assert "data-once=" in form, path
        assert "data-check=" in form, path


def test_spanish_is_complete_and_keeps_every_placeholder() -> None:
    spanish = catalogue()
    for text, placeholders in extracted().items():
        message = spanish.get(text)
        assert message is not None, f"not in the catalogue: {text!r} (make translations)"
        assert message.string, f"not translated: {text!r}"
        assert not message.fuzzy, text
        said = message.string if isinstance(message.string, str) else message.string[-1]
        assert set(re.findall(r"%\(\w+\)s", str(said))) == placeholders, text
        assert all(message.string), text


def test_the_compiled_catalogue_is_in_step_with_its_source() -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    assert SPANISH.with_suffix(".mo").read_bytes() == compiled.getvalue(), "make translations"


def test_every_macro_that_a_template_calls_is_imported_or_made_there() -> None:
    trees = {path: Environment(autoescape=True).parse(read(path)) for path in TEMPLATES}
    made = {macro.name for tree in trees.values() for macro in tree.find_all(nodes.Macro)}
    missing = {
        path.relative_to(ROOT).as_posix(): names
        for path, tree in trees.items()
        if (names := (_called(tree) & made) - _known(tree))
    }
    assert not missing


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text())
    named = {name for path in TEMPLATES for name in re.findall(r'\bicon\("([\w-]+)"', read(path))}
    assert named <= {*drawn}


def _called(tree: nodes.Template) -> set[str]:
    calls = (call.node for call in tree.find_all(nodes.Call))
    return {each.name for each in calls if isinstance(each, nodes.Name)}


def _known(tree: nodes.Template) -> set[str]:
    """Return what a template imports, its own macros and their arguments."""
    names = {name for each in tree.find_all(nodes.FromImport) for name in each.names}
    known = {name if isinstance(name, str) else name[1] for name in names}
    for macro in tree.find_all(nodes.Macro):
        known |= {macro.name, *(argument.name for argument in macro.args)}
    return known


# What goes into a selector: a script uses `CSS.escape`, a template only names of its own.
SELECTED = re.compile(r"\b(?:find|findAll|closest|matches|querySelector(?:All)?)\(\s*`([^`]*)`")
TARGETED = re.compile(r'data-hx-(?:target|include|select|indicator)="[^"]*?\{\{\s*(.*?)\s*\}\}')


def test_a_script_escapes_what_it_builds_into_a_selector() -> None:
    for script in sorted((ROOT / "static").glob("*.js")):
        for selector in SELECTED.findall(read(script)):
            assert not re.search(r"\$\{(?!CSS\.escape\()", selector), (script.name, selector)


def test_a_template_aims_at_its_own_parts_and_never_by_an_id_of_the_data() -> None:
    aimed = {name for path in TEMPLATES for name in TARGETED.findall(read(path))}
    assert aimed == {"target", "word"}


ZONE_AFTER_TIME = re.compile(
    r"time=[^{}]*?zone=zone_name\(\)|~ zone_name\(\)|\}\}\s*(?:<span[^>]*>)?\{\{ zone_name\(\)"
)


def test_a_zone_after_a_time_is_one_that_paper_leaves_out() -> None:
    assert ZONE_AFTER_TIME.search("{{ stamp(at) }} {{ zone_name() }}")
    found = [path.name for path in TEMPLATES if ZONE_AFTER_TIME.search(read(path))]
    assert found == []
