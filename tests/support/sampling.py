"""A sample of a matrix: the cases that each run takes; the rest is marked `weekly`."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def one_in(number: int, cases: Iterable[Any], at: int = 0) -> list[ParameterSet]:
    """Return the cases, of which every run takes one in `number`, from `at` on."""
    return [_case(place % number == at, each) for place, each in enumerate(cases)]


def pairs(longer: Sequence[Any], shorter: Sequence[Any], at: int = 0) -> list[ParameterSet]:
    """Return all the pairs, of which every run takes those that hold each value of both."""
    assert len(longer) >= len(shorter)
    return [
        _case((place + at) % len(shorter) == other, one, two)
        for place, one in enumerate(longer)
        for other, two in enumerate(shorter)
    ]


def _case(taken: bool, *values: Any) -> ParameterSet:  # noqa: ANN401, FBT001  a test's own values
    return pytest.param(*values, marks=() if taken else pytest.mark.weekly)
