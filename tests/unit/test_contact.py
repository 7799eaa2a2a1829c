"""Which emails and names are taken, and that a browser refuses nothing that we take."""

import re
import time

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from dashboard.forms.contact import Email, Phone, Required
from dashboard.forms.kyc import KycForm
from dashboard.forms.registrations import RegistrationForm

GOOD = (
    "ana@example.com",
    "ana.p+qa@sub.example.co",
    "o'hara@example.com",
    "ana@exämple.com",
    "josé@example.com",
    "ana@1and1.com",
    "a@b.co",
    "ana_b@my-host.example",
    f"{'x' * 64}@example.com",
)
BAD = (
    "'",
    "ana",
    "ana@example",
    "ana@-.-",
    "ana@-a.com",
    "ana@a-.com",
    "ana@example..com",
    "ana@example.com.",
    "ana@.example.com",
    "ana@example.c",
    "ana@127.0.0.1",
    "a b@example.com",
    "<img/src=x>@example.com",
    "ana@example.com,bob@example.co",
    "ana@bob@example.com",
    '"ana"@example.com',
    "ana@exa_.com",
    f"{'x' * 65}@example.com",
)
UNSEEN = ("\x00", "\x1b", "\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\x7f", "\t")


def registered(app: Flask, email: str) -> RegistrationForm:
    with app.test_request_context():
        form = RegistrationForm(MultiDict({"email": email}))
        form.must_confirm(None)
        form.validate()
    return form


@pytest.mark.parametrize("email", GOOD)
def test_an_email_that_can_be_one_is_taken(app: Flask, email: str) -> None:
    assert not registered(app, email).email.errors
    assert re.fullmatch(str(Email.field_flags["pattern"]), email)


@pytest.mark.parametrize("email", BAD)
def test_an_email_that_cannot_be_one_is_refused(app: Flask, email: str) -> None:
    assert [str(error) for error in registered(app, email).email.errors] == [
        "Enter an email address, such as name@example.com."
    ]


@pytest.mark.parametrize("char", UNSEEN)
@pytest.mark.parametrize("field", ["email", "first_name", "last_name"])
def test_what_cannot_be_seen_is_refused_inside_a_text(app: Flask, field: str, char: str) -> None:
    text = f"an{char}a@example.com"
    with app.test_request_context():
        form = KycForm(MultiDict({field: text}))
        form.must_confirm(None)
        form.validate()
        assert "invisible character" in str(form[field].errors[0])


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", " ", "\t", "\u200b \u200b", "\u00a0"])
def test_blanks_around_a_text_are_not_a_part_of_it(app: Flask, blank: str) -> None:
    form = registered(app, f"{blank}ana@example.com{blank}")
    assert form.email.data == "ana@example.com"
    assert not form.email.errors


def test_a_hostile_email_takes_no_time(app: Flask) -> None:
    began = time.process_time()
    for text in ("a@" + "a" * 250_000, "a@" + "a-" * 126, "a@" + "a." * 126 + "-"):
        assert registered(app, text).email.errors
    assert time.process_time() - began < 1


def test_the_page_is_told_what_each_validator_wants() -> None:
    form = RegistrationForm()
    assert form.email.flags.missing == "Enter an email address."
    assert form.email.flags.wrong == "Enter an email address, such as name@example.com."
    assert form.phone.flags.wrong == "Start with + and the country code."
    assert form.phone.flags.missing is None
    assert form.country_code.flags.missing == "Choose a country."
    assert Required("x").field_flags["missing"] == "x"
    assert re.fullmatch(str(Phone.field_flags["pattern"]), " +57 300 1234567")
