"""The runbook, `docs/runbook.md`, for who is at the dashboard and not at its repository."""

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[3] / "docs/runbook.md"
FENCE = "```"


@dataclass(frozen=True)
class Block:
    """Commands, line by line, or a paragraph or an item of a list as one line of text."""

    is_code: bool
    text: str


@dataclass(frozen=True)
class Recipe:
    """A section: its heading, the anchor of its link, and what it says."""

    heading: str
    anchor: str
    blocks: tuple[Block, ...]


def recipes() -> tuple[Recipe, ...]:
    """Return the sections in their order; the first says how the others are read."""
    parts = re.split(r"^##? ", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return tuple(_recipe(*part.split("\n", 1)) for part in parts)


def _recipe(heading: str, text: str) -> Recipe:
    blocks: list[Block] = []
    for number, part in enumerate(text.split(FENCE)):
        if number % 2:
            blocks.append(Block(is_code=True, text=part.strip("\n")))
        else:
            # A blank line and the next item of a list begin anew.
            lines = re.split(r"\n\s*\n|\n(?=\d+\. )", part.strip())
            blocks += [Block(is_code=False, text=" ".join(line.split())) for line in lines if line]
    return Recipe(heading, heading.lower().replace(" ", "-"), tuple(blocks))
