"""Masked personal data: recognisable to people who know it, useless to others."""

import json
import re
from unicodedata import category

from dashboard.partner.json_shape import ShapeError, parse_json
from dashboard.services.masking.inquiries import without_inquiries

GONE = "…"
TOLD_BY_A_PHONE = 2  # its last digits
VALUE_MAX = 64  # letters of a value that says nothing about a person
SHOWS_BOTH_ENDS = 4  # letters that a word must have
# Fields of an answer that don't identify a person, without case and underscores.
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
_IN_NAME = r"[^\s<>()\[\]{},;:\"'“”@\uff20\ufe6b]"
_IN_ADDRESS = r"[^\s<>()\[\],;:\"'“”]"
_ADDRESS_LIKE = re.compile(
    rf"(?<!{_IN_ADDRESS})(?:(?![@\uff20\ufe6b]|%40){_IN_ADDRESS})*+"
    rf"(?:[@\uff20\ufe6b]|%40){_IN_ADDRESS}*+"
)
# An address with its signs in words or apart: ana (at) a [dot] com, ana arroba a punto com.
_AT_SIGN = r"(?:at|arroba|@|%40|\uff20|\ufe6b)"
_SIGN_ALONE = r"(?:@|%40|\uff20|\ufe6b)"
_DOT = r"(?:dot|punto|\.)"
_SPELLED_DOT = (
    rf"(?:\s{{0,3}}[(\[{{<]\s{{0,2}}{_DOT}\s{{0,2}}[)\]}}>]\s{{0,3}}"
    rf"|\s{{1,3}}[-_*|/]{{1,2}}{_DOT}[-_*|/]{{1,2}}\s{{1,3}}"
    rf"|\s{{1,3}}(?:(?:dot|punto)\s{{1,3}}|\.\s{{0,3}}))"
)
_SIGN = r"(?:underscore|hyphen|dash|plus|gui[oó]n(?: bajo)?|m[aá]s)"
_JOINED = rf"(?:{_SPELLED_DOT}|\s{{1,3}}{_SIGN}\s{{1,3}})"
_LABEL = r"[\w-]{1,63}+"
_NEXT = rf"(?:{_SPELLED_DOT}|\.)"
# Without brackets it needs a dot and an ending of letters; "at the dot in the map" has an article.
_ARTICLE = r"(?:the|an?|this|that|these|those|el|la|los|las|una?)"
_FILE = (
    r"(?:csv|docx?|gif|gz|html?|jpe?g|js|json|log|md|od[st]|pdf|png|pptx?|svg|txt|xlsx?|xml|ya?ml)"
)
_SPELLED = re.compile(
    rf"(?<!{_IN_WORD})(?P<name>{_IN_NAME}++(?:{_JOINED}{_IN_NAME}++){{0,2}}+)"
    rf"(?:(?:\s{{0,3}}[(\[{{<]\s{{0,2}}{_AT_SIGN}\s{{0,2}}[)\]}}>]\s{{0,3}}"
    rf"|\s{{1,3}}[-_*|/]{{1,2}}{_AT_SIGN}[-_*|/]{{1,2}}\s{{1,3}})"
    rf"(?P<marked>{_LABEL}(?:{_NEXT}{_LABEL}){{0,4}})"
    rf"|(?:\s{{0,3}}[(\[]a[)\]]\s{{0,3}}|\s{{1,3}}(?:at|arroba)\s{{1,3}}|\s{{1,3}}{_SIGN_ALONE}\s{{0,3}}|{_SIGN_ALONE}\s{{1,3}})"
    rf"(?!{_ARTICLE}\s)"
    rf"(?P<bare>{_LABEL}(?:{_NEXT}{_LABEL}){{0,3}}{_NEXT}(?!{_FILE}\b)[^\W\d_]{{2,24}})(?![\w-]))",
    re.IGNORECASE,
)
# In one word: ana-at-example-dot-com.
_JOINT = r"[-_~+/|*\\\u2013\u2014]"
_WORD = re.compile(r"[\w.+%~/|*\\\u2013\u2014-]+")
_AT_JOINED = re.compile(rf"{_JOINT}(?:at|arroba){_JOINT}", re.IGNORECASE)
_STARTS_WITH_ARTICLE = re.compile(rf"{_ARTICLE}[-_.]", re.IGNORECASE)
_ENDING = re.compile(rf"(?!{_FILE}\b)[^\W\d_]{{2,24}}", re.IGNORECASE)
_DOT_JOINED = re.compile(rf"(?:{_JOINT}|\.)(?:dot|punto)(?:{_JOINT}|\.)", re.IGNORECASE)
_MAY_BE_SPELLED = re.compile(r"[@([{<\uff20\ufe6b]|%40|\b(?:at|arroba)\b", re.IGNORECASE)
_DOT_IN_WORDS = re.compile(_SPELLED_DOT, re.IGNORECASE)
# In capitals: anaATexampleDOTcom.
_SHOUTED = re.compile(
    r"(?<![^\W_])([^\W_]{1,64}?)(?<=[a-z0-9])AT([a-z0-9]{1,63})DOT([a-z]{2,24})\b"
)
# Letter by letter: a n a @ e x a m p l e . c o m.
_LETTER = r"[^\s@\uff20\ufe6b]"
_SPACED = re.compile(
    rf"(?<!\S){_LETTER}(?:\s{{1,3}}{_LETTER}){{0,63}}+\s{{1,3}}[@\uff20\ufe6b]"
    rf"(?:\s{{1,3}}{_LETTER}(?!\S)){{3,}}+"
)
# Characters for numbers, such as circled digits.
_AS_DIGIT = {code: "0" for code in range(0x80, 0x20000) if category(chr(code)) in {"No", "Nl"}}
_AT_ENCODED = re.compile(r"&#(?:0*+64|x0*+40);|&commat;|\\u0040|%(?:25)++40", re.IGNORECASE)
_AT = ("@", "%40", "\uff20", "\ufe6b")  # as in an address, and as input methods write it
# Long digit strings that are not a person's number.
_UUID = r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
_TIME = (
    r"\b(?:19|20)\d\d-[01]\d-[0-3]\d"
    r"(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-][01]\d:[0-5]\d)?)?\b"
)
_HEX = r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{16,64}(?![0-9A-Za-z])"  # a request, a mac
_ADDRESS = r"(?<=\"address\": \")[0-9a-fA-F:.]{3,45}(?=\")"  # in the details of the audit
_NOT_SEEN = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*+"
# At least seven digits, of any script, in groups of whatever kind.
_NUMBER = re.compile(
    rf"(?P<kept>{_UUID}|{_TIME}|{_HEX}|{_ADDRESS})|[+\uff0b(]{{0,2}}\d"
    rf"(?:(?:{_NOT_SEEN}[\W_]){{0,3}}+{_NOT_SEEN}\d){{6,}}"
)
_NAME = re.compile(r"[A-Za-z_]{1,40}")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}")


def masked(value: str) -> str:
    """Return a user's email or phone number masked: `v…a@example.com`, `…67`.

    A domain is kept, as it is shared by many. What is no domain is masked as in a text.
    """
    name, at, domain = value.rpartition("@")
    return _ends(name) + at + domain if _DOMAIN.fullmatch(domain) and at else _masked_part(value)


def _masked_part(value: str) -> str:
    """Return `v…a@e…e.com` for what stands for an email in a text, `…67` for anything else."""
    name, at, domain = value.rpartition("@")
    if at:
        host, dot, top = domain.rpartition(".")
        return _ends(name) + at + (_ends(host) + dot + top if dot else _ends(domain))
    return GONE + (value[-TOLD_BY_A_PHONE:] if len(value) > 2 * TOLD_BY_A_PHONE else "")


def without_personal(text: str) -> str:
    """Return a text with the emails and phone numbers in it masked.

    Numbers in national and grouped form too: any seven digits or more with at most three other
    characters between two of them, unless they are a date or an ID of ours. When in doubt it masks.
    """
    text = _AT_ENCODED.sub("@", text)
    if _MAY_BE_SPELLED.search(text):
        text = _SPELLED.sub(_masked_spelled, text)
    if _AT_JOINED.search(text):
        text = _WORD.sub(_masked_joined, text)
    text = _SPACED.sub(GONE, _SHOUTED.sub(_masked_shouted, text))
    return _without_numbers(_ADDRESS_LIKE.sub(_masked_word, text))


def _without_numbers(text: str) -> str:
    digits = text if text.isascii() else text.translate(_AS_DIGIT)
    shown, end = [], 0
    for found in _NUMBER.finditer(digits):
        if not found["kept"]:
            shown += [text[end : found.start()], _masked_part(text[found.start() : found.end()])]
            end = found.end()
    return "".join([*shown, text[end:]])


def _masked_spelled(found: re.Match[str]) -> str:
    host = _DOT_IN_WORDS.sub(".", found["marked"] or found["bare"])
    return _masked_part(f"{found['name']}@{host}")


def _masked_joined(found: re.Match[str]) -> str:
    word = found[0].rstrip(".-_")
    name, _, rest = _AT_JOINED.sub("@", word, count=1).partition("@")
    domain, _, ending = _DOT_JOINED.sub(".", rest).rpartition(".")
    if not (name and domain and _ENDING.match(ending)) or _STARTS_WITH_ARTICLE.match(domain + "."):
        return found[0]
    return _masked_part(f"{name}@{domain}.{ending}") + found[0][len(word) :]


def _masked_shouted(found: re.Match[str]) -> str:
    name, domain, ending = found.groups()
    return _masked_part(f"{name}@{domain}.{ending}")


def _masked_word(found: re.Match[str]) -> str:
    word = found[0]
    for sign in _AT:
        word = word.replace(sign, "@")
    return _masked_part(word) if word.strip("@") else found[0]


def masked_answer(raw: str) -> str:
    """Return an answer of the API with every value masked that may identify a person.

    Undocumented fields may hold anything, so they are not shown either.
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
