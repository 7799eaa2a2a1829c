"""What users have: the same accounts and transactions for the same user, or what a test sets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dashboard.simulator.state.people import timestamp

_BY_COUNTRY = {
    "AR": "ARS", "BR": "BRL", "CL": "CLP", "CO": "COP", "CR": "CRC", "DO": "DOP", "GT": "GTQ",
    "HN": "HNL", "MX": "MXN", "PE": "PEN", "PY": "PYG", "UY": "UYU",
}  # fmt: skip
_POINTS = "QPT"  # no currency of ISO 4217
_WHAT = ("Deposit, bank transfer", "Card payment", "Transfer", "Exchange")
_STATUSES = ("PENDING", "COMPLETED", "COMPLETED", "COMPLETED", "FAILED")
_MOST = 30


@dataclass(frozen=True)
class Holdings:
    """The rows of a user, each list as the API gives it."""

    accounts: list[dict[str, Any]] = field(default_factory=list)
    balances: list[dict[str, Any]] = field(default_factory=list)
    transactions: list[dict[str, Any]] = field(default_factory=list)


class Money:
    """Invents what users have."""

    def __init__(self) -> None:
        self._set: dict[str, Holdings] = {}

    def clear(self) -> None:
        """Forget what tests set."""
        self._set.clear()

    def put(self, user_id: str, holdings: Holdings) -> None:
        """Give a user these rows from now on."""
        self._set[user_id] = holdings

    def of(self, document: Mapping[str, object], now: datetime) -> Holdings:
        """Return the rows of the user with this document."""
        user_id = str(document["id"])
        return self._set.get(user_id) or _invent(user_id, document, now)


def _invent(user_id: str, document: Mapping[str, object], now: datetime) -> Holdings:
    random = Random(user_id)  # noqa: S311  repeatable is the point
    own = _BY_COUNTRY.get(str(document.get("countryCode")), "USD")
    assets = {"Main account": own, "Savings": "USD", "Points": _POINTS}
    accounts = [_account(random, name, asset) for name, asset in assets.items()]
    balances: list[dict[str, Any]] = [
        {
            **{name: account[name] for name in ("id", "description", "asset", "type")},
            "balance": account["credits"] - account["debits"],
        }
        for account in accounts
    ]
    at = datetime.fromisoformat(str(document.get("createdAt") or timestamp(now)))
    transactions: list[dict[str, Any]] = []
    for number in range(random.randrange(_MOST)):
        at += timedelta(hours=random.randrange(1, 72))
        if at <= now:
            transactions.insert(0, _transaction(random, number, own, at))
    return Holdings(accounts, balances, transactions)


def _account(random: Random, name: str, asset: str) -> dict[str, Any]:
    number = random.randrange(100, 10_000)
    return {
        "id": number,
        "description": name,
        "asset": asset,
        "type": "LIABILITY",
        "number": f"ACC-{number:06}",
        "credits": random.randrange(100_000, 1_000_000),
        "debits": random.randrange(100_000),
    }


def _transaction(random: Random, number: int, currency: str, at: datetime) -> dict[str, Any]:
    return {
        "id": 90_000 + number,
        "description": random.choice(_WHAT),
        "status": random.choice(_STATUSES),
        "amount": random.randrange(-50_000, 100_000),
        "currency": currency,
        "createdAt": timestamp(at),
    }
