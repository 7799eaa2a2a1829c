"""What changed from one text to another, line by line; the subject is the first line."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile

from dashboard.services.texts.placeholders import Words

LINES_MAX = 100  # that are compared one by one: the time may grow with the cube of their number


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
    """Return the lines of both texts, in order. Many changed lines are not compared one by one."""
    old, new = ([each.subject, *each.body.split("\n")] for each in (before, after))
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    was, now = old[start : len(old) - end], new[start : len(new) - end]
    return [
        *_told(LineKind.SAME, old[:start]),
        *_changed(was, now),
        *_told(LineKind.SAME, old[len(old) - end :]),
    ]


def _changed(old: Sequence[str], new: Sequence[str]) -> list[DiffLine]:
    changes = [("replace", 0, len(old), 0, len(new))]
    if max(len(old), len(new)) <= LINES_MAX:
        changes = [*SequenceMatcher(None, old, new, autojunk=False).get_opcodes()]
    lines: list[DiffLine] = []
    for what, begin, end, new_begin, new_end in changes:
        if what == "equal":
            lines += _told(LineKind.SAME, old[begin:end])
            continue
        lines += _told(LineKind.REMOVED, old[begin:end])
        lines += _told(LineKind.ADDED, new[new_begin:new_end])
    return lines


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines are the same at the start."""
    pairs = zip(old, new, strict=False)
    return len([*takewhile(lambda pair: pair[0] == pair[1], pairs)])


def _told(kind: LineKind, lines: Sequence[str]) -> list[DiffLine]:
    return [DiffLine(kind, line) for line in lines]
