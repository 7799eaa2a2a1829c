"""Editing the texts to users: what is saved, refused, restored and told to whom."""

import html
import re

import pytest

from dashboard.services.permissions import Role
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import SHIPPED, Language
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.texts import (
    BANNED,
    FRESH,
    NAME,
    OWN,
    PAGE,
    Someone,
    audited,
    revision,
    save,
    text_of,
    typed,
)
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@all_of("situation", Situation)
def test_every_situation_has_its_shipped_text_in_both_languages(
    admin: Visitor, situation: Situation
) -> None:
    for language in Language:
        page = admin.get(f"{PAGE}/{situation}?language={language}")
        assert typed(page) == SHIPPED[language][situation].body
        assert revision(page) == "0"
        assert "Restore shipped text" not in page.words
        for each in Situation:
            assert f'href="{PAGE}/{each}?language={language}"' in page.text


def test_a_saved_text_is_what_staff_send(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    moved = save(admin, f"{PAGE}/not_started", body="Hola, {first_name}: espera.")
    assert moved.headers["Location"] == f"{PAGE}/not_started?language=es"
    page = admin.get(moved.headers["Location"])
    assert "Text saved." in page.words
    assert re.search(r"KYC not started\s*Changed", page.words)
    assert typed(page) == "Hola, {first_name}: espera."
    someone = Someone(simulator, database).named()
    assert text_of(admin.get(f"/users/{someone.id}")) == f"Hola, {NAME}: espera."
    assert text_of(admin.get(f"/users/{someone.id}?say=en")).startswith(f"Hi {NAME},")


def test_a_change_is_in_the_audit_log_without_the_words(admin: Visitor, database: Database) -> None:
    save(admin)
    told = {"situation": "link_fresh", "language": "es"}
    assert audited(database) == [("texts:change", {**told, "revision": 1})]
    admin.post(f"{FRESH}/restore", {"language": "es", "revision": "1", "restore": "0"})
    restored = ("texts:restore", {**told, "revision": 2, "restored": 0})
    assert audited(database)[1:] == [restored]
    log = admin.get("/audit").text
    assert "Changed a text for users" in log
    assert "Restored a text for users" in log
    assert "Un asunto" not in log


@all_of(
    "path,body,said",
    [
        (FRESH, "a\n\nb\n\n{lnk}", "Line 5: {lnk} isn’t a placeholder. Did you mean {link}?"),
        (FRESH, "{link} {Link}", "Line 1: {Link} isn’t a placeholder. Did you mean {link}?"),
        (FRESH, "{link}\n{brand}", "Line 2: {brand} isn’t a placeholder. Use one of those below."),
        (FRESH, "{link}\n{}", "Line 2: {} isn’t a placeholder."),
        (FRESH, "{link}\na } b", "Line 2: } is only for placeholders"),
        (FRESH, "{link}\n{first\n_name}", "Line 2: { is only for placeholders"),
        (FRESH, "{link}\n{{link}}", "Line 2: { is only for placeholders"),
        (FRESH, "({link})", "Line 1: put a space or a line break on both sides of {link}"),
        (FRESH, "Abre {link}.", "Line 1: put a space or a line break on both sides of {link}"),
        (FRESH, "Hola", "Add {link}. Without it, the user has nothing to open."),
        (BANNED, "a\n{link}", "Line 2: remove {link}. There’s no link in this situation."),
        (BANNED, "{link_until}", "Line 1: remove {link_until}."),
        (BANNED, "", "Enter the text."),
        (BANNED, "x" * 2001, "Use at most 2000 characters."),
    ],
)
def test_what_cannot_be_filled_is_refused_beside_its_place(
    admin: Visitor, database: Database, path: str, body: str, said: str
) -> None:
    page = save(admin, path, status=422, body=body)
    assert said in page.words
    assert 'aria-invalid="true"' in page.text
    assert typed(page) == body
    assert audited(database) == []


@all_of(
    "subject,said",
    [
        ("Tu enlace {link}", "Remove {link}. It can only be in the text."),
        ("Hola {name}", "Line 1: {name} isn’t a placeholder. Did you mean {first_name}?"),
        ("", "Enter a subject."),
        ("Hola \u202e", "Enter"),
        ("x" * 121, "Use at most 120 characters."),
    ],
)
def test_a_subject_holds_a_name_at_most(admin: Visitor, subject: str, said: str) -> None:
    if subject == "Hola \u202e":  # a blank end is cut
        save(admin, subject=subject)
        return
    assert said in save(admin, status=422, subject=subject).words


def test_markup_and_lines_are_text(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    body = "<b>Hola</b> & _esto_\r\n\r\n\tfin %s %(x)s"
    save(admin, f"{PAGE}/not_started", body=body)
    someone = Someone(simulator, database)
    shown = "<b>Hola</b> & _esto_\n\n\tfin %s %(x)s"
    assert text_of(admin.get(f"/users/{someone.id}")) == shown


def test_a_preview_saves_nothing_and_keeps_what_was_typed(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    someone = Someone(simulator, database).named()
    simulator.clear_requests()
    for user in ("ximena@example.com", str(someone.id), "XIMENA@example.com"):
        page = save(admin, status=200, do="preview", user=user)
        assert f"Hola, {NAME}:\n\nhttps://" in html.unescape(page.text)
        assert "inq_0000" in page.text
        assert typed(page) == OWN["body"]
    assert "Hola, Ana:" in save(admin, status=200, do="preview").words
    assert "We don’t know a user" in save(admin, status=422, do="preview", user="x@y.example").words
    assert simulator.requests() == []
    assert (
        typed(admin.get(f"{FRESH}?language=es"))
        == SHIPPED[Language.SPANISH][Situation.LINK_FRESH].body
    )


def test_a_preview_offers_the_users_opened_last(
    admin: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    someone = Someone(simulator, database).named()
    admin.get(f"/users/{someone.id}")
    assert (
        '<option dir="auto" value="ximena@example.com">Ximena Soto</option>'
        in admin.get(FRESH).markup
    )


@pytest.mark.parametrize(
    "fields", [{"language": "fr"}, {"language": ""}, {"revision": "x"}, {"revision": ""}]
)
def test_a_form_that_is_not_ours_is_refused(admin: Visitor, fields: dict[str, str]) -> None:
    save(admin, status=400, **fields)


@pytest.mark.parametrize(
    "path", [f"{FRESH}?revision=7", f"{FRESH}/restore", f"{FRESH}/restore?revision=7"]
)
def test_a_revision_that_never_was_is_not_found(admin: Visitor, path: str) -> None:
    admin.get(path, status=404)


def test_a_text_is_edited_in_place_under_htmx(admin: Visitor) -> None:
    data = {**OWN, "revision": "0", "body": "{lnk}", "csrf_token": admin.csrf_token()}
    headers = {"HX-Request": "true", "HX-Target": "editor"}
    refused = admin.http.post(FRESH, data=data, headers=headers)
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith('<div class="stack" id="editor"')
    saved = admin.http.post(FRESH, data={**data, "body": "{link}"}, headers=headers)
    assert saved.headers["HX-Redirect"] == f"{FRESH}?language=es"


def test_the_page_speaks_the_language_of_its_reader(admin: Visitor) -> None:
    admin.post("/account", {"name": "Ana", "language": "es"})
    assert typed(admin.get(FRESH)) == SHIPPED[Language.SPANISH][Situation.LINK_FRESH].body
    assert "¿Quisiste escribir {link}?" in save(admin, status=422, body="{lnk}").words


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_admins_edit_texts(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    visitor.get(PAGE, status=403)
    save(visitor, status=403)
