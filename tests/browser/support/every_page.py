"""The pages that walks go through, and what is looked for on each."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.support.servers.simulator_process import RunningSimulator

DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATHS = [
    "/",
    "/kyc",
    "/kyc?lane=not_started",
    "/users/{pending}/kyc/link",
    "/users",
    "/users?status=banned&q=zzzz&sort=x",
    "/users/new",
    "/users/{pending}",
    "/users/{pending}/kyc",
    "/users/{suspended}",
    "/users/{active}/tokens",
    "/tokens",
    "/tokens/privy",
    "/audit",
    "/audit/1",
    "/audit/people/1",
    "/audit/export",
    "/kyc/export",
    "/users/export",
    "/views",
    "/views/new?status=pending",
    "/users/{active}/erase",
    "/account",
    "/staff",
    "/staff/new",
    "/link/none",
    "/settings",
    "/settings/credentials",
    "/settings/runbook",
    "/settings/texts/link_fresh?revision=0",
    "/settings/texts/link_fresh/restore?revision=0",
    "/settings/texts",
    "/settings/tags",
    "/settings/tags/1/confirm",
    "/settings/requests",
    "/kyc?owner=me",
    "/audit/proof",
    "/audit/people/1/opened",
    "/users/00000000-0000-0000-0000-000000000000",
    "/no-such-page",
    "/account/authenticator",
    "/account/factors",
    "/confirm",
    "/help",
    "/jobs",
    "/kyc/send-many",
    "/kyc/start-many",
    "/kyc?due=overdue&country=CO&by=me",
    "/kyc?lane=became_active",
    "/kyc?lane=closed",
    "/lab",
    "/lab/scenarios",
    "/overview/counts/active",
    "/settings/directory",
    "/staff/1",
    "/staff/1/confirm/disable",
    "/tokens/find",
    "/users/register-many",
    "/users/{active}/look",
    "/users/{active}?kind=status",
]


def user_of(simulator: RunningSimulator, status: str) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == status)


def findings(page: Page) -> list[str]:
    """Return what axe finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    response = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in response["violations"]
        for node in each["nodes"]
    ]
