"""Inquiry IDs and verification links, masked.

A link needs no log-in, and is a fixed address with the ID in it: anyone who has either can continue
that user's identity verification.
"""

import json
import re

from dashboard.partner.json_shape import ShapeError, parse_json

GONE = "…"
_PREFIX = "inq_"
_END = 4  # letters that tell one inquiry from another
# An ID by its prefix; or whatever follows a name for it, also in JSON and in an encoded address.
_INQUIRY = re.compile(
    r"(?P<name>\"inquiry\": \""
    r"|inquiry[-_ ]?id[\\\"']{0,4}\s{0,3}(?:[=:]|%(?:25)*+3d)\s{0,3}[\\\"']{0,4})"
    r"(?!inq_…)[^\s&\"'<>\\]*[^\s&\"'<>\\,;.]"
    r"|inq_[\w%-]+",
    re.IGNORECASE,
)
# What an address carries behind `?`, `#` or `;`, encoded or not: a code or a token opens as much.
_WORD = re.compile(r"[^\s\"<>\\]+")
_QUERY = re.compile(r"[?#]|;(?=[\w-]{1,40}=)|%(?:25)*+(?:3f|23)", re.IGNORECASE)
_SHOWN = re.compile(rf"inq_{GONE}\w{{0,4}}")
_BEHIND = ",;.:!?)]}'”’"  # after a word, not part of it
_SECRET_MIN = 16  # letters of a query without names
_NAMED = ("inquiry", "verification")


def end_of(inquiry_id: str) -> str:
    """Return the last letters of an inquiry ID, none of a short one."""
    rest = inquiry_id.removeprefix(_PREFIX)
    return rest[-_END:] if len(rest) > 2 * _END else ""


def masked_inquiry(inquiry_id: str) -> str:
    """Return `inq_…abcd`."""
    return _PREFIX + GONE + end_of(inquiry_id)


def without_inquiries(text: str) -> str:
    """Return a text with the inquiry IDs in it masked, and what addresses carry, as links do."""
    text = _INQUIRY.sub(_masked, text)
    return _WORD.sub(_without_query, text) if _QUERY.search(text) else text


def answer_without_inquiries(raw: str) -> str:
    """Return an answer of the API with inquiry IDs and links masked."""
    try:
        return json.dumps(_without("", parse_json(raw, "")), ensure_ascii=False)
    except ShapeError:
        return GONE


def _masked(found: re.Match[str]) -> str:
    name = found["name"] or ""
    return name + masked_inquiry(found[0][len(name) :])


def _without_query(found: re.Match[str]) -> str:
    word = found[0].rstrip(_BEHIND)
    start = _QUERY.search(word)
    if start is None or not any(sign in word[: start.start()] for sign in "./%"):
        return found[0]
    query = word[start.end() :]
    if not query or ("=" not in query and "%" not in query and len(query) < _SECRET_MIN):
        return found[0]
    shown = "".join(_SHOWN.findall(query))
    return word[: start.end()] + GONE + shown + found[0][len(word) :]


def _without(name: str, value: object, *, is_inside: bool = False) -> object:
    """Return a value masked; `is_inside` one that is named for an inquiry or a verification."""
    is_known = is_inside or any(word in name.lower() for word in _NAMED)
    if isinstance(value, dict):
        return {
            without_inquiries(key): _without(key, each, is_inside=is_known)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_without(name, each, is_inside=is_known) for each in value]
    if is_known and value is not None and not isinstance(value, bool):
        return GONE
    return without_inquiries(value) if isinstance(value, str) else value
