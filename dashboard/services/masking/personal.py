"""Personal data, masked: still told apart by who knows it, of no use to who does not."""

import json
import re
from unicodedata import category

from dashboard.partner.json_shape import ShapeError, parse_json
from dashboard.services.masking.inquiries import without_inquiries

GONE = "…"
TOLD_BY_A_PHONE = 2  # its last digits
VALUE_MAX = 64  # letters of a value that says nothing about a person
SHOWS_BOTH_ENDS = 4  # letters that a word must have
# Fields of an answer that tell nothing about who somebody is, without case and underscores.
IMPERSONAL = frozenset(
    {
        "countrycode",
        "createdat",
        "id",
        "preferredlanguage",
        "status",
        "success",
        "timestamp",
        "updatedat",
        "userid",
        "usertype",
    }
)
_IN_WORD = r"[^\s<>()\[\]{},;:\"'“”]"
_WORD = re.compile(r"[^\s<>()\[\],;:\"'“”]+")
# An address with its signs in words: ana (at) example [dot] com.
_SPELLED_DOT = r"\s{0,3}[(\[{]\s{0,2}(?:dot|punto|\.)\s{0,2}[)\]}]\s{0,3}"
_DOT_IN_WORDS = re.compile(_SPELLED_DOT, re.IGNORECASE)
_SPELLED = re.compile(
    rf"(?<!{_IN_WORD})(?P<name>{_IN_WORD}++)\s{{0,3}}[(\[{{]\s{{0,2}}(?:at|arroba|@)\s{{0,2}}[)\]}}]\s{{0,3}}"
    rf"(?P<host>[\w-]{{1,63}}+(?:(?:{_SPELLED_DOT}|\.)[\w-]{{1,63}}+){{0,4}})",
    re.IGNORECASE,
)
# Signs for numbers, such as digits in a circle.
_AS_DIGIT = {code: "0" for code in range(0x80, 0x20000) if category(chr(code)) in {"No", "Nl"}}
_AT = ("@", "%40", "\uff20", "\ufe6b")  # as in an address, and as input methods write it
# What has many digits and is no number of a person.
_UUID = r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
_TIME = (
    r"\b(?:19|20)\d\d-[01]\d-[0-3]\d"
    r"(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-][01]\d:[0-5]\d)?)?\b"
)
_HEX = r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{16,64}(?![0-9A-Za-z])"  # a request, a mac
_ADDRESS = r"(?<=\"address\": \")[0-9a-fA-F:.]{3,45}(?=\")"  # in the details of the audit
# At least seven digits, of any script, in groups of whatever kind.
_NUMBER = re.compile(
    rf"(?P<kept>{_UUID}|{_TIME}|{_HEX}|{_ADDRESS})|[+\uff0b(]{{0,2}}\d(?:[\W_]{{0,3}}\d){{6,}}"
)
_NAME = re.compile(r"[A-Za-z_]{1,40}")


def masked(value: str) -> str:
    """Return `v…a@e…e.com` for an email, `…67` for a phone number and anything else."""
    name, at, domain = value.rpartition("@")
    if at:
        host, dot, top = domain.rpartition(".")
        return _ends(name) + at + (_ends(host) + dot + top if dot else _ends(domain))
    return GONE + (value[-TOLD_BY_A_PHONE:] if len(value) > 2 * TOLD_BY_A_PHONE else "")


def without_personal(text: str) -> str:
    """Return a text with the emails and phone numbers in it masked.

    Numbers in national and grouped form too: any seven digits or more with at most three other
    signs between two of them, unless they are a date or an ID of ours. When in doubt it masks.
    """
    if any(sign in text for sign in "([{"):
        text = _SPELLED.sub(_masked_spelled, text)
    return _without_numbers(_WORD.sub(_masked_word, text))


def _without_numbers(text: str) -> str:
    digits = text if text.isascii() else text.translate(_AS_DIGIT)
    shown, end = [], 0
    for found in _NUMBER.finditer(digits):
        if not found["kept"]:
            shown += [text[end : found.start()], masked(text[found.start() : found.end()])]
            end = found.end()
    return "".join([*shown, text[end:]])


def _masked_spelled(found: re.Match[str]) -> str:
    host = _DOT_IN_WORDS.sub(".", found["host"])
    return masked(f"{found['name']}@{host}")


def _masked_word(found: re.Match[str]) -> str:
    word = found[0]
    for sign in _AT:
        word = word.replace(sign, "@")
    return masked(word) if "@" in word and word.strip("@") else found[0]


def masked_answer(raw: str) -> str:
    """Return an answer of the API with every value masked that may tell who somebody is.

    What is not documented may hold anything, so it is not shown either.
    """
    try:
        return json.dumps(_masked_value("", parse_json(raw, "")), ensure_ascii=False)
    except ShapeError:
        return GONE


def _ends(word: str) -> str:
    return word[:1] + GONE + (word[-1] if len(word) >= SHOWS_BOTH_ENDS else "")


def _masked_value(name: str, value: object) -> object:
    if isinstance(value, dict):
        return {_masked_name(key): _masked_value(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked_value(name, each) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if name.replace("_", "").lower() in IMPERSONAL:
        shown = _masked_text(str(value))
        return value if shown == str(value) else shown
    is_known = "email" in name.lower() or "phone" in name.lower()
    return masked(str(value)) if is_known else GONE


def _masked_text(value: str) -> str:
    """Return a short value; a longer one is none of those that are documented."""
    return without_personal(without_inquiries(value)) if len(value) <= VALUE_MAX else GONE


def _masked_name(name: str) -> str:
    return name if _NAME.fullmatch(name) else GONE
