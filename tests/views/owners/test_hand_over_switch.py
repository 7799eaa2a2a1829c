"""The switch for the email about hand-overs is there only where mail is set up."""

from tests.views.owners.conftest import Case


def test_without_mail_there_is_no_switch(case: Case) -> None:
    assert "hand_over_mail" not in case.diego.get("/account").text
