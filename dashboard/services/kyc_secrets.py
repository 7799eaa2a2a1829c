"""Inquiry IDs and verification links, masked.

A link needs no log-in, and is a fixed address with the ID in it: anyone who has either can continue
that user's identity verification.
"""

import json
import re

from dashboard.partner.shape import ShapeError, parse_json

GONE = "…"
_PREFIX = "inq_"
_END = 4  # letters that tell one inquiry from another
_INQUIRY = re.compile(
    r"inq_\w+"
    r"|(?<=inquiry-id=)(?!inq_…)[^\s&\"'<>]+"
    r"|(?<=\"inquiry\": \")(?!inq_…)[^\"]+"  # as older entries of the audit log have it
)
_NAMED = ("inquiry", "verification")


def end_of(inquiry_id: str) -> str:
    """Return the last letters of an inquiry ID, none of a short one."""
    rest = inquiry_id.removeprefix(_PREFIX)
    return rest[-_END:] if len(rest) > 2 * _END else ""


def masked_inquiry(inquiry_id: str) -> str:
    """Return `inq_…abcd`."""
    return _PREFIX + GONE + end_of(inquiry_id)


def without_inquiries(text: str) -> str:
    """Return a text with the inquiry IDs in it masked, and so the links."""
    return _INQUIRY.sub(lambda found: masked_inquiry(found[0]), text)


def answer_without_inquiries(raw: str) -> str:
    """Return an answer of the API with inquiry IDs and links masked."""
    try:
        return json.dumps(_without("", parse_json(raw, "")), ensure_ascii=False)
    except ShapeError:
        return GONE


def _without(name: str, value: object) -> object:
    if isinstance(value, dict):
        return {without_inquiries(key): _without(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(name, each) for each in value]
    if not isinstance(value, str):
        return value
    is_known = any(word in name.lower() for word in _NAMED)
    return GONE if is_known else without_inquiries(value)
