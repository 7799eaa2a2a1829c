"""Read foreign JSON, and describe what came without repeating any of it."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

KEYS_SHOWN = 8
DEPTH_MAX = 100  # of nested lists and objects: the functions that walk them are recursive
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_UNTOLD = ("inq_", "qash_", "eyJ", "@")  # in inquiry IDs, keys, tokens and emails
_NESTED = "data"
_LINES = json.JSONEncoder(indent=2, ensure_ascii=False)
_SURROGATE = "\\ud"  # begins every escaped surrogate, paired (an emoji) or single


class ProblemKind(StrEnum):
    """Problems of a response; the values are English for a shell or a log."""

    ANOTHER_EMAIL = "another email than the one sent"
    ANOTHER_USER = "another user than the one asked for"
    CUT_OFF = "a body cut off"
    EMPTY = "empty"
    EMPTY_BODY = "an empty body"
    LONG_TEXT = "longer than {detail} characters"
    MISSING = "missing"
    NOT_AN_OBJECT = "{detail}, not an object"
    NOT_A_TIME = "not a time"
    NOT_A_UUID = "not a UUID"
    NOT_JSON = "not JSON ({detail})"
    NOT_UTF8 = "not UTF-8 ({detail})"
    NO_SUCCESS = "success is not true: {detail}"
    OTHER_SHAPE = "{detail}"
    OTHER_STATUS = "status {detail}"
    PACKED = "a body that cannot be unpacked"
    TOO_DEEP = "JSON nested too deep"
    TOO_LONG = "a body longer than {detail} bytes"


@dataclass(frozen=True)
class ShapeProblem:
    """A part of a response that is not as expected, perhaps one `field`.

    `detail` has names and JSON types, a content type or a status; never a value.
    """

    flaw: ProblemKind
    detail: str = ""
    field: str = ""

    def __str__(self) -> str:
        said = self.flaw.format(detail=self.detail)
        return f"{self.field}: {said}" if self.field else said


class ShapeError(Exception):
    """A body that is not of the documented shape."""

    def __init__(self, *found: ShapeProblem) -> None:
        super().__init__("; ".join(map(str, found)))
        self.found = found


def parse_json(text: str, content_type: str) -> object:
    """Parse a whole JSON text (RFC 8259, so no NaN).

    Raises:
        ShapeError: not JSON, too deep, or a number no machine can hold.

    """
    found = None
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
        if _SURROGATE in text.lower():
            value = json.loads(_whole_characters(json.dumps(value, ensure_ascii=False)))
        if _is_too_deep(value):
            found = ShapeProblem(ProblemKind.TOO_DEEP)
    except RecursionError:
        found = ShapeProblem(ProblemKind.TOO_DEEP)
    except ValueError:
        found = (
            ShapeProblem(ProblemKind.NOT_JSON, content_type)
            if text.strip()
            else ShapeProblem(ProblemKind.EMPTY_BODY)
        )
    if found:
        # Outside the handler: a JSONDecodeError holds the whole document, and would be kept.
        raise ShapeError(found)
    return value


def written(value: object, most: int) -> str:
    """Return the first characters of JSON that has one field a line.

    The whole may be a hundred times as long as what came: each line begins with a blank for each
    level, twice.
    """
    parts, length = list[str](), 0
    for part in _LINES.iterencode(value):
        parts.append(part)
        length += len(part)
        if length >= most:
            break
    return "".join(parts)[:most]


def json_type(value: object) -> str:
    """Name the JSON type of a parsed value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"


def other_shape(body: object) -> ShapeError:
    """Return the error for a parsed body that has none of the shapes that are known."""
    return ShapeError(ShapeProblem(ProblemKind.OTHER_SHAPE, describe(body)))


def describe(value: object) -> str:
    """Describe a parsed body: its type, its keys and their types, no values.

    A key that is no plain name may be an email or an inquiry ID, and is only counted.
    """
    if not isinstance(value, dict):
        return json_type(value)
    return f"object with {_keys(value, nested=True)}" if value else "empty object"


def may_be_told(text: str) -> bool:
    """Return whether a name or an ID of the API can be no secret and no person's."""
    return not text.startswith("+") and not any(each in text for each in _UNTOLD)


def is_plain_key(name: str) -> bool:
    """Return whether a field's name may be in a log."""
    return bool(_PLAIN_KEY.fullmatch(name)) and may_be_told(name)


def _keys(value: dict[str, object], *, nested: bool) -> str:
    plain = [key for key in value if is_plain_key(key)]
    parts = [_key(key, value[key], nested=nested) for key in plain[:KEYS_SHOWN]]
    if others := len(value) - len(parts):
        parts.append(f"{others} more")
    return ", ".join(parts)


def _key(key: str, value: object, *, nested: bool) -> str:
    if nested and key == _NESTED and isinstance(value, dict) and value:
        return f"{key}: object ({_keys(value, nested=False)})"
    return f"{key}: {json_type(value)}"


def _is_too_deep(value: object) -> bool:
    level, depth = [value], 0
    while level and depth < DEPTH_MAX:
        level, depth = [each for outer in level for each in _inside(outer)], depth + 1
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _whole_characters(text: str) -> str:
    """Replace lone surrogates: JSON can hold them, no page, database or log can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse_constant(_name: str) -> object:
    raise ValueError("not JSON")
