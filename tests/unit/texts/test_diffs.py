"""What changed between two texts, in whole lines."""

import pytest

from dashboard.services.texts.diffs import DiffLine, LineKind, lines_of
from dashboard.services.texts.placeholders import Words
from tests.support.clock import cpu_s

SAME, ADDED, REMOVED = LineKind.SAME, LineKind.ADDED, LineKind.REMOVED


def test_a_changed_line_is_taken_out_and_put_in() -> None:
    before, after = Words("Hello", "one\ntwo\nthree"), Words("Hello", "one\n2\nthree\nfour")
    assert lines_of(before, after) == [
        DiffLine(SAME, "Hello"),
        DiffLine(SAME, "one"),
        DiffLine(REMOVED, "two"),
        DiffLine(ADDED, "2"),
        DiffLine(SAME, "three"),
        DiffLine(ADDED, "four"),
    ]


def test_many_unequal_lines_are_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("compared within a line, which takes seconds")

    monkeypatch.setattr("difflib.Differ.compare", refuse)
    old, new = ([f"{sign}{number}" for number in range(400)] for sign in "ab")
    found = lines_of(Words("Hello", "\n".join(old)), Words("Hello", "\n".join(new)))
    assert found == [
        DiffLine(SAME, "Hello"),
        *(DiffLine(REMOVED, line) for line in old),
        *(DiffLine(ADDED, line) for line in new),
    ]


def test_lines_that_repeat_in_another_order_take_no_time() -> None:
    old, new = (["ab"[place // size % 2] for place in range(990)] for size in (1, 2))
    texts = [Words("Hello", "\n".join(each)) for each in (old, new)]
    assert cpu_s(lambda: lines_of(*texts), 0.1) < 0.1
    assert [line.text for line in lines_of(*texts) if line.kind is not ADDED] == ["Hello", *old]
    assert [line.text for line in lines_of(*texts) if line.kind is not REMOVED] == ["Hello", *new]
