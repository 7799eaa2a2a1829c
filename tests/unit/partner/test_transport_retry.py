"""When a read is asked again, and what a Retry-After says."""

from datetime import UTC, datetime

import pytest

from dashboard.partner.errors import UnavailableKind
from dashboard.partner.http import retry
from dashboard.partner.http.messages import NoResponse, Response
from dashboard.partner.http.retry import pause_s, retry_after_s
from tests.support.sampling import all_of

NOW = datetime(2026, 5, 27, 10, tzinfo=UTC)


def reply(status: int, wait_s: float | None = None) -> Response:
    return Response(status, "application/json", None, wait_s, b"", None, NOW, 1)


@all_of("status", [200, 201, 302, 400, 401, 403, 404, 409, 422])
def test_a_definite_answer_is_not_asked_for_again(status: int) -> None:
    assert pause_s(reply(status), 0) is None


@pytest.mark.parametrize(
    "kind",
    [UnavailableKind.DEADLINE, UnavailableKind.TLS, UnavailableKind.UNRESOLVED,
     UnavailableKind.CONNECT_TIMEOUT],
)  # fmt: skip
def test_a_failure_that_will_not_pass_is_not_tried_again(kind: UnavailableKind) -> None:
    assert pause_s(NoResponse(kind, sent=False), 0) is None


@pytest.mark.parametrize("attempt", [0, 1])
def test_the_pause_is_full_jitter_below_a_doubling_ceiling(attempt: int) -> None:
    outcomes: list[Response | NoResponse] = [
        reply(429),
        reply(503),
        NoResponse(UnavailableKind.NETWORK, sent=True),
    ]
    pauses = [pause_s(outcome, attempt) for outcome in outcomes for _ in range(100)]
    found = [pause for pause in pauses if pause is not None]
    ceiling = retry.FIRST_PAUSE_S * 2**attempt
    assert len(found) == 300
    assert 0 <= min(found) < ceiling / 4
    assert ceiling * 3 / 4 < max(found) <= ceiling


def test_retry_after_is_the_least_pause() -> None:
    assert pause_s(reply(429, 3.0), 0) == 3.0
    assert pause_s(reply(503, 3.0), 1) == 3.0


@all_of(
    "header,expected",
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("999999999", 600.0),
        ("Wed, 27 May 2026 10:00:30 GMT", 30.0),
        ("Wed, 27 May 2026 09:00:00 GMT", 0.0),
        ("Wed, 27 May 2026 10:00:30", 30.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 600.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 5000, None),
        ("٣", None),
        ("Wed, 99 May 2026 10:00:30 GMT", None),
        ("Wed, 27 May 99999999999999999999 10:00:30 GMT", None),
        ("Wed, 27 May 2026 10:00:30 +9999999999", None),
        ("\x00", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_or_nothing(
    header: str | None, expected: float | None
) -> None:
    assert retry_after_s(header, NOW) == expected
