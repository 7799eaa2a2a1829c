"""What the user-level API says about one user, as typed values (docs/partner-api.md).

Texts are cut to their limits, a row that cannot be read is counted, and unknown fields are ignored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dashboard.partner.json_shape import other_shape
from dashboard.partner.readers import require_success
from dashboard.partner.responses import Instant
from dashboard.text import limits

ROWS_MAX = 100
AMOUNT_MAX = 10**18

T = TypeVar("T", bound=BaseModel)


def _text(limit: int) -> BeforeValidator:
    def read(value: object) -> str:
        return limits.cut(value, limit) if isinstance(value, str) else ""

    return BeforeValidator(read)


def _time(value: object) -> object:
    return value if isinstance(value, str) and value else None


Words = Annotated[str, _text(limits.DESCRIPTION)]
Code = Annotated[str, _text(limits.ASSET)]
Amount = Annotated[int, Field(strict=True, ge=-AMOUNT_MAX, le=AMOUNT_MAX)]


class _UserAnswer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class UserKyc(_UserAnswer):
    """The state of a user's identity verification. The inquiry is left out: a credential."""

    status: Code
    updated_at: Annotated[Instant | None, BeforeValidator(_time)] = Field(None, alias="updatedAt")


class MoneyAccount(_UserAnswer):
    """An account. Amounts are integers in the smallest unit of `asset`."""

    description: Words = ""
    number: Code = ""
    asset: Code
    credits: Amount = Field(repr=False)
    debits: Amount = Field(repr=False)

    @property
    def balance(self) -> int:
        """Credits minus debits."""
        return self.credits - self.debits


class MoneyBalance(_UserAnswer):
    """The balance of an account."""

    description: Words = ""
    asset: Code
    balance: Amount = Field(repr=False)


class MoneyMovement(_UserAnswer):
    """A transaction; `status` is COMPLETED, PENDING, FAILED or any other word."""

    description: Words = ""
    status: Code = ""
    amount: Amount = Field(repr=False)
    currency: Code
    created_at: Annotated[Instant | None, BeforeValidator(_time)] = Field(None, alias="createdAt")


@dataclass(frozen=True)
class MoneyRows(Generic[T]):
    """The first rows of a list, how many can't be read, and how many there are, if it says so."""

    rows: tuple[T, ...]
    unreadable: int
    total: int | None


def read_kyc(body: object) -> UserKyc:
    """Read GET /kyc/status: `{"success": true, "data": {…}}`."""
    data = require_success(body).get("data")
    found = _find(UserKyc, data)
    if found is None:
        raise other_shape(body)
    return found


def read_rows(row: type[T]) -> Callable[[object], MoneyRows[T]]:
    """Return the reader of a list of such rows: `{"items": […]}`; its total is here or there."""

    def read(body: object) -> MoneyRows[T]:
        items = body.get("items") if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(items, list):
            raise other_shape(body)
        found = [_find(row, item) for item in items[:ROWS_MAX]]
        rows = tuple(each for each in found if each is not None)
        return MoneyRows(rows, len(found) - len(rows), _total(body))

    return read


def _find(model: type[T], raw: object) -> T | None:
    try:
        return model.model_validate(raw) if isinstance(raw, dict) else None
    except ValidationError:
        return None


def _total(body: dict[str, Any]) -> int | None:
    meta = body.get("meta")
    total = meta.get("totalItems") if isinstance(meta, dict) else body.get("total")
    is_count = type(total) is int and 0 <= total <= AMOUNT_MAX
    return total if is_count else None
