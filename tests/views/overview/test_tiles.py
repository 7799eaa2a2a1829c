"""The tiles of the overview: each number is that of the list which the tile opens."""

import html
import re

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from tests.support.browsing import Page
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.user_list import shown
from tests.support.people import LogIn
from tests.views.desk.conftest import People, names, people

__all__ = ["people"]


def tiles(page: Page, card: str) -> dict[str, int]:
    """Return the numbers of a card's tiles, by where they lead."""
    text = page.text.split(f'id="{card}"')[1].split("</section>")[0]
    found = re.findall(r'href="([^"]+)"[\s\S]*?<strong>(\d+)</strong>', text)
    return {html.unescape(url): int(number) for url, number in found}


def test_users_by_status_are_those_of_our_copy(
    log_in: LogIn, database: Database, clock: TestClock
) -> None:
    fill(database, [someone(number) for number in range(1, 41)])
    with database.write() as connection:
        rows.mark_gone(connection, someone(1).user_id, clock())
    visitor = log_in(Role.SUPPORT)
    told = tiles(visitor.get("/"), "users")
    assert len(told) == 4
    assert sum(told.values()) > 30
    for url, number in told.items():
        assert len(shown(visitor.get(f"{url}&limit=100"))) == number, url


def test_what_is_mine_is_that_of_the_desk(log_in: LogIn, people: People) -> None:
    kyc = log_in(Role.KYC)
    mine = [people.started(name, 24 + 53) for name in ("ana", "bea")]
    mine.append(people.started("carla", 3))
    people.seen("dora", registered=60)
    people.seen("eva", registered=5)
    for user in mine:
        kyc.post(f"/users/{user}/owner", {"owner": "me"})
    told = tiles(kyc.get("/"), "mine")
    assert list(told.values()) == [2, 3, 1]
    for url, number in told.items():
        assert len(names(kyc.get(url))) == number, url
