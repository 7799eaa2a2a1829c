"""The next form to open, about a user that no other form is about."""

from dataclasses import dataclass
from random import Random

from tests.faults.support import ledger
from tests.support.pages.forms import KYC, TOKEN, registration

PATHS = {action: path for path, action in ledger.ACTIONS.items()}


@dataclass(frozen=True)
class Opening:
    """Where the form is, where it is sent, and what is typed into it.

    `about` is the email or the user, as the ledger has them.
    """

    action: str
    page: str
    path: str
    fields: dict[str, str]
    about: str


def draw(random: Random, waiting: list[str], active: list[str]) -> Opening:
    """Draw one; its user is taken out of the list."""
    action = random.choice(list(PATHS))
    if action == "kyc:start":
        user_id = waiting.pop()
        path = f"/users/{user_id}/kyc"
        return Opening(action, path, path, KYC, user_id)
    if action == "tokens:issue":
        user_id = active.pop()
        path = f"/users/{user_id}/tokens"
        return Opening(action, path, path, TOKEN, user_id)
    fields = registration()
    return Opening(action, "/users/new", "/users", fields, fields["email"])
