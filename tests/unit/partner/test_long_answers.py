"""An answer as long as a body may be is read, or refused, in no time, whatever its parts are."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from dashboard.partner.assumptions import ROWS_MAX, error_text, read_user_page
from dashboard.partner.http.transport import BODY_MAX
from dashboard.partner.json_shape import ShapeError, parse_json
from dashboard.partner.raw.answer import RawAnswer, Shape
from dashboard.partner.raw.kinds import ValueKind
from dashboard.text import limits
from tests.support.clock import cpu_s

SLOWEST_S = 0.1
SHORTEST_USER = json.dumps(
    {
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "email": "a@b.co",
        "status": "pending",
        "createdAt": "2026-01-01T00:00:00Z",
    }
)
DOCUMENTED = Shape("", dict.fromkeys(("id", "type", "amount"), ValueKind.TEXT))


def as_long_as_may_be(part: str) -> list[object]:
    value = parse_json(f"[{','.join([part] * ((BODY_MAX - 2) // (len(part) + 1)))}]", "")
    assert isinstance(value, list)
    return value


def refused(body: object) -> str:
    with pytest.raises(ShapeError) as caught:
        read_user_page(body)
    return str(caught.value)


def raw(body: object) -> RawAnswer:
    return RawAnswer(
        verb="GET",
        path="/transactions",
        status=200,
        content_type="application/json",
        took_ms=1,
        at=datetime.now(UTC),
        server_at=None,
        request_id=None,
        retry_after_s=None,
        flaw="",
        credential="",
        json=body,
    )


@pytest.mark.parametrize("part", ["{}", "0", "[]", '""'])
def test_a_list_with_more_rows_than_users_fit_is_refused_and_none_of_them_is_read(
    part: str,
) -> None:
    body = {"data": {"users": as_long_as_may_be(part)}}
    assert cpu_s(partial(refused, body), SLOWEST_S) < SLOWEST_S
    assert refused(body) == f"a list of more than {ROWS_MAX} rows"


def test_all_the_users_that_fit_into_a_body_are_read() -> None:
    users = as_long_as_may_be(SHORTEST_USER)
    assert len(read_user_page(users).rows) == len(users)


def test_the_rows_of_another_list_are_compared_until_enough_is_found() -> None:
    answer = raw({"items": as_long_as_may_be("{}")})
    compare: Callable[[], object] = partial(answer.row_deviations, "items", DOCUMENTED)
    assert cpu_s(compare, SLOWEST_S) < SLOWEST_S
    assert answer.row_deviations("items", DOCUMENTED)[:2] == (
        "items[0].id: missing",
        "items[0].type: missing",
    )


@pytest.mark.parametrize("part", ["a", "\n", "\u202e", "\u0f73"])
def test_what_a_refusal_says_is_read_as_far_as_it_is_shown(part: str) -> None:
    body = {"message": part * BODY_MAX}
    assert cpu_s(partial(error_text, body), SLOWEST_S / 5) < SLOWEST_S / 5
    assert len(error_text(body)) <= limits.SHOWN
