"""`all_of`: one test with all its cases."""

import pytest

from tests.support.sampling import all_of


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
