"""The runbook as a page: what Markdown says, in the markup of the other pages."""

import re

import pytest
from flask import Flask
from markupsafe import Markup

from dashboard.web.rendering import runbook


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> object:
    with app.test_request_context():
        yield


def body(text: str) -> Markup:
    (recipe,) = runbook.read(f"# Heading\n\n{text}\n")
    return recipe.body


def test_emphasis_code_and_lists_are_markup() -> None:
    assert body("*Restore* and **now**: `db upgrade`") == (
        "<p><em>Restore</em> and <strong>now</strong>: <code>db upgrade</code></p>\n"
    )
    assert "<ol>\n<li>one</li>\n<li>two</li>\n</ol>" in body("1. one\n2. two")


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "a <b onclick=x>b</b>", "[x](javascript:alert(1))"]
)
def test_html_and_scripts_are_text(text: str) -> None:
    assert not re.search(r"<(?!/?p>)", body(text))


def test_an_address_in_the_text_is_no_link() -> None:
    assert "<a" not in body("see https://example.com/x")


def test_every_heading_has_an_anchor_of_its_own() -> None:
    recipes = runbook.read('# Start\n\n## "Not" now: why?\n\n## Start\n\n### Start\n\nx\n')
    assert [each.anchor for each in recipes] == ["start", "not-now-why", "start-2", "start-3"]
    assert [each.heading for each in recipes][1] == '"Not" now: why?'


def test_indented_commands_are_commands() -> None:
    assert body("    python -m dashboard").startswith('<pre class="code"')


def test_commands_are_a_region_with_a_name_of_its_own() -> None:
    found = body("```\na < b\n```\n\n1. first\n\n   ```sh\n   c\n   ```\n")
    names = re.findall(r'<pre class="code" tabindex="0" role="region" aria-label="([^"]+)">', found)
    assert names == ["Heading: commands 1", "Heading: commands 2"]
    assert ">a &lt; b</pre>" in found


def test_a_table_scrolls_in_a_region_and_has_no_inline_style() -> None:
    found = body("| a | b |\n|--:|:--|\n| 1 | 2 |")
    assert found.startswith(
        '<div class="scroll" tabindex="0" role="region" aria-label="Heading: table 1"><table>'
    )
    assert '<th scope="col">a</th>' in found
    assert "style" not in found


def test_a_link_to_another_document_names_it() -> None:
    assert body("[ADR 9](adr/0009-x.md) has it") == (
        "<p>ADR 9 (<code>docs/adr/0009-x.md</code>) has it</p>\n"
    )
    assert '<a href="#start">' in body("[Start](#start)")


def test_nothing_of_our_runbook_is_left_as_markdown() -> None:
    for recipe in runbook.recipes():
        text = re.sub(r"<(pre|code)\b.*?</\1>|<[^>]+>", "", recipe.body, flags=re.DOTALL)
        assert not re.search(r"[`*|]|\]\(|^#", text, re.MULTILINE), recipe.heading
