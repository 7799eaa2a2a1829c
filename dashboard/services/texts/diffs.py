"""What changed from one text to another, line by line; the subject is the first line."""

from dataclasses import dataclass
from difflib import SequenceMatcher
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


def lines_of(before: Words, after: Words) -> list[DiffLine]:
    """Return the lines of both texts, in order."""
    old, new = ([each.subject, *each.body.split("\n")] for each in (before, after))
    lines: list[DiffLine] = []
    for what, begin, end, new_begin, new_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if what == "equal":
            lines += [DiffLine(LineKind.SAME, line) for line in old[begin:end]]
            continue
        lines += [DiffLine(LineKind.REMOVED, line) for line in old[begin:end]]
        lines += [DiffLine(LineKind.ADDED, line) for line in new[new_begin:new_end]]
    return lines
