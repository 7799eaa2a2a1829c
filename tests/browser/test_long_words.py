"""Text without a place to break, on every page and at every width: nothing is out of reach."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from dashboard.app import create_app
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.actions import Action
from dashboard.services.permissions import Role
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Transaction
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import staff as staff_table
from dashboard.store.staff import members as staff
from dashboard.wiring import now
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.stage import run
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import NAMED, UNSAFE, walk

WIDTHS = (320, 390, 1280, 1920)
NAME, REASON, TICKET = "N" * 100, "r" * 300, "T" * 60
LISTS = ("/users?status=pending", "/kyc", "/kyc?lane=became_active", "/audit")
IDS = [UUID(int=0xABCDEF00 + number) for number in range(4)]
STATUSES = ("active", "pending", "x" * 300, "pending")
# What reaches past the edge of the page, of its card, or of the region that scrolls it.
LOOK = r"""
async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  const wrong = [];
  const say = (what, element) => wrong.push(`${what}: ${element.tagName} ${element.className} ` +
    `${element.textContent.trim().slice(0, 30)}`);
  const edge = (element) => element.getBoundingClientRect();
  if (document.documentElement.scrollWidth > innerWidth) say('the page scrolls', document.body);
  for (const region of document.querySelectorAll('.scroll')) {
    const named = region.getAttribute('role') === 'region' && region.getAttribute('aria-label');
    if (!named) say('a region without a name', region);
    if (region.scrollWidth > region.clientWidth && region.tabIndex !== 0)
      say('not reached by keyboard', region);
  }
  for (const element of document.querySelectorAll('main *, .side *')) {
    if (!element.checkVisibility() || element.closest('.sr, svg, .copy code, option')) continue;
    const region = element.closest('.scroll, .code, .chips');
    const box = edge(element);
    if (!box.width) continue;
    if (region && region !== element) {
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(region).overflowX);
      const room = scrolls ? region.scrollWidth : region.clientWidth;
      if (box.right - edge(region).left + region.scrollLeft > room + 1) say('cut off', element);
    } else {
      const around = element.parentElement.closest('.card, main, .side');
      if (around && box.right > edge(around).right + 1) say('past its card', element);
    }
    if (/^(TD|TH|DD)$/.test(element.tagName) && element.scrollWidth > element.clientWidth + 1 &&
        !element.querySelector('.sr')) say('past its cell', element);
  }
  for (const name of document.querySelectorAll('tbody th code, table time'))
    if (name.textContent.length < 20 && name.getClientRects().length > 1) say('broken', name);
  for (const row of document.querySelectorAll('tbody tr')) {
    const seen = row.innerText.replace(/\s+/g, ' ');
    for (const cell of row.querySelectorAll('td.opt')) {
      const lines = cell.textContent.replace(/\s+/g, ' ').trim();
      const time = cell.querySelector('time')?.dateTime;
      const pieces = [];
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      while (texts.nextNode())
        pieces.push(texts.currentNode.textContent.replace(/\s+/g, ' ').trim());
      const told = pieces.every((piece) => seen.includes(piece)) ||
        [...row.querySelectorAll('.sub time')].some((other) => other.dateTime === time);
      if (!cell.checkVisibility() && lines.length > 1 && !told) say('not on a phone', cell);
    }
  }
  return wrong;
}
"""
# A button's label on two lines, but for a name in it, and buttons of a cell below each other.
BUTTONS = r"""
() => {
  const wrong = [];
  for (const button of document.querySelectorAll('main .btn, main button')) {
    if (!button.checkVisibility()) continue;
    const lines = [];
    const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      if (texts.currentNode.parentElement.closest('bdi, .sr')) continue;
      const words = document.createRange();
      words.selectNodeContents(texts.currentNode);
      lines.push(...[...words.getClientRects()].filter((box) => box.width > 1));
    }
    if (lines.some((line) => line.top >= lines[0].bottom)) wrong.push(`wraps: ${button.innerText}`);
    const first = innerWidth >= 1280 && button.closest('td')?.querySelector('.btn, button');
    if (first && button.getBoundingClientRect().top >= first.getBoundingClientRect().bottom)
      wrong.push(`below another: ${button.innerText}`);
  }
  return wrong;
}
"""


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard of its own: what is written here stays in its database."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("long")) as server:
        yield server


@pytest.fixture
def page(
    new_context: NewContext, add_person: AddPerson, server: Server, simulator: RunningSimulator
) -> Page:
    first = simulator.users()[0]
    for number, (user_id, status) in enumerate(zip(IDS, STATUSES, strict=True)):
        email = f"{number}{'a' * 63}@{'b' * 60}.{'c' * 60}.{'d' * 59}.example"
        long = {"countryCode": "C" * 16, "preferredLanguage": "l" * 35, "phone": "+" + "1" * 39}
        simulator.add_user({**first, **long, "id": str(user_id), "status": status, "email": email})
    admin = add_person(Role.ADMIN)
    with server.database.write() as connection:
        who = next(each for each in staff.every(connection) if each.email == admin[0])
        connection.execute(update(staff_table).values(name=NAME))
        remember(server, connection, who.id)
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    come_in(page, admin, "/users")
    page.goto(f"/users/{IDS[0]}/tokens")
    page.get_by_label("Reason").fill(REASON)
    page.get_by_label("Ticket").fill(TICKET)
    page.get_by_role("button", name="Issue token").click()
    page.get_by_role("heading", name="Token issued for").wait_for()
    look_at(page, "the page of a token")
    return page


def remember(server: Server, connection: Transaction, staff_id: int) -> None:
    """Keep KYC starts of every lane, an open registration, and entries with long reasons."""
    chain = Chain(server.config.keyring.keys(KeyPurpose.CHAIN), server.config.environment)
    url = "https://inquiry.withpersona.com/verify?inquiry-id=inq_" + "Q" * 90
    lanes = ((1, InquiryState.HELD, 2), (3, InquiryState.HELD, 30), (2, InquiryState.ELSEWHERE, 3))
    for number, state, hours in lanes:
        held = state is InquiryState.HELD
        row = Inquiry(
            IDS[number],
            state,
            now() - timedelta(hours=hours),
            inquiry_id=f"inq_{number}{'Q' * 90}" if held else None,
            verification_url=url.replace("inq_", f"inq_{number}") if held else None,
        )
        inquiries.add(connection, row, staff_id)
    entry = NewEntry(
        now(),
        Action.AUDIT_EXPORT,
        Outcome.SUCCEEDED,
        staff_id=staff_id,
        reason=REASON,
        details={"filter_" + "f" * 60: "v" * 200},
    )
    audit.append(connection, chain, entry)


def look_at(page: Page, what: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(LOOK) == [], f"{what} at {width} px"


@pytest.mark.parametrize("share", [2, pytest.param(1, marks=pytest.mark.weekly)])
def test_nothing_is_out_of_reach_on_any_page_at_any_width(
    page: Page, server: Server, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    """Each page has one in so many of the widths, the next one the next."""
    steps = []
    for user_id in IDS:
        monkeypatch.setitem(NAMED, "user_id", str(user_id))
        steps += [
            step for step in walk(create_app(server.config, now)) if step.method not in UNSAFE
        ]
    paths = dict.fromkeys([*(step.path for step in steps), *LISTS])
    wrong = {}
    for place, path in enumerate(paths):
        answer = page.goto(path)
        if not answer or "text/html" not in answer.headers.get("content-type", ""):
            continue
        for width in WIDTHS[place % share :: share]:
            page.set_viewport_size({"width": width, "height": 900})
            if found := page.evaluate(LOOK) + page.evaluate(BUTTONS):
                wrong[f"{path} at {width}"] = found[:6]
    assert wrong == {}


def test_what_reaches_past_its_place_is_found(page: Page) -> None:
    page.goto("/users")
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate("document.querySelector('.scroll').style.overflow = 'hidden'")
    page.evaluate("document.querySelector('.scroll td').style.minWidth = '900px'")
    assert any("cut off" in found for found in page.evaluate(LOOK))


def test_no_button_of_a_table_wraps_in_spanish(page: Page, new_context: NewContext) -> None:
    spanish = new_context(
        viewport={"width": 1280, "height": 900},
        locale="es-CO",
        storage_state=page.context.storage_state(),
    ).new_page()
    for path in LISTS:
        spanish.goto(path)
        assert spanish.evaluate(BUTTONS) == [], path
    assert spanish.locator("html").get_attribute("lang") == "es"


def test_a_button_that_wraps_is_found(page: Page) -> None:
    page.goto("/kyc")
    page.set_viewport_size({"width": 1280, "height": 900})
    style = "for (const each of document.querySelectorAll('td .btn')) each.style.cssText = "
    page.evaluate(f"{style} 'white-space: normal; width: 3rem'")
    assert any(found.startswith("wraps: ") for found in page.evaluate(BUTTONS))
    page.evaluate(f"{style} 'display: flex'")
    page.evaluate(
        "document.querySelectorAll('td .row').forEach((row) => row.style.display = 'block')"
    )
    assert any(found.startswith("below another") for found in page.evaluate(BUTTONS))
