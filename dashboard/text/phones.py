"""Phone numbers as people write them, to E.164.

Sources: E.164 (a country code, at most 15 digits, no extension); RFC 3966 (visual separators).
Digits of every script are digits, and typographic blanks and hyphens are blanks and hyphens:
phones and word processors write them. Letters are never digits, not even on a keypad.
"""

import unicodedata
from enum import Enum

import phonenumbers

MAX_LENGTH = 64
_DIGITS = frozenset("0123456789")
_SEPARATORS = frozenset(" .-()/")
_HYPHENS = frozenset("\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")
_WIDE_PLUS = "\uff0b"
_EXTENSIONS = ("ext", "x", ";", ",", "#", "anexo", "interno", "int.")

_CALLING_CODES = tuple(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


class PhoneProblem(Enum):
    """Why text isn't an E.164 number."""

    NO_COUNTRY_CODE = "no country code"
    CHARACTERS = "characters"  # other than digits and separators
    EXTENSION = "extension"
    LENGTH = "length"  # of no number in that country


_PROBLEMS = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: PhoneProblem.NO_COUNTRY_CODE,
    phonenumbers.NumberParseException.NOT_A_NUMBER: PhoneProblem.NO_COUNTRY_CODE,
}


class PhoneError(ValueError):
    """Text isn't a phone number."""

    def __init__(self, problem: PhoneProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def e164(text: str) -> str:
    """Return `+573001234567` for `+57 (300) 123-4567`.

    Raises:
        PhoneError: it is no possible number with its country code.

    """
    if len(text) > MAX_LENGTH:
        raise PhoneError(PhoneProblem.LENGTH)
    number_part = in_ascii(text).lstrip("( ")
    if not number_part.startswith("+"):
        raise PhoneError(PhoneProblem.NO_COUNTRY_CODE)
    try:
        number = phonenumbers.parse("+" + _digits(number_part[1:]))
    except phonenumbers.NumberParseException as error:
        raise PhoneError(_PROBLEMS.get(error.error_type, PhoneProblem.LENGTH)) from None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:  # nor may an area code be missing
        raise PhoneError(PhoneProblem.LENGTH)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def international(digits: str) -> tuple[str, ...]:
    """Return the digits of a number as they are, and after each calling code there is."""
    return (digits, *(code + digits for code in _CALLING_CODES))


def in_ascii(text: str) -> str:
    """Return a text with the digits, hyphens, pluses and blanks that ASCII has, at their places."""
    return text if text.isascii() else "".join(map(_ascii, text))


def _digits(text: str) -> str:
    found = []
    for position, char in enumerate(text):
        if char in _DIGITS:
            found.append(char)
        elif char not in _SEPARATORS:
            is_extension = len(found) > 1 and text[position:].lower().startswith(_EXTENSIONS)
            raise PhoneError(PhoneProblem.EXTENSION if is_extension else PhoneProblem.CHARACTERS)
    return "".join(found)


def _ascii(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char in _HYPHENS:
        return "-"
    if char == _WIDE_PLUS:
        return "+"
    return " " if unicodedata.category(char) == "Zs" else char
