"""Open next: the user who has waited longest, of the filters in the address."""

import re
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import Hire, LogIn
from tests.views.desk.conftest import People

pytestmark = pytest.mark.on_postgres


def test_open_next_leads_to_who_has_waited_longest(support: Visitor, people: People) -> None:
    people.started("fresh", 3)
    expired = people.started("expired", 60)
    new = people.seen("new", registered=9)
    for query, user in (("", expired), ("?lane=not_started", new), ("?sort=-waiting", expired)):
        opened = support.get(f"/kyc/next{query}", status=303)
        assert opened.headers["Location"] == f"/users/{user}", query


def give(visitor: Visitor, user: UUID, owner: str) -> None:
    seen = re.search(r'name="seen" value="([^"]*)"', visitor.get(f"/users/{user}/owner").text)
    assert seen
    sent = {"owner": owner, "seen": seen[1], "note": "Please call"}
    visitor.post(f"/users/{user}/owner", sent)


def test_open_next_leads_to_own_users_first_then_to_those_without_an_owner(
    log_in: LogIn, hire: Hire, people: People
) -> None:
    support, colleague = log_in(Role.SUPPORT), hire(Role.SUPPORT)[0]
    own, theirs, free = (people.started(name, 60 - at) for at, name in enumerate(("o", "t", "f")))
    asked = [support.get("/kyc/next", status=303).headers["Location"]]
    give(support, theirs, colleague)
    for owner in ("me", "none"):
        give(support, free, owner)
        asked.append(support.get("/kyc/next", status=303).headers["Location"])
    assert asked == [f"/users/{user}" for user in (own, free, own)]
    for user in (own, free):
        give(support, user, colleague)
    assert support.get("/kyc/next", status=303).headers["Location"] == "/kyc"
    assert "Everyone who is waiting here has another owner." in support.get("/kyc").words
    led = support.get(f"/kyc/next?owner={colleague}", status=303).headers["Location"]
    assert led == f"/users/{own}"


def test_the_button_keeps_the_filters(support: Visitor, people: People) -> None:
    people.seen("ana")
    page = support.get("/kyc?lane=not_started&country=CO&sort=-waiting")
    assert 'href="/kyc/next?lane=not_started&amp;country=CO&amp;sort=-waiting"' in page.text


def test_where_no_one_waits_the_desk_says_so(support: Visitor, people: People) -> None:
    assert support.get("/kyc/next", status=303).headers["Location"] == "/kyc"
    assert "No one is waiting." in support.get("/kyc").words
    assert "No one is waiting." not in support.get("/kyc").words
    people.seen("ana")
    lane = "lane=link_expired"
    assert support.get(f"/kyc/next?{lane}", status=303).headers["Location"] == f"/kyc?{lane}"
    assert "No one is waiting with these filters." in support.get(f"/kyc?{lane}").words


def test_what_is_no_filter_is_named_before_anyone_is_opened(
    support: Visitor, people: People
) -> None:
    people.seen("ana")
    led = support.get("/kyc/next?lane=x", status=303).headers["Location"]
    assert led == "/kyc?lane=x"


def test_who_sees_users_masked_finds_the_next_by_whole_values_only(
    log_in: LogIn, people: People
) -> None:
    viewer, user = log_in(Role.VIEWER), people.seen("ana")
    led = viewer.get("/kyc/next?q=ana@example.com", status=303).headers["Location"]
    assert led == f"/users/{user}"
    assert "/users/" not in viewer.get("/kyc/next?q=ana", status=303).headers["Location"]
