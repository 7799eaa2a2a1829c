"""An answer as it came, to compare with the contract: a status, its headers, and parsed JSON.

What is said about it has names and types, and no values: a body holds tokens and personal data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Final

from dashboard.partner.http.messages import Request, Response
from dashboard.partner.json_shape import ShapeError, is_plain_key, json_type, parse_json
from dashboard.partner.raw.kinds import ValueKind, fits

NAMES_SHOWN = 12
DEVIATIONS_MAX = 1000  # of the rows of a list


class _Absent(Enum):
    ABSENT = "missing"


ABSENT: Final = _Absent.ABSENT
ROOT = ""


@dataclass(frozen=True)
class Shape:
    """An object of an answer: where it is, such as `data.user`, and the fields that it has.

    `optional` may be missing. Any other field that is missing, or that the contract does not
    have, is a deviation.
    """

    at: str
    fields: Mapping[str, ValueKind]
    optional: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RawAnswer:
    """What the API answered to one call, which was sent once.

    `path` is the template. `json` is None, and `flaw` says why, where the body is no JSON.
    """

    verb: str
    path: str
    status: int
    content_type: str
    took_ms: int
    at: datetime
    server_at: datetime | None
    request_id: str | None
    retry_after_s: float | None
    flaw: str
    credential: str
    json: object = field(repr=False)

    def find(self, path: str) -> object:
        """Return the value at a dotted path, ABSENT where there is none."""
        value = self.json
        for name in path.split(".") if path else ():
            if not isinstance(value, dict) or name not in value:
                return ABSENT
            value = value[name]
        return value

    def text(self, path: str) -> str:
        """Return the text at a dotted path, '' where there is none."""
        value = self.find(path)
        return value if isinstance(value, str) else ""

    def rows(self, path: str) -> int | None:
        """Return how many rows the list at a dotted path has, None where there is no list."""
        value = self.find(path)
        return len(value) if isinstance(value, list) else None

    def names(self, path: str) -> frozenset[str]:
        """Return the names of the fields of the object at a dotted path."""
        value = self.find(path)
        return frozenset(map(str, value)) if isinstance(value, dict) else frozenset()

    def deviations(self, shape: Shape) -> tuple[str, ...]:
        """Return how an object differs from the contract: `id: missing`, `age: not documented`."""
        found = self.find(shape.at)
        if not isinstance(found, dict):
            return (f"{shape.at or 'body'}: {self.flaw or _type_of(found)}",)
        return tuple(_deviations(found, shape))

    def row_deviations(self, path: str, shape: Shape) -> tuple[str, ...]:
        """Return the first of the rows of the list at a dotted path; `shape.at` is not used."""
        rows = self.find(path)
        if not isinstance(rows, list):
            return (f"{path}: {self.flaw or _type_of(rows)}",)
        named = (
            f"{path}[{number}].{each}"
            for number, row in enumerate(rows)
            for each in (_deviations(row, shape) if isinstance(row, dict) else (json_type(row),))
        )
        return tuple(islice(named, DEVIATIONS_MAX))


def read_answer(
    outgoing: Request, reply: Response, redacted: str | None, credential: str
) -> RawAnswer:
    """Return a reply as an answer; `redacted` is its text without our secrets, None if unreadable.

    A body that is no JSON is no error: that is what the answer is asked for.
    """
    body, flaw = None, ""
    try:
        body = parse_json(reply.text() if redacted is None else redacted, reply.content_type)
    except ShapeError as error:
        flaw = str(error)
    return RawAnswer(
        verb=outgoing.verb,
        path=outgoing.template,
        status=reply.status,
        content_type=reply.content_type,
        took_ms=reply.took_ms,
        at=reply.at,
        server_at=reply.server_at,
        request_id=reply.request_id,
        retry_after_s=reply.retry_after_s,
        flaw=flaw,
        credential=credential,
        json=body,
    )


def _deviations(found: Mapping[str, object], shape: Shape) -> Iterator[str]:
    for name, kind in shape.fields.items():
        if name not in found:
            if name not in shape.optional:
                yield f"{name}: missing"
        elif not fits(kind, found[name]):
            yield f"{name}: {json_type(found[name])}, not {kind}"
    extra = [name for name in found if name not in shape.fields]
    plain = [name for name in extra if is_plain_key(name)][:NAMES_SHOWN]
    yield from (f"{name}: not documented" for name in plain)
    if others := len(extra) - len(plain):
        yield f"{others} more: not documented"


def _type_of(value: object) -> str:
    return ABSENT.value if value is ABSENT else json_type(value)
