"""Every ASSUMED point of the contract, in one place, so that a correction is one edit.

Where the list's items and counters are, what an error's body looks like and which status means
what; `list_filters.py` has what the list's parameters are called.
docs/partner-api.md names the rivals.
"""

from collections.abc import Iterator, Mapping

from dashboard.partner.errors import (
    Conflict,
    CredentialsRefused,
    Forbidden,
    NotFound,
    PartnerError,
    Rejected,
)
from dashboard.partner.json_shape import ProblemKind, ShapeError, ShapeProblem, other_shape
from dashboard.partner.list_filters import LIST_PARAMS
from dashboard.partner.readers import read_row
from dashboard.partner.responses import WHOLE_BODY, ListPaging, ListShape, UserPage
from dashboard.text import limits

REQUEST_ID_HEADER = "X-Request-Id"
COUNTER_MAX = 2**53  # the largest whole number every JSON reader agrees on (RFC 8259, 6)
ROWS_MAX = 10_000  # no body may be long enough for as many users; of `{}` it holds 300,000

_ITEMS = (("data", "users"), ("data", "items"), ("users",), ("items",), ("data",))
_COUNTER_PLACES = ("pagination", "meta")
_COUNTERS: Mapping[str, tuple[str, str]] = {
    "total": ("total", "totalItems"),
    "page": ("page", "currentPage"),
    "pages": ("pages", "totalPages"),
    "limit": ("limit", "itemsPerPage"),
}
_CURSOR = "nextCursor"
_LONG_CURSOR = ShapeProblem(ProblemKind.LONG_TEXT, str(limits.CURSOR), _CURSOR)
_MANY_ROWS = ShapeProblem(ProblemKind.OTHER_SHAPE, f"a list of more than {ROWS_MAX} rows")
_Places = Mapping[str, Mapping[str, object]]  # by their path, such as `data.pagination.`
_REFUSALS: Mapping[int, type[PartnerError]] = {
    401: CredentialsRefused,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
}


def list_params(overrides: Mapping[str, str]) -> dict[str, str]:
    """Return LIST_PARAMS with the overrides in place.

    Raises:
        ValueError: an override of an unknown parameter, or with an empty name.

    """
    for ours, theirs in overrides.items():
        if ours not in LIST_PARAMS or not theirs:
            raise ValueError(
                f"PARTNER_LIST_PARAMS: {ours}={theirs} - the names are {', '.join(LIST_PARAMS)}, "
                "each followed by what the Partner API calls it."
            )
    return {**LIST_PARAMS, **overrides}


def read_user_page(body: object) -> UserPage:
    """Read GET /users in any of the rival shapes.

    Raises:
        ShapeError: none of them, an unrecognised list is never an empty one; or too many rows.

    """
    path, items, places = _find_items(body)
    if len(items) > ROWS_MAX:
        raise ShapeError(_MANY_ROWS)
    cursors = (place.get(_CURSOR) for place in places.values())
    cursor = next((each for each in cursors if isinstance(each, str) and each), None)
    is_long = cursor is not None and len(cursor) > limits.CURSOR
    return UserPage(
        rows=tuple(read_row(raw, position) for position, raw in enumerate(items, start=1)),
        next_cursor=None if is_long else cursor,
        problems=(_LONG_CURSOR,) * is_long,
        shape=_shape(path, places),
        **{ours: _find_counter(places, theirs) for ours, theirs in _COUNTERS.items()},
    )


def refusal(status: int) -> type[PartnerError]:
    """Return the error class for a 4xx other than 429."""
    return _REFUSALS.get(status, Rejected)


def error_text(body: object) -> str:
    """Return the text of an error's body, in one line of at most 500 characters, or ''."""
    text = "; ".join(part for part in _texts(body) if part)[: limits.RAW]
    text = "".join(char if char.isprintable() else " " for char in text)
    return text[: limits.SHOWN].strip()


def _find_items(body: object) -> tuple[str, list[object], _Places]:
    """Return where the items are, the items, and where to look for counters, likeliest first."""
    if isinstance(body, list):
        return WHOLE_BODY, body, {}
    if not isinstance(body, dict) or body.get("success") is False:
        raise other_shape(body)
    for *above, name in _ITEMS:
        container: object = body
        for step in above:
            container = container.get(step) if isinstance(container, dict) else None
        items = container.get(name) if isinstance(container, dict) else None
        if isinstance(container, dict) and isinstance(items, list):
            places = dict(_places(above, container))
            return ".".join([*above, name]), items, {**places, **dict(_places([], body))}
    raise other_shape(body)


def _places(
    above: list[str], container: dict[str, object]
) -> Iterator[tuple[str, dict[str, object]]]:
    yield "".join(f"{step}." for step in above), container
    for name in _COUNTER_PLACES:
        if isinstance(place := container.get(name), dict):
            yield "".join(f"{step}." for step in [*above, name]), place


def _shape(items: str, places: _Places) -> ListShape:
    """Return where things were, using only their names."""
    counters = [
        path + name
        for names in _COUNTERS.values()
        for path, place in places.items()
        for name in names
        if _find_counter({path: place}, (name, name)) is not None
    ]
    if any(_CURSOR in place for place in places.values()):
        paging = ListPaging.CURSOR
    else:
        paging = ListPaging.PAGES if counters else ListPaging.NOT_TOLD
    return ListShape(items, counters[0] if counters else "", paging)


def _find_counter(places: _Places, names: tuple[str, str]) -> int | None:
    """Return the first whole number under one of the names; anything else is no counter."""
    found = (place.get(name) for place in places.values() for name in names)
    return next(
        (
            value
            for value in found
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= COUNTER_MAX
        ),
        None,
    )


def _texts(body: object) -> list[str]:
    """Return the texts of `message`, `error` or `errors`, whichever comes first and says one."""
    if not isinstance(body, dict):
        return []
    for name in ("message", "error", "errors"):
        value = body.get(name)
        parts = value if isinstance(value, list) else [value]
        if texts := [text for part in parts if (text := _text(part))]:
            return texts
    return []


def _text(part: object) -> str:
    if isinstance(part, dict):
        part = part.get("message")
    return part if isinstance(part, str) else ""
