"""An answer nested too deep is unusable: what reads answers is recursive."""

import json
from collections.abc import Callable

import pytest

from dashboard.partner.capture import without_secrets
from dashboard.partner.json_shape import DEPTH_MAX, ShapeError, describe, parse_json
from dashboard.services.masking.inquiries import answer_without_inquiries
from dashboard.services.masking.personal import masked_answer

Read = Callable[[str], object]
READERS: list[Read] = [
    masked_answer,
    answer_without_inquiries,
    lambda text: without_secrets(parse_json(text, "")),
    lambda text: json.dumps(parse_json(text, ""), indent=2),
    lambda text: describe(parse_json(text, "")),
]


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
