"""A user who waits for KYC, whose pages follow them."""

import secrets
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.support.servers.simulator_process import RunningSimulator


def start_kyc(page: Page, address: str, simulator: RunningSimulator) -> str:
    """Start KYC of a new user, as a person does; return the user's id."""
    known = next(user for user in simulator.users() if user["status"] == "pending")
    email = f"{secrets.token_hex(4)}@example.com"
    user = simulator.add_user({**known, "id": str(uuid4()), "email": email})
    page.goto(f"{address}/users/{user}/kyc")
    page.get_by_label("First name").fill("Mateo")
    page.get_by_label("Last name").fill("Rojas")
    page.get_by_role("button", name="Start KYC").click()
    expect(page.locator("#follow")).to_have_count(1)
    return user
