"""The runbook, `docs/runbook.md`, for who is at the dashboard and not at its repository."""

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs/runbook.md"


@dataclass(frozen=True)
class Section:
    """A recipe: its heading, the anchor of its link, and its text as Markdown."""

    heading: str
    anchor: str
    text: str


def sections() -> tuple[Section, ...]:
    """Return the recipes in their order; the first is how all of them are read."""
    parts = re.split(r"^##? ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return tuple(_section(*part.split("\n", 1)) for part in parts)


def _section(heading: str, text: str) -> Section:
    return Section(heading, heading.lower().replace(" ", "-"), text.strip())
