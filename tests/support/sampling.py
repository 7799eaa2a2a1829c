"""Matrices: a sample for each run, of which the rest is marked `weekly`, or all in one test."""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from inspect import Signature, signature
from typing import Any

import pytest
from _pytest.mark import ParameterSet

Test = Callable[..., None]


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


def few_of(number: int) -> int:
    """Return how many random examples a run tries: a fifth of those that the weekly one tries."""
    return number if os.environ.get("WEEKLY") else max(number // 5, 2)


def spread(cases: Iterable[Any]) -> list[ParameterSet]:
    """Return each case with a slice of what it goes through: its share in every run.

    All of them together go through all of it in every run; in the weekly one each does.
    """
    each = [case if isinstance(case, tuple) else (case,) for case in cases]
    shares = [_case(True, *case, slice(at, None, len(each))) for at, case in enumerate(each)]
    return shares + [_case(False, *case, slice(None)) for case in each]


def _case(taken: bool, *values: Any) -> ParameterSet:  # noqa: ANN401, FBT001  a test's own values
    return pytest.param(*values, marks=() if taken else pytest.mark.weekly)


def all_of(names: str, cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Give a test all its cases in one run, where a case takes less time than a test does.

    It is written as if for `parametrize`. The failure names each case that fails.
    """
    wanted = names.split(",")
    found = [_values(case, len(wanted)) for case in cases]

    def decorate(test: Test) -> Test:
        @wraps(test)
        def run(**given: Any) -> None:  # noqa: ANN401  its fixtures
            failed = []
            for values in found:
                case = dict(zip(wanted, values, strict=True))
                try:
                    test(**given, **case)
                except Exception as error:  # noqa: BLE001  told below
                    error.add_note(f"with {case}")
                    failed.append(error)
            if failed:
                raise ExceptionGroup(f"{len(failed)} of {len(found)} cases failed", failed)

        assert found
        taken = [it for it in signature(test).parameters.values() if it.name not in wanted]
        vars(run)["__signature__"] = Signature(taken)
        return run

    return decorate


def _values(case: Any, number: int) -> Sequence[Any]:  # noqa: ANN401  a test's own
    if isinstance(case, ParameterSet):
        assert not case.marks
        return case.values
    return case if number > 1 else (case,)
