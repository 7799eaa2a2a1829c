"""Emails that are spelled so that no pattern of an email finds them."""

from dashboard.services.masking.personal import without_personal
from tests.support.sampling import all_of


@all_of(
    "email",
    [
        "ana.perez (a) bank.example",
        "ana.perez[a]bank dot example",
        "ana/at/bank/dot/example",
        "ana.perez\\at\\bank.example",
        "perezATbankDOTexample",
        "p e r e z @ b a n k . c o m",
        "p e r e z  @  b a n k . c o m",
    ],
)
@all_of("around", ["{}", "Write to {} today", "({})"])
def test_an_email_that_is_spelled_otherwise_is_masked(email: str, around: str) -> None:
    text = without_personal(around.format(email)).replace(" ", "")
    assert "perez" not in text
    assert "ank" not in text
