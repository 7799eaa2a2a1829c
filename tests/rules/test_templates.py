"""What templates must not do, and that every word of theirs can be translated."""

import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
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
    """Return every text that can be translated, with the placeholders it wants."""
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


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_trusts_nothing_and_styles_nothing_inline(path: Path) -> None:
    text = read(path)
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)
    assert not re.search(r"\sstyle\s*=|\son\w+\s*=|hx-on|\bjs:|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"=\{\{", text), "an attribute without quotes"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
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


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_form_that_htmx_sends_says_what_it_does_and_where_to_check_whether_it_was_done(
    path: Path,
) -> None:
    for form in re.findall(r"<form[^>]*(?:\{\{[^}]*\}\}[^>]*)*hx-post=.*", read(path)):
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
