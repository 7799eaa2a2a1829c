"""The base of forms, and fields with a longest value, checked as sent: before anything reads it.

Every field of every form is one of these (`tests/rules/test_fields.py`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectMultipleField,
    StringField,
)
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import StopValidation

from dashboard.text import characters
from dashboard.text.secrets import without_links, without_tokens

PADDING_MAX = 100  # blanks that come along with a pasted text
WORD_MAX = 64  # a date, a number, one of several choices
DAY, MINUTE = "%Y-%m-%d", "%Y-%m-%dT%H:%M"
_NO_TOKENS = _l(
    "We removed a token, key or one-time link, because we never keep one. Check the rest."
)
_NO_LINKS = _l(
    "We removed a verification link or inquiry ID: only the user’s page has them. Check the rest."
)
YEARS = range(2000, 3000)  # a time at either end of the calendar cannot be put into every zone


class LocalizedForm(Form):
    """A plain form; WTForms has translations of its own for what it says itself."""

    class Meta(DefaultMeta):
        """Reads the page's language for each form."""

        @property
        def locales(self) -> list[str]:  # type: ignore[override]  # read each time, not fixed
            """Return the language of the page."""
            return [str(get_locale() or "en")]


class BoundedField(Field):
    """A field whose value, as it was sent, has at most `max_length` characters and some blanks.

    A kind of field may have a `max_length` and a `message` of its own, and `checks` that follow the
    validators of each. Tokens, keys and one-time links are taken out of text and refused, unless
    the field `takes_tokens`: they are neither kept nor shown again. So are verification links and
    inquiry IDs, unless it `takes_links`, too.
    """

    max_length = WORD_MAX
    takes_tokens = False
    takes_links = False
    message: Any = None  # of one that is too long, in the language of the page
    checks: ClassVar[Sequence[Any]] = ()

    def __init__(
        self,
        label: Any = None,  # noqa: ANN401  as WTForms
        validators: Any = (),  # noqa: ANN401  as WTForms
        *,
        max_length: int | None = None,
        too_long: Any = None,  # noqa: ANN401  text, or text in the language of the page
        takes_tokens: bool | None = None,
        takes_links: bool | None = None,
        **options: Any,  # noqa: ANN401  as WTForms
    ) -> None:
        super().__init__(label, [*validators, *self.checks], **options)
        self.max_length = most = max_length or self.max_length
        self.takes_tokens = self.takes_tokens if takes_tokens is None else takes_tokens
        self.takes_links = self.takes_links if takes_links is None else takes_links
        self.message = too_long or self.message or _l("Use at most %(max)s characters.", max=most)

    def process(self, formdata: Any, *given: Any, **options: Any) -> None:  # noqa: ANN401  as WTForms
        """Read the value, and take the secrets out of it."""
        super().process(formdata, *given, **options)
        if self.takes_tokens:
            return
        self._take_out(without_tokens, _NO_TOKENS)
        if not self.takes_links:
            self._take_out(without_links, _NO_LINKS)

    def _take_out(self, without: Callable[[str], str], why: str) -> None:
        if not self.raw_data:
            return
        sent = [self.data] if isinstance(self.data, str) else self.raw_data
        left = [without(value) for value in sent]
        if left != sent:
            self.raw_data = left
            self.refuse_secret(left[0], why)

    def refuse_secret(self, _left: str, why: str) -> None:
        """Refuse a value that had a secret; `_left` is the text without it."""
        self.data, self.process_errors = None, [why]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the value, unless it is too long."""
        if any(len(value) > self.max_length + PADDING_MAX for value in valuelist):
            self.take_long(valuelist)
        else:
            super().process_formdata(valuelist)

    def take_long(self, _valuelist: list[str]) -> None:
        """Refuse a value that is too long."""
        raise self.too_long()

    def too_long(self) -> ValueError:
        """Return the error beside the field."""
        return ValueError(self.message)


class TypedField(BoundedField):
    """A field that keeps what was typed and refused. No validator looks at that."""

    def take_long(self, valuelist: list[str]) -> None:
        """Keep what was typed."""
        self.data = valuelist[0]
        super().take_long(valuelist)

    def refuse_secret(self, left: str, why: str) -> None:
        """Keep what is left."""
        super().refuse_secret(left, why)
        self.data = left

    def pre_validate(self, form: BaseForm) -> None:
        """Stop at what could not be read."""
        if self.process_errors:
            raise StopValidation
        super().pre_validate(form)


class TextField(TypedField, StringField):
    """Text that a person types or pastes: trimmed and composed, without invisible characters.

    `data` is None for nothing. What is refused stays as it was typed, to be corrected.
    """

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text."""
        super().process_formdata(valuelist)
        if not valuelist:
            return
        text = characters.clean(valuelist[0])
        self.data = text or None
        if len(text) > self.max_length:
            raise self.too_long()
        if unseen := characters.find_invisible(text):
            raise ValueError(_l("Remove the invisible character %(name)s.", name=unseen))


class PastedField(TypedField, StringField):
    """Text of many lines that is pasted from elsewhere, read without what is not seen in it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the text; a text of invisible characters only is refused."""
        super().process_formdata(valuelist)
        typed = self.data or ""
        self.data = self.tidy(characters.without_invisible(typed))
        if len(self.data) > self.max_length:
            raise self.too_long()
        if typed.strip() and not self.data:
            raise ValueError(_l("Type or paste visible text."))

    def tidy(self, text: str) -> str:
        """Return visible text as it is kept."""
        return characters.clean(text)


class PastedSecretField(TextField, PasswordField):
    """A secret that is copied from elsewhere, with blanks around it or not; never shown again."""

    takes_tokens = True


class SecretField(TypedField, PasswordField):
    """A secret that a person knows, exactly as it was typed; never shown again."""

    takes_tokens = True


class OpaqueField(BoundedField, HiddenField):
    """A value that our own page sends along. One longer than any of ours is ignored."""

    def take_long(self, _valuelist: list[str]) -> None:
        """Ignore a text that is too long."""
        self.data = None

    def refuse_secret(self, _left: str, _why: str) -> None:
        """Ignore a text with a secret."""
        self.data = None


class DayField(BoundedField, DateField):
    """A date."""


class DayOrMinuteField(BoundedField):
    """A day, or a minute of it: `2026-11-27` or `2026-11-27T18:00`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the value: a `date`, or a `datetime` without a zone."""
        super().process_formdata(valuelist)
        given, self.data = self.data, None
        if not given:
            return
        try:
            minute = datetime.strptime(given, MINUTE) if "T" in given else None  # noqa: DTZ007  of a person
            self.data = minute or datetime.strptime(given, DAY).date()  # noqa: DTZ007  the same
        except ValueError:
            raise ValueError(self.gettext("Not a valid date value.")) from None


class MomentField(BoundedField, DateTimeLocalField):
    """A day and a time."""


class ChoicesField(BoundedField, SelectMultipleField):
    """Some of several choices."""


class NumberField(BoundedField, IntegerField):
    """A number."""
