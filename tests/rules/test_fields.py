"""Every field of every form: as long as it may be, whatever a person or a program puts into it."""

import importlib
import pkgutil
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form

from dashboard import forms
from dashboard.forms.exports import AuditExportForm
from dashboard.forms.fields import (
    BoundedField,
    DayField,
    DayOrMinuteField,
    MomentField,
    OpaqueField,
    PastedSecretField,
    TextField,
)
from dashboard.forms.jobs.send_many import AT, SendManyForm
from dashboard.forms.kyc import ImportLinkForm
from dashboard.forms.logs.audit import AuditForm
from dashboard.forms.retype_email import RetypedEmailForm
from dashboard.forms.story.texts import TextForm
from dashboard.forms.users import CountryField, FindForm
from dashboard.services.kyc_links import KycLinks
from dashboard.services.texts.situations import Situation
from dashboard.text import emails
from tests.support.clock import cpu_s
from tests.support.sampling import all_of, one_in

FLOOD, SLOWEST_S = 250_000, 0.05
LONGEST = 20_000
NO_EMAIL = {
    ("JobListForm", "by"),
    ("RequestsForm", "person"),
    ("RequestsForm", "q"),
    ("TicksForm", "user"),
}
"""Fields of a name that is an email elsewhere: a choice, or the number or ID of someone."""
TABLES = {"rows": 100_000, "users": 100_000}
"""Fields that take a table or a list of users."""
NUMBERS = {"RegisterManyForm", "RetryForm", "SendManyForm", "StartManyForm", "TableForm"}
"""Forms whose `confirm` is a number."""
NASTY = {
    "blanks": " " * FLOOD,
    "letters around blanks": "a" + " " * FLOOD + "a",
    "line ends": "\r\n" * (FLOOD // 2),
    "letters": "a" * FLOOD,
    "digits": "9" * FLOOD,
    "wide blanks": "\u3000" * FLOOD,
    "no-break blanks": "\u00a0\t" * (FLOOD // 2),
    "zero width": "\u200b" * FLOOD,
    "joiners": "\u200d\u0dca" * (FLOOD // 2),
    "overrides": "\u202e" * FLOOD,
    "marks": "a" + "\u0301" * FLOOD,
    "marks out of order": "a" + "\u0315\u0300" * (FLOOD // 2),
    "marks of two marks": "\u0f73" * FLOOD,
    "marks and half-width marks": "a" + "\u0301\uff9e" * (FLOOD // 2),
    "fillers": "\u3164\uffa0" * (FLOOD // 2),
    "ats": "@" * FLOOD,
    "dots": "a@" + "a." * (FLOOD // 2),
    "labels": "a@" + "xn--" * (FLOOD // 4),
    "hyphens": "+5-" * (FLOOD // 3),
    "ligatures": "\ufdfa" * FLOOD,
    "nothing": "\x00" * FLOOD,
}


def every_form() -> list[type[Form]]:
    found: set[type[Form]] = set()
    for module in pkgutil.walk_packages(forms.__path__, f"{forms.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Form) and value is not Form:
                found.add(value)
    return sorted(found, key=lambda form: form.__name__)


def filled(form: type[Form], values: dict[str, str], zone: str = "UTC") -> Form:
    given = MultiDict(values)
    if form is AuditExportForm:
        return AuditExportForm(given, plain=True)
    if form is ImportLinkForm:
        now = datetime.now(UTC)
        return ImportLinkForm(given, kyc_links=KycLinks(()), zone=ZoneInfo(zone), now=now)
    if form is SendManyForm:
        chosen = MultiDict({"since": AT, **values})
        return SendManyForm(chosen, zone=ZoneInfo(zone), now=datetime.now(UTC), most=1)
    made = form(given)
    if isinstance(made, TextForm):
        made.situation = next(iter(Situation))
    if isinstance(made, RetypedEmailForm):
        made.must_confirm("ana@example.com")
    return made


def every_field(form: type[Form]) -> Iterator[str]:
    for field in filled(form, {}):
        yield field.name


FIELDS = [(form, name) for form in every_form() for name in every_field(form)]
TYPED = [
    (form, name)
    for form, name in FIELDS
    if isinstance(filled(form, {})[name], TextField)
    and not isinstance(filled(form, {})[name], PastedSecretField)
]

TIMES = [
    (form, name)
    for form, name in FIELDS
    if isinstance(filled(form, {})[name], DayField | DayOrMinuteField | MomentField)
]


def test_there_are_forms_to_look_at() -> None:
    assert len(every_form()) > 70
    assert len(TYPED) > 100


@all_of("form,name", FIELDS)
def test_every_field_has_a_longest_value(form: type[Form], name: str) -> None:
    field = filled(form, {})[name]
    assert isinstance(field, BoundedField | BooleanField)
    assert not field.filters  # they would read what was refused
    if isinstance(field, BoundedField):
        assert 0 < field.max_length <= TABLES.get(name, LONGEST)


# Every third field with one flood, and every flood in some fields: another share has other pairs.
@pytest.mark.parametrize("share", one_in(3 * len(NASTY), range(3 * len(NASTY))))
@all_of("place,of", enumerate(FIELDS))
def test_a_flood_is_refused_beside_its_field_in_no_time(
    app: Flask, share: int, place: int, of: tuple[type[Form], str]
) -> None:
    form, name = of
    if (place + share) % 3:
        return
    text = [*NASTY.values()][(place + share) // 3 % len(NASTY)]
    fields: list[Field] = []

    def read() -> None:
        made = filled(form, {name: text})
        made.validate()
        fields.append(made[name])

    with app.test_request_context():
        assert cpu_s(read, SLOWEST_S) < SLOWEST_S
        field = fields[-1]
        if isinstance(field, OpaqueField):
            assert field.data is None
        elif not isinstance(field, BooleanField) and text.strip():
            assert field.errors
        if isinstance(field, TextField) and text.strip():
            assert field.data in {text, text.upper()}


@all_of("form,name", TYPED)
def test_text_is_trimmed_composed_and_visible_in_every_field(
    app: Flask, form: type[Form], name: str
) -> None:
    def read(text: str) -> Field:
        made = filled(form, {name: text})
        field: Field = made[name]
        return field

    with app.test_request_context():
        cased = str.upper if isinstance(filled(form, {})[name], CountryField) else str
        plain = cased("josé")
        for padding in (
            " ",
            "\u00a0",
            "\u200b",
            "\ufeff",
            "\u2060",
            "\u202a",
            "\n",
            "\u3000\u200e",
        ):
            assert read(f"{padding}{plain}{padding}").data == plain
        assert read(unicodedata.normalize("NFD", plain)).data == plain
        for unseen in ("\u200b", "\u202e", "\u00ad", "\x00", "\n", "\u3164", "\u200d", "\ufe0f"):
            assert f"U+{ord(unseen):04X}" in str(read(f"ab{unseen}cd").process_errors)
        for spelled in ("علی\u200cرضا", "ක්\u200dරි"):  # noqa: RUF001  Persian
            assert read(spelled).data == cased(spelled)
            assert not read(spelled).process_errors


@pytest.mark.parametrize("zone", ["America/Bogota", "Pacific/Kiritimati", "Asia/Tokyo"])
@all_of("form,name", TIMES)
def test_a_time_at_either_end_of_the_calendar_is_refused_in_every_zone(
    app: Flask, form: type[Form], name: str, zone: str
) -> None:
    for end in ("0001-01-01", "9999-12-31"):
        for time_of_day in ("", "T00:00", "T23:59"):
            with app.test_request_context():
                made = filled(form, {name: end + time_of_day}, zone)
                made.validate()
                assert made[name].errors, end + time_of_day
                if isinstance(made, AuditForm):
                    assert made.query(ZoneInfo(zone), partly=True)


def test_an_email_has_the_same_length_everywhere() -> None:
    lengths = {
        (form.__name__, name): getattr(filled(form, {})[name], "max_length", None)
        for form, name in FIELDS
        if name in {"email", "q", "confirm", "person", "by", "owner", "user"}
        and not issubclass(form, FindForm)  # it takes any text
        and not (name == "confirm" and form.__name__ in NUMBERS)
        and (form.__name__, name) not in NO_EMAIL
    }
    assert len(lengths) > 10
    assert set(lengths.values()) == {emails.MAX_LENGTH}
