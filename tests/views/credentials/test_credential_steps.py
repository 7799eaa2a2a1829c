"""The five steps that replace the key pair: which is next, and its button inside."""

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, add, step


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def test_the_next_of_the_five_steps_is_marked_and_holds_its_button(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    def next_step() -> tuple[str, bool]:
        """Return the marked step, and whether it holds the button that makes it."""
        marked = admin.get(PAGE).text.split('aria-current="step"')[1].split("</li>")[0]
        name = marked.split('id="')[1].split("-title")[0]
        buttons = {"add": PAGE, "test": f"{PAGE}/1/prove", "use": f"{PAGE}/1/switch"}
        return name, f'action="{buttons.get(name)}"' in marked

    admin.get("/users")
    assert next_step() == ("add", True)
    _, pair = simulator.generate_keys()
    add(admin, pair)
    assert next_step() == ("test", True)
    step(admin, "prove", 1)
    assert next_step() == ("use", True)
    step(admin, "switch", 1)
    assert next_step() == ("backend", False)
