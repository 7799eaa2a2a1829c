"""The shapes of answers: lists and refusals, in whichever rival form is chosen."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, jsonify

from dashboard.simulator.state.users import Row
from dashboard.simulator.variants import NOT_A_CURSOR, WHOLE_BODY, Variants

_NAMES = {
    "total": ("total", "pages", "page", "limit"),
    "totalItems": ("totalItems", "totalPages", "currentPage", "itemsPerPage"),
}


class RefusalError(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class Counters:
    """A page's place in the list."""

    total: int
    page: int
    limit: int

    def named(self, names: str) -> dict[str, object]:
        """Return the counters under the names of one variant of the API."""
        pages = -(-self.total // self.limit)
        values = (self.total, pages, self.page, self.limit)
        return dict(zip(_NAMES[names], values, strict=True))


def refusal(status: int, text: str, rivals: Variants) -> Response:
    """Return an error as the chosen rival would have it."""
    if rivals.error_body == "html":
        page = f"<!doctype html><title>{status}</title><h1>{text}</h1>\n"
        return Response(page, status, mimetype="text/html")
    if rivals.error_body == "empty":
        return Response(b"", status)
    phrase = HTTPStatus(status).phrase if status in {*HTTPStatus} else "Error"
    bodies: dict[str, dict[str, object]] = {
        "success_error": {"success": False, "error": text},
        "nest": {"statusCode": status, "message": text, "error": phrase},
        "nest_list": {"statusCode": status, "message": [text], "error": phrase},
        "message": {"message": text},
        "errors": {"errors": [text]},
    }
    answer = jsonify(bodies[rivals.error_body])
    answer.status_code = status
    return answer


def listing(rows: Sequence[Row], place: dict[str, object], rivals: Variants) -> Response:
    """Return a page of users; `place` is its counters or its cursor."""
    items = [row.document for row in rows]
    if rivals.list_items == WHOLE_BODY and rivals.list_unknown == "no":
        return jsonify(items)
    holder = "data.records" if rivals.list_unknown == "yes" else rivals.list_items
    answer: dict[str, object] = {"success": True}
    beside = answer
    *outer, name = holder.split(".")
    if outer:
        beside = answer[outer[0]] = {}
    beside[name] = items
    if rivals.list_counters in {"pagination", "meta"}:
        beside[rivals.list_counters] = place
    elif rivals.list_counters == "top":
        answer.update(place)
    elif rivals.list_counters == "beside" or "nextCursor" in place:
        beside.update(place)
    return jsonify(answer)


def write_cursor(row: Row) -> str:
    """Return where the page after this row starts, as a word no client can read."""
    return base64.urlsafe_b64encode(json.dumps([row.created, row.seq]).encode()).decode()


def read_cursor(cursor: str) -> tuple[str, int]:
    """Return the place of the row a cursor was made from. Raises RefusalError 400."""
    try:
        created, seq = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError):
        raise RefusalError(400, NOT_A_CURSOR) from None
    # SQLite takes 64 bits and no half of a surrogate pair; `True` would count as an int.
    if type(seq) is int and 0 <= seq < 2**63 and isinstance(created, str) and created.isascii():
        return created, seq
    raise RefusalError(400, NOT_A_CURSOR)
