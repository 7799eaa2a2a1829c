"""Whatever JSON comes: a value or a ShapeError, and never a value of it in the error."""

import json
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dashboard.partner.assumptions import error_text, read_user_page
from dashboard.partner.json_shape import ShapeError, describe, parse_json
from dashboard.partner.readers import (
    read_issued_token,
    read_kyc_started,
    read_registered,
    read_row,
    read_user,
)
from dashboard.partner.responses import BadRow
from tests.support.sampling import few_of
from tests.unit.partner.test_wire_users import USER

READERS: list[Callable[[object], object]] = [
    read_user_page,
    read_user,
    read_registered,
    read_kyc_started,
    read_issued_token,
]
KEYS = st.sampled_from(
    ["success", "data", "user", "users", "items", "pagination", "meta", "total", "page",
     "nextCursor", "accessToken", "inquiryId", "verificationUrl", "message", "error", "errors",
     *USER]
)  # fmt: skip
TEXT = st.one_of(
    st.text(st.characters(codec=None), max_size=12),  # lone surrogates too: JSON can hold them
    st.sampled_from(["2026-05-27T10:00:00.000Z", str(USER["id"]), "active"]),
    st.datetimes().map(str),
    st.uuids().map(str),
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXT, inner, max_size=6),
    max_leaves=25,
)
ROW = st.fixed_dictionaries({}, optional=dict.fromkeys(USER, LEAVES))
many = settings(max_examples=few_of(150))


def refusal_of(read: Callable[[object], object], body: object) -> ShapeError | None:
    try:
        read(body)
    except ShapeError as error:
        return error
    return None


@many
@given(body=ANY_JSON)
@example(body={"success": True, "data": {"user": {**USER, "email": "\ud800"}}})
@example(body={"success": True, "data": [{"createdAt": "0001-01-01T00:00:00+14:00"}]})
def test_any_json_is_read_or_refused_with_a_shape_error(body: object) -> None:
    for read in READERS:
        error = refusal_of(read, body)
        assert error is None or str(error).isprintable()
        # A ValidationError or a JSONDecodeError there would hold the values, or the document.
        assert error is None or error.__context__ is None
    assert describe(body).isascii()


@many
@given(row=ROW | LEAVES)
def test_any_row_is_a_user_or_a_bad_row_without_values(row: object) -> None:
    read = read_row(row, 1)
    if isinstance(read, BadRow):
        assert read.problems
        assert all(str(problem).isascii() for problem in read.problems)


@many
@given(body=ANY_JSON)
@example(body={"errors": [None, 1, {"message": ["x"]}]})
def test_any_error_body_gives_one_printable_line(body: object) -> None:
    text = error_text(body)
    assert text == "" or text.isprintable()
    assert len(text) <= 500
    text.encode()


@many
@given(text=st.text(max_size=40) | ANY_JSON.map(json.dumps))
@example(text="[" * 100_000)
@example(text="9" * 5000)
@example(text="NaN")
@example(text='{"a": -Infinity}')
def test_any_text_is_parsed_or_refused_with_a_shape_error(text: str) -> None:
    error = refusal_of(lambda body: parse_json(str(body), "application/json"), text)
    assert error is None or error.__context__ is None


@many
@given(body=ANY_JSON)
def test_what_was_parsed_can_be_written_to_a_page_or_a_database(body: object) -> None:
    parsed = parse_json(json.dumps(body), "application/json")
    json.dumps(parsed, ensure_ascii=False).encode()


def test_a_lone_surrogate_is_replaced_and_a_pair_is_a_character() -> None:
    text = r'["\ud83d\ude00", "\uD800", "a\\ud800"]'
    assert parse_json(text, "application/json") == ["\U0001f600", "\ufffd", "a\\ud800"]
