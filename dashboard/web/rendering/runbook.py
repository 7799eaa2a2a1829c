"""The runbook, `docs/runbook.md`, for people who have the dashboard and not its repository."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

FILE = Path(__file__).parents[3] / "docs/runbook.md"


@dataclass(frozen=True)
class Recipe:
    """The text under one heading, and the anchor of its link."""

    heading: str
    anchor: str
    body: Markup


def recipes() -> tuple[Recipe, ...]:
    """Return the recipes in their order; the first says how the others are read."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> tuple[Recipe, ...]:
    """Return a recipe for each heading of a text in Markdown."""
    tokens = _MARKDOWN.parse(text)
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    anchors: Counter[str] = Counter()
    found = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        heading = "".join(each.content for each in tokens[start + 1].children or ())
        anchor = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
        anchors[anchor] += 1
        unique = anchor if anchors[anchor] == 1 else f"{anchor}-{anchors[anchor]}"
        found.append(Recipe(heading, unique, _body(tokens[start + 3 : end], heading)))
    return tuple(found)


def _body(tokens: Sequence[Token], heading: str) -> Markup:
    env = {"heading": heading, "blocks": 0, "tables": 0}
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env)
    return Markup(html)  # noqa: S704  the parser escapes all text, HTML in it too


class _Renderer(RendererHTML):
    """HTML as the other pages have it: what is wide scrolls in a region with a name."""

    def fence(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """Write commands, to be read line by line."""
        env["blocks"] += 1
        name = gettext(
            "%(heading)s: commands %(number)s", heading=env["heading"], number=env["blocks"]
        )
        return (
            f'<pre class="code" tabindex="0" role="region" aria-label="{escape(name)}">'
            f"{escape(tokens[idx].content.rstrip())}</pre>\n"
        )

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Write the same, indented in place of fenced."""
        return self.fence(tokens, idx, options, env)

    def table_open(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: EnvType
    ) -> str:
        """Open a table and its scrolling wrapper."""
        env["tables"] += 1
        name = gettext(
            "%(heading)s: table %(number)s", heading=env["heading"], number=env["tables"]
        )
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}"><table>\n'
        )

    def table_close(self, *_: object) -> str:
        """Close the table and its wrapper."""
        return "</table></div>\n"

    def th_open(self, *_: object) -> str:
        """Open the head of a column; its alignment would be an inline style."""
        return '<th scope="col">'

    def td_open(self, *_: object) -> str:
        """Open a cell."""
        return "<td>"

    def link_open(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType
    ) -> str:
        """Open a link. Another document is named, as no page shows it."""
        address = str(tokens[idx].attrGet("href"))
        env["document"] = None if re.match(r"https?:|#", address) else address
        return "" if env["document"] else f'<a href="{escape(address)}">'

    def link_close(
        self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, env: EnvType
    ) -> str:
        """Close a link, or name the document."""
        document = env["document"]
        return f" (<code>docs/{escape(document)}</code>)" if document else "</a>"


_MARKDOWN = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
