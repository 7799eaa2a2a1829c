"""A token or a link that is pasted into a field that is not for it is refused, and not kept."""

from flask import Flask
from wtforms import BooleanField, Field, Form

from dashboard.forms.fields import OpaqueField, PastedSecretField, SecretField, TextField
from tests.rules.test_fields import FIELDS, filled
from tests.support.sampling import all_of

LONG = 1000  # words
TOKEN = f"{'eyJhbGciOiJub25lIn0'}.{'eyJzdWIiOiJhbmEifQ'}."
TOKENS = [
    TOKEN,
    f"{TOKEN[:-1]}.{'c2lnbmF0dXJl' * 3}",
    f"{TOKEN[:24]}\u200b{TOKEN[24:]}",
    TOKEN[:-1],
    f"{'eyJhbGciOiJSU0EifQ'}.a.b.c.d",
    f"qash_secret_live_{'4f' * 20}",
    f"qash_key_live_{'4f' * 10}",
    f"https://dashboard.example.com/link/{'Zx9_-kQ2' * 5}abc",
    f"Bearer {'Zx9_kQ2' * 5}",
]
INQUIRY = f"inq_{'Hq7TzVb3LdKx9PfN' * 2}"
LINKS = [
    f"https://inquiry.withpersona.com/verify?inquiry-id={INQUIRY}",
    f"https://verify.example.com/?next=%2Fverify%3Finquiry-id%3D{'4f' * 10}",
    INQUIRY,
    f"{INQUIRY[:12]}\u200b{INQUIRY[12:]}",
]


@all_of("form,name", FIELDS)
def test_a_token_is_refused_beside_its_field_and_neither_kept_nor_shown_again(
    app: Flask, form: type[Form], name: str
) -> None:
    texts = {f"Asked by Ana: {token} (today)": token for token in TOKENS}
    for text, token in {**texts, "long " * LONG + TOKEN: TOKEN}.items():
        with app.test_request_context():
            made = filled(form, {name: text})
            made.validate()
            field = made[name]
            if isinstance(field, BooleanField) or getattr(field, "takes_tokens", False):
                continue
            shown = str(field.data) + str(getattr(field, "_value", str)())
            assert token not in shown
            assert token.replace("\u200b", "") not in shown
            if not isinstance(field, OpaqueField):
                assert field.errors, token
            if isinstance(field, TextField) and len(text) < LONG and field.errors:
                assert str(field.data).startswith("Asked by Ana: ")


@all_of("form,name", FIELDS)
def test_a_verification_link_is_refused_beside_its_field_too(
    app: Flask, form: type[Form], name: str
) -> None:
    for link in LINKS:
        text = f"Sent to Ana: {link} (today)"
        with app.test_request_context():
            made = filled(form, {name: text})
            made.validate()
            field = made[name]
            if isinstance(field, BooleanField) or takes_links(field):
                continue
            shown = str(field.data) + str(getattr(field, "_value", str)())
            assert link not in shown
            assert link.replace("\u200b", "") not in shown
            if not isinstance(field, OpaqueField):
                assert field.errors, link
            if isinstance(field, TextField) and field.errors:
                assert str(field.data).startswith("Sent to Ana: ")


def test_fields_that_take_a_link_are_those_with_which_it_is_worked() -> None:
    takers = {
        (form.__name__, name)
        for form, name in FIELDS
        if takes_links(filled(form, {})[name])
        and not getattr(filled(form, {})[name], "takes_tokens", False)
    }
    assert takers == {
        ("ImportLinkForm", "inquiry_id"),
        ("ImportLinkForm", "url"),
        ("MailForm", "body"),
        ("MailForm", "link"),
        ("RegisterManyForm", "rows"),
        ("StartManyForm", "rows"),
        ("TableForm", "rows"),
    }


def takes_links(field: Field) -> bool:
    return any(getattr(field, name, False) for name in ("takes_tokens", "takes_links"))


def test_fields_that_take_a_token_are_those_that_never_show_it_again() -> None:
    takers = {
        (form.__name__, name)
        for form, name in FIELDS
        if getattr(filled(form, {})[name], "takes_tokens", False)
        and not isinstance(filled(form, {})[name], SecretField | PastedSecretField)
    }
    assert takers == {
        ("FindForm", "q"),
        ("FoundTokenForm", "found_token"),
        ("LookForm", "q"),
        ("PaletteForm", "q"),
        ("PrivyForm", "privy_token"),
    }
