"""Parts of a page that change in place: an open page asks, and gets those that differ.

What a part shows is its mark, without what is different in every answer. The page's poll brings the
marks of what it has shown along.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from flask import render_template
from markupsafe import Markup

IN_PLACE = Markup(' data-hx-swap-oob="true"')
ALWAYS_NEW = re.compile(
    rf'{IN_PLACE}|(?<=name="csrf_token" value=")[^"]*|(?P<time><time[^<>]*>)[^<]*'
)


@dataclass(frozen=True)
class Parts:
    """The parts of a page, by root id, and what they show, as the page's poll brings it along."""

    html: Mapping[str, Markup]
    marks: str

    def changed(self, seen: str) -> list[Markup]:
        """Return the parts that differ from those of some marks; all of them for no marks."""
        before, now = seen.split("-"), self.marks.split("-")
        if len(before) != len(now):
            return list(self.html.values())
        pairs = zip(self.html.values(), before, now, strict=True)
        return [html for html, mark, new in pairs if mark != new]


def render_parts(templates: Mapping[str, str], *, in_place: bool, **context: object) -> Parts:
    """Render each part; `in_place` ones take the place of those that a page has."""
    mark = IN_PLACE if in_place else ""
    html = {
        name: Markup(render_template(template, fragment=None, in_place=mark, **context))  # noqa: S704  our own template
        for name, template in templates.items()
    }
    return Parts(html, "-".join(f"{crc32(_lasting(each)):x}" for each in html.values()))


def _lasting(html: str) -> bytes:
    return ALWAYS_NEW.sub(lambda found: found["time"] or "", html).encode()
