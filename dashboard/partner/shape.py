"""Reading JSON that somebody else wrote, and saying what came without repeating any of it."""

import json
import re

KEYS_SHOWN = 8
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_NESTED = "data"
_SURROGATE = "\\ud"  # begins every escaped surrogate, paired (an emoji) or alone


class ShapeError(Exception):
    """A body that is not of the documented shape. `found` says what came, without values."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def parse_json(text: str, content_type: str) -> object:
    """Parse a whole JSON text (RFC 8259, so no NaN).

    Raises:
        ShapeError: not JSON, too deep, or a number no machine can hold.

    """
    problem = ""
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
        if _SURROGATE in text.lower():
            value = json.loads(_whole_characters(json.dumps(value, ensure_ascii=False)))
    except RecursionError:
        problem = "JSON nested too deep"
    except ValueError:
        problem = "an empty body" if not text.strip() else f"not JSON ({content_type})"
    if problem:
        # Outside the handler: a JSONDecodeError holds the whole document, and would be kept.
        raise ShapeError(problem)
    return value


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


def describe(value: object) -> str:
    """Say what a parsed body looks like: its type, its keys and their types, no values.

    A key that is no plain name may be somebody's email, and is only counted.
    """
    if not isinstance(value, dict):
        return json_type(value)
    return f"object with {_keys(value, nested=True)}" if value else "empty object"


def _keys(value: dict[str, object], *, nested: bool) -> str:
    plain = [key for key in value if _PLAIN_KEY.fullmatch(key)]
    parts = [_key(key, value[key], nested=nested) for key in plain[:KEYS_SHOWN]]
    if others := len(value) - len(parts):
        parts.append(f"{others} more")
    return ", ".join(parts)


def _key(key: str, value: object, *, nested: bool) -> str:
    if nested and key == _NESTED and isinstance(value, dict) and value:
        return f"{key}: object ({_keys(value, nested=False)})"
    return f"{key}: {json_type(value)}"


def _whole_characters(text: str) -> str:
    """Replace lone surrogates: JSON can hold them, no page, database or log can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse_constant(_name: str) -> object:
    raise ValueError("not JSON")
