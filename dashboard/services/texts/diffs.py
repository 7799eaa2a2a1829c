"""What changed from one text to another, line by line; the subject is the first line."""

from dataclasses import dataclass
from difflib import ndiff
from enum import StrEnum

from dashboard.services.texts.placeholders import Words


class LineKind(StrEnum):
    """What became of a line."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class DiffLine:
    """A line of either text."""

    kind: LineKind
    text: str


_KINDS = {" ": LineKind.SAME, "+": LineKind.ADDED, "-": LineKind.REMOVED}


def lines_of(before: Words, after: Words) -> list[DiffLine]:
    """Return the lines of both texts, in order."""
    old, new = ([each.subject, *each.body.split("\n")] for each in (before, after))
    return [DiffLine(_KINDS[each[0]], each[2:]) for each in ndiff(old, new) if each[0] != "?"]
