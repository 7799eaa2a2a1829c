"""`all_of`: one test with all its cases; and the order of a run."""

import pytest

from tests.support.sampling import all_of
from tests.support.selection import longest_first

TESTS = "abcdefghijkl"
SECONDS = [0, 0, 0, 0, 0, 0, 0, 0, 20, 90, 30, 60]


def test_every_case_is_tried_and_each_that_fails_is_told() -> None:
    tried = []

    @all_of("way", ["up", "down"])
    @all_of("number,parity", [(1, "odd"), (2, "odd")])
    def look(number: int, parity: str, way: str) -> None:
        tried.append((number, way))
        assert parity == ("odd" if number % 2 else "even")

    with pytest.raises(ExceptionGroup, match="2 of 2 cases failed") as told:
        look()
    assert tried == [(1, "up"), (2, "up"), (1, "down"), (2, "down")]
    assert [error.__notes__ for error in told.value.exceptions] == [
        ["with {'way': 'up'}"],
        ["with {'way': 'down'}"],
    ]


@all_of("number", range(3))
def test_its_fixtures_are_given_to_each_case(number: int, tmp_path: object) -> None:
    assert tmp_path
    assert number < 3


def slices(processes: int) -> list[str]:
    """Return what each process begins with: pytest-xdist gives all of them as many."""
    order = "".join(longest_first(TESTS, SECONDS, processes))
    size = len(order) // processes
    return [order[at : at + size] for at in range(0, len(order), size)]


def test_each_process_begins_with_its_share_of_the_longest_tests() -> None:
    assert slices(1) == ["jlkiabcdefgh"]
    assert slices(2) == ["jkabcd", "liefgh"]
    assert slices(3) == ["jiab", "lcde", "kfgh"]


def test_each_test_is_in_the_order_once_however_many_are_long() -> None:
    for processes in range(1, 6):
        for seconds in (SECONDS, [0] * 12, [9] * 12, [9, *[0] * 11]):
            order = longest_first(TESTS, seconds, processes)
            assert sorted(order) == [*TESTS], (processes, seconds)


def test_where_none_is_long_the_order_stays() -> None:
    assert longest_first(TESTS, [0] * 12, 3) == [*TESTS]
