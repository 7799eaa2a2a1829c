"""Names and free text in a right-to-left script, isolated on every page, so that what is beside
them keeps its place.
"""

import re
import secrets

import html5lib
import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.web.problems import TARGETS
from tests.support import walking
from tests.support.browsing import HTMX, Visitor
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk

MARK = "مرحبا"
NAME, REASON, TICKET = f"ليلى {MARK}", f"سبب {MARK} 12", f"تذكرة-{MARK}"
EMAIL, STATUS = f"{MARK}.بريد@example.com", f"حالة {MARK}"
NOT_CHECKED = {"script", "textarea"}
IN_PLAIN = ("aria-label", "title", "alt", "placeholder", "data-announce")
ISOLATED = re.compile("\u2068[^\u2069]*\u2069")


def not_isolated(text: str) -> list[str]:
    """Return the texts with the mark that are in no `bdi` and no `dir="auto"` element.

    In attributes and titles they are between the characters that isolate.
    """
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    found: list[str] = []

    def look(element, inside: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, FBT001
        isolates = inside or element.tag == "bdi" or element.get("dir") == "auto"
        texts = (element.text or "", *((child.tail or "") for child in element))
        plain = [element.get(name, "") for name in IN_PLAIN]
        if element.tag == "title":
            plain, texts = [*plain, *texts], ()
        found.extend(f"{element.tag}: {said}" for said in plain if MARK in ISOLATED.sub("", said))
        if not isolates and element.tag not in NOT_CHECKED:
            found.extend(f"<{element.tag}> {said.strip()[:80]}" for said in texts if MARK in said)
        for child in element:
            look(child, isolates)

    look(tree, inside=False)
    return found


@pytest.fixture
def written(
    simulator: RunningSimulator, log_in: LogIn, staff: Staff, database: Database
) -> tuple[Visitor, list[str]]:
    """An admin, and users whose every writable text is in Arabic."""
    assert database
    first = simulator.users()[0]
    told = {"email": EMAIL, "countryCode": MARK, "preferredLanguage": MARK}
    ids = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(4)]
    for user_id, status in zip(ids, ("active", "pending", STATUS, "pending"), strict=True):
        simulator.add_user({**first, **told, "id": user_id, "status": status})
    admin = log_in(Role.ADMIN)
    admin.post("/account", {"name": NAME, "language": "", "theme": "", "time_zone": ""})
    staff.add(f"b@{'example.com'}", NAME, secrets.token_urlsafe(16), [Role.VIEWER])
    why = {**TOKEN, "reason": REASON, "ticket": TICKET}
    send(admin, f"/users/{ids[0]}/tokens", why, status=200)
    send(admin, f"/users/{ids[1]}/kyc", {**KYC, "email": "a@example.com"}, status=303)
    for method in ({"path": "/kyc"}, {"path": "/users"}):
        simulator.set_faults([{"method": "POST", "reset": "before", **method}])
        if method["path"] == "/kyc":
            send(admin, f"/users/{ids[3]}/kyc", {**KYC, "email": "a@example.com"}, status=303)
        else:
            send(admin, "/users", registration(), status=502)
    simulator.set_faults([])
    admin.post("/audit/export", {"reason": REASON, "format": "csv"}, status=200)
    return admin, ids


@pytest.mark.parametrize("about", range(4))
def test_text_that_someone_wrote_is_isolated_on_every_page(
    app: Flask,
    written: tuple[Visitor, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    about: int,
) -> None:
    admin, ids = written
    monkeypatch.setitem(walking.NAMED, "user_id", ids[about])
    seen, failed = 0, {}
    queries = (
        "/users?status=pending",
        f"/users?q={MARK}",
        f"/users?q={EMAIL}",
        "/kyc?lane=link_fresh",
        f"/kyc?owner={EMAIL}",
        f"/users?country={MARK}",
    )
    paths = [step.path for step in walk(app) if step.method not in UNSAFE]
    every = [*paths, *queries, *(f"/audit/{seq}" for seq in range(1, 20))]
    for path in every if about == 0 else [path for path in paths if ids[about] in path]:
        for headers in (
            {},
            *({**HTMX, "HX-Target": part} for part in TARGETS & {"next", "record"}),
        ):
            text = admin.http.get(path, headers=headers).text
            seen += text.count(MARK)
            if wrong := not_isolated(text):
                failed[path] = wrong
    assert seen > (100 if about == 0 else 10)
    assert failed == {}


def test_what_a_form_or_a_refusal_says_again_is_isolated_too(
    written: tuple[Visitor, list[str]], simulator: RunningSimulator
) -> None:
    admin, ids = written
    issued = send(admin, f"/users/{ids[0]}/tokens", {**TOKEN, "reason": REASON}, status=200)
    typed = admin.post(f"/users/{ids[0]}/tokens", {"reason": REASON, "intent": "x"}, status=400)
    admin.post("/settings/credentials/freeze", {"reason": REASON})
    frozen = admin.get("/users", status=503)
    assert simulator
    for page in (issued, typed, frozen):
        assert not_isolated(page.text) == []
    assert MARK in issued.text
    assert MARK in frozen.text


def test_what_is_not_isolated_is_found() -> None:
    page = f"<title>{MARK}</title><p>By {MARK} 5 min ago</p><bdi>{MARK}</bdi><p dir=auto>{MARK}"
    assert not_isolated(page) == [f"title: {MARK}", f"<p> By {MARK} 5 min ago"]


@pytest.mark.parametrize("path", ["/users", "/audit", "/kyc", "/audit/export", "/kyc/export"])
def test_a_part_of_the_address_that_no_page_knows_is_isolated_and_cut(
    log_in: LogIn, path: str
) -> None:
    """Anyone may write a link to one of our pages."""
    page = log_in(Role.ADMIN, Role.KYC).get(f"{path}?\u202e{MARK}{'x' * 1000}=1")
    assert MARK in page.text
    assert "\u202e" not in page.text
    assert "x" * 500 not in page.words
    assert not_isolated(page.text) == []
