"""Editing the texts to users: what is saved, refused, restored and told to whom."""

import html
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.services.permissions import Role
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import SHIPPED, Language
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from tests.support.browsing import Page, Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.texts.test_message import NAME, Someone, text_of

PAGE = "/settings/texts"
FRESH = f"{PAGE}/link_fresh"
BANNED = f"{PAGE}/banned"
OWN = {"subject": "Un asunto", "body": "Hola, {first_name}:\n\n{link}", "language": "es"}


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def save(admin: Visitor, path: str = FRESH, *, status: int = 303, **fields: str) -> Page:
    return admin.post(path, {**OWN, "revision": "0", **fields}, status=status)


def typed(page: Page) -> str:
    found = re.search(r'<textarea[^>]*id="body"[^>]*>\n([^<]*)</textarea>', page.text)
    assert found
    return html.unescape(found[1])


def revision(page: Page) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found
    return found[1]


def audited(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.read() as connection:
        rows = connection.execute(audit.select().order_by(audit.c.seq)).all()
    return [(row.action, json.loads(row.details)) for row in rows if row.subject_kind == "text"]


@pytest.mark.parametrize("situation", Situation)
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
    assert "Changed a text to users" in log
    assert "Restored a text to users" in log
    assert "Un asunto" not in log


@pytest.mark.parametrize(
    ("path", "body", "said"),
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


@pytest.mark.parametrize(
    ("subject", "said"),
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
    assert '<option value="ximena@example.com">Ximena Soto</option>' in admin.get(FRESH).markup


def test_two_admins_who_edit_one_text_lose_nothing(log_in: LogIn) -> None:
    first, second = log_in(Role.ADMIN), log_in(Role.ADMIN)
    save(first, body="Primero {link}")
    page = save(second, status=409, body="Segundo {link}")
    assert "changed this text" in page.words
    assert "\u2212 Segundo {link}" in page.words
    assert "+ Primero {link}" in page.words
    assert typed(page) == "Segundo {link}"
    assert typed(first.get(f"{FRESH}?language=es")) == "Primero {link}"
    save(second, revision=revision(page), body=typed(page))
    kept = second.get(f"{FRESH}?language=es&revision=2")
    assert typed(kept) == "Segundo {link}"
    assert "\u2212 Primero {link}" in kept.words
    assert "+ Segundo {link}" in kept.words


@pytest.mark.parametrize("_attempt", range(3))
def test_of_two_who_save_at_the_same_moment_one_is_told(log_in: LogIn, _attempt: int) -> None:
    admins = [log_in(Role.ADMIN), log_in(Role.ADMIN)]
    tokens = [admin.csrf_token() for admin in admins]

    def send(number: int) -> int:
        data = {**OWN, "revision": "0", "csrf_token": tokens[number]}
        return (
            admins[number].http.post(FRESH, data={**data, "body": f"{number} {{link}}"}).status_code
        )

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [303, 409]
    assert revision(admins[0].get(f"{FRESH}?language=es")) == "1"


def test_the_shipped_text_comes_back_after_a_question(admin: Visitor, database: Database) -> None:
    save(admin)
    page = admin.get(f"{FRESH}?language=es")
    asked = f"{FRESH}/restore?language=es&revision=0"
    assert f'href="{html.escape(asked)}"' in page.text
    question = admin.get(asked)
    assert "Restore the shipped text?" in question.words
    assert "\u2212 Un asunto" in question.words
    assert "+ Tu enlace para verificar tu identidad" in question.words
    admin.post(f"{FRESH}/restore", {"language": "es", "revision": "1", "restore": "0"})
    page = admin.get(f"{FRESH}?language=es")
    assert typed(page) == SHIPPED[Language.SPANISH][Situation.LINK_FRESH].body
    assert "Text restored." in page.words
    assert "restored the shipped text" in page.words
    assert "Link activeChanged" not in page.words.replace(" ", "")
    admin.post(f"{FRESH}/restore", {"language": "es", "revision": "2", "restore": "1"})
    assert typed(admin.get(f"{FRESH}?language=es")) == OWN["body"]
    assert [action for action, _ in audited(database)] == [
        "texts:change",
        "texts:restore",
        "texts:restore",
    ]


def test_a_text_that_someone_changed_meanwhile_is_not_restored(log_in: LogIn) -> None:
    first, second = log_in(Role.ADMIN), log_in(Role.ADMIN)
    save(first)
    save(second, revision="1", body="Otro {link}")
    first.post(f"{FRESH}/restore", {"language": "es", "revision": "1", "restore": "0"})
    page = first.get(f"{FRESH}?language=es")
    assert "Someone else changed this text. Nothing was restored" in page.words
    assert typed(page) == "Otro {link}"


def test_saving_the_same_text_again_changes_nothing(admin: Visitor, database: Database) -> None:
    save(admin)
    save(admin, revision="1")
    shipped = SHIPPED[Language.SPANISH][Situation.LINK_FRESH]
    save(admin, revision="1", subject=shipped.subject, body=shipped.body)
    assert [details["revision"] for _, details in audited(database)] == [1, 2]
    assert "Changed" not in admin.get(f"{FRESH}?language=es").words


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


@pytest.mark.parametrize("role", set(Role) - {Role.ADMIN})
def test_only_admins_edit_texts(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    visitor.get(PAGE, status=403)
    save(visitor, status=403)
