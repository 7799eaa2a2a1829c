"""Every function that reads text takes time proportional to it, whatever the text is.

The lengths of fields come first (`test_fields.py`); a caller that forgets one is no way in.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module

import pytest

from dashboard import text as package
from dashboard.services.masking.inquiries import without_inquiries
from dashboard.services.masking.personal import without_personal
from dashboard.text.phones import PhoneError
from tests.rules.test_fields import NASTY
from tests.support.clock import cpu_s
from tests.support.sampling import all_of

LENGTH, SLOWEST_S = 40_000, 0.3
Reader = Callable[[str], object]


def readers() -> Iterator[Reader]:
    """Return the public functions of `dashboard.text` that read one text."""
    for found in pkgutil.iter_modules(package.__path__):
        module = import_module(f"{package.__name__}.{found.name}")
        for name, value in vars(module).items():
            is_ours = inspect.isfunction(value) and value.__module__ == module.__name__
            if is_ours and not name.startswith("_") and takes_one_text(value):
                yield value


def takes_one_text(function: Reader) -> bool:
    parameters = inspect.signature(function).parameters.values()
    required = [each for each in parameters if each.default is each.empty]
    return [each.annotation for each in required] == [str] and required[0].name != "char"


READERS = [*readers(), without_personal, without_inquiries]


def test_there_are_functions_to_look_at() -> None:
    assert len(READERS) > 12


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@all_of("kind", NASTY)
def test_no_function_is_slower_than_its_text_is_long(read: Reader, kind: str) -> None:
    text = (NASTY[kind] * (LENGTH // len(NASTY[kind]) + 1))[:LENGTH]

    def act() -> None:
        with suppress(PhoneError):
            read(text)

    assert cpu_s(act, SLOWEST_S) < SLOWEST_S
