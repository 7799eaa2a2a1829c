"""The error tree's promises, without any network."""

import pytest

from dashboard.partner import errors
from dashboard.partner.errors import Malformed, PartnerError, RateLimited, Unavailable
from dashboard.partner.json_shape import ProblemKind, ShapeProblem

CALL = errors.Call(
    verb="GET",
    path="/users/{userId}",
    status=404,
    request_id="abc",
    outcome_unknown=False,
    reason="ana@example.com is unknown",
)

TREE = [kind for kind in PartnerError.__subclasses__() if kind is not Malformed]


@pytest.mark.parametrize("kind", TREE)
def test_an_error_tells_the_call_and_never_the_reason(kind: type[PartnerError]) -> None:
    error = kind(**CALL)
    assert str(error) == "GET /users/{userId}: 404 (request abc)"
    assert repr(error) == f"{kind.__name__}('GET /users/{{userId}}: 404 (request abc)')"
    assert error.reason == "ana@example.com is unknown"


def test_what_came_stays_out_of_the_text_of_a_malformed_answer() -> None:
    error = Malformed(found=(ShapeProblem(ProblemKind.OTHER_SHAPE, "object with x: text"),), **CALL)
    assert "object" not in str(error) + repr(error)


def test_an_error_without_an_answer_says_so() -> None:
    error = Unavailable(verb="POST", path="/kyc", outcome_unknown=True)
    assert str(error) == "POST /kyc: no answer"
    assert (error.retry_after_s, error.reason, error.request_id) == (None, "", None)


def test_the_docstring_shows_the_whole_tree() -> None:
    assert errors.__doc__ is not None
    assert all(kind.__name__ in errors.__doc__ for kind in (*TREE, Malformed))
    assert RateLimited in TREE
