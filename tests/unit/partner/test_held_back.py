"""A call that was held back was not sent: a row or step waits, and has used up no try."""

import pytest

from dashboard.partner.errors import HELD_BACK, CredentialsRefused, Unavailable, UnavailableKind
from dashboard.services.jobs.kinds import Later
from dashboard.services.jobs.refusals import SHORTLY, refused
from dashboard.services.jobs.send_links import _not_asked
from dashboard.services.lab.ends import refused as step_refused


@pytest.mark.parametrize("kind", sorted(HELD_BACK))
def test_a_row_or_a_step_whose_call_was_held_back_has_used_up_no_try(kind: UnavailableKind) -> None:
    error = Unavailable(kind=kind, verb="POST", path="/users")
    assert refused(error) == Later(SHORTLY, is_used=True)
    assert step_refused(error, is_used=True).ends == Later(SHORTLY, is_used=True)
    assert _not_asked(error) == Later(SHORTLY)


def test_a_call_that_the_api_refused_or_did_not_answer_is_a_try() -> None:
    for error in (
        CredentialsRefused(verb="POST", path="/users"),
        Unavailable(kind=UnavailableKind.STATUS, verb="POST", path="/users"),
    ):
        assert refused(error) == Later(SHORTLY, is_used=True, is_try=True)
        assert _not_asked(error) == Later(SHORTLY, is_try=True)
