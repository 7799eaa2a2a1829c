"""The rows left out are a file. A colleague who corrects it gets each cell back as it was."""

import pytest

from tests.support.browsing import Visitor
from tests.support.pages.jobs import HEADER, PATH, JobWorker, check, fields_of, registered, start
from tests.support.servers.simulator_process import RunningSimulator


def test_the_rows_left_out_are_a_file_to_correct(onboarding: Visitor) -> None:
    rows = f"{HEADER}\na@example.com,CO,,es,personal\n=1+1,CO,,es,personal"
    fields = fields_of(check(onboarding, rows), rows) | {"do": "left_out"}
    answer = onboarding.http.post(PATH, data={**fields, "csrf_token": onboarding.csrf_token()})
    assert answer.mimetype == "text/csv"
    head, row, *rest = answer.text.lstrip("\ufeff").splitlines()
    assert head == "email,country,phone,language,type,problem"
    assert row.startswith("'=1+1,CO,")
    assert "Enter an email address" in row
    assert not rest


@pytest.mark.parametrize("email", ["+a@example.com", "-a@example.com", "=a@example.com"])
def test_an_email_of_that_file_is_read_again_as_it_was(
    onboarding: Visitor, worker: JobWorker, simulator: RunningSimulator, email: str
) -> None:
    rows = f"{HEADER}\n{email},XX,,es,personal"
    fields = fields_of(check(onboarding, rows), rows) | {"do": "left_out"}
    answer = onboarding.http.post(PATH, data={**fields, "csrf_token": onboarding.csrf_token()})
    assert f"'{email}" in answer.text
    start(onboarding, answer.text.replace("XX", "CO"))
    worker.work()
    assert registered(simulator) == [email]


def test_a_phone_of_that_file_is_read_again(onboarding: Visitor) -> None:
    rows = f"{HEADER}\na@example.com,XX,+573001112222,es,personal"
    fields = fields_of(check(onboarding, rows), rows) | {"do": "left_out"}
    answer = onboarding.http.post(PATH, data={**fields, "csrf_token": onboarding.csrf_token()})
    assert "'+573001112222" in answer.text
    corrected = answer.text.replace("XX", "CO")
    assert "1 ready" in check(onboarding, corrected).words
