"""An answer nested too deep is unusable: what reads answers is recursive."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from dashboard.partner.capture import without_secrets
from dashboard.partner.json_shape import DEPTH_MAX, ShapeError, describe, parse_json, written
from dashboard.services.masking.inquiries import answer_without_inquiries
from dashboard.services.masking.personal import masked_answer
from tests.support.clock import cpu_s

MANY, SHOWN, SLOWEST_S = 20_000, 4_000, 0.02
Read = Callable[[str], object]
READERS: list[Read] = [
    masked_answer,
    answer_without_inquiries,
    lambda text: without_secrets(parse_json(text, "")),
    lambda text: written(parse_json(text, ""), SHOWN),
    lambda text: describe(parse_json(text, "")),
]


def test_deep_json_is_written_as_far_as_it_is_shown_and_no_further() -> None:
    deep = DEPTH_MAX - 1
    value = parse_json("[" * deep + ",".join("1" * MANY) + "]" * deep, "")
    assert cpu_s(partial(written, value, SHOWN), SLOWEST_S) < SLOWEST_S
    assert written(value, SHOWN) == json.dumps(value, indent=2)[:SHOWN]


@pytest.mark.parametrize("depth", [DEPTH_MAX - 1, DEPTH_MAX + 1, 700, 990, 5_000])
@pytest.mark.parametrize("read", READERS, ids=range(len(READERS)))
def test_no_depth_stops_what_goes_through_an_answer(read: Read, depth: int) -> None:
    for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        refused = ""
        try:
            assert read(text)
        except ShapeError as error:
            refused = str(error)
        assert refused in ({""} if depth < DEPTH_MAX else {"", "JSON nested too deep"})
