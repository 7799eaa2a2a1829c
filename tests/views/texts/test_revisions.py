"""Revisions of the texts to users: two admins at one text, restoring, and what is no change."""

import html
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.services.permissions import Role
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import SHIPPED, Language
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.texts import (
    FRESH,
    OWN,
    audited,
    revision,
    save,
    typed,
)
from tests.support.people import LogIn


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


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


@pytest.mark.on_postgres
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
