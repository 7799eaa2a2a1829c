"""Writing notes, and reading them on a page."""

import html
import re

from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.directory import facts_of, fill
from tests.support.servers.simulator_process import RunningSimulator


def card(page: Page) -> str:
    """Return the words of the notes on a page."""
    found = re.search(r'<section class="card" id="notes"[\s\S]*?</section>', page.text)
    assert found
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", found[0])))


def typed(page: Page) -> str:
    """Return what is in the field."""
    found = re.search(r'<textarea[^>]* name="note"[^>]*>\n?([^<]*)</textarea>', page.text)
    assert found
    return html.unescape(found[1])


def number(page: Page, note: str) -> int:
    """Return the number of the note with these words."""
    words = re.escape(html.escape(note))
    found = re.search(rf'id="note-(\d+)"(?:(?!</li>)[\s\S])*?{words}', page.text)
    assert found
    return int(found[1])


def revision(page: Page) -> str:
    found = re.search(r'name="revision"\s+value="(\d+)"', page.text)
    assert found
    return found[1]


def add(visitor: Visitor, user: str, note: str, **sent: str) -> int:
    """Write a note; return its number."""
    moved = visitor.post(f"{user}/notes", {"note": note, **sent})
    assert moved.headers["Location"] == f"{user}#notes"
    return number(visitor.get(user), note)


def post(visitor: Visitor, user: str, sent: dict[str, str], status: int) -> Page:
    return visitor.post(f"{user}/notes", sent, status=status)


def post_by_htmx(visitor: Visitor, user: str, sent: dict[str, str], status: int = 200) -> Page:
    """Send the form as htmx does; return the card that comes."""
    headers = {**HTMX, "HX-Target": "notes", "X-CSRFToken": visitor.csrf_token()}
    return Page(visitor.http.post(f"{user}/notes", data=sent, headers=headers), status, whole=False)


def seen_user(simulator: RunningSimulator, database: Database) -> str:
    """Let all users be known here; return the page of one."""
    fill(database, map(facts_of, simulator.users()))
    return f"/users/{simulator.users()[0]['id']}"
