"""Looks at users: the form, and the accounts of a user."""

from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import intent_of
from tests.support.servers.simulator_process import RunningSimulator

REASON = "A deposit is missing"
LOOK = {"reason": REASON, "ticket": "SUP-2"}
ACCOUNT = {"id": 1, "type": "LIABILITY", "number": "ACC-7", "credits": 175_000, "debits": 25_000}
PARTS = {
    "/api/v1/user/kyc/status": "KYC isn’t available",
    "/api/v1/user/accounts": "Accounts aren’t available",
    "/api/v1/user/balance": "Balances aren’t available",
    "/api/v1/user/transactions": "Transactions aren’t available",
}


def look(visitor: Visitor, path: str, *, status: int = 200, **fields: str) -> Page:
    intent = intent_of(visitor.get(path))
    return visitor.post(path, {**LOOK, **fields, "intent": intent}, status=status)


def money(simulator: RunningSimulator, user_id: str, *assets: str) -> None:
    """Give a user an account, a balance and a transaction in each of these currencies."""
    named = [{"description": f"In {asset}", "asset": asset} for asset in assets]
    simulator.set_money(
        user_id,
        accounts=[{**ACCOUNT, **each} for each in named],
        balances=[{"balance": 150_000, **each} for each in named],
        transactions=[
            {"id": 2, "description": "Card", "status": "COMPLETED", "amount": -8450}
            | {"currency": asset, "createdAt": "2026-06-11T12:32:04.000Z"}
            for asset in assets
        ],
    )
