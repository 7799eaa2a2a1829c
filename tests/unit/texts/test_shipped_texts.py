"""The texts that staff send to users: all ten, in both languages, with and without a name."""

import re

import pytest

from dashboard.services.texts.placeholders import Placeholder, Values, Words, fill
from dashboard.services.texts.situations import WITH_LINK, Situation
from dashboard.services.texts.texts import SHIPPED, Language

LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"
UNTIL = "30 November at 13:45 (Colombia time)"
SUBJECT_MAX, BODY_MAX = 60, 600
EVERY = [(language, situation) for language in Language for situation in Situation]
every_text = pytest.mark.parametrize(("language", "situation"), EVERY)


def filled(language: Language, situation: Situation, name: str = "Paula") -> Words:
    words = SHIPPED[language][situation]
    is_with_link = situation in WITH_LINK
    return fill(words, Values(name, LINK if is_with_link else "", UNTIL if is_with_link else ""))


@every_text
def test_nothing_is_left_open(language: Language, situation: Situation) -> None:
    for name in ("Paula", ""):
        words = filled(language, situation, name)
        assert not re.search(r"[{}]", words.subject + words.body)
        assert "\n" not in words.subject


@every_text
def test_a_greeting_reads_well_with_and_without_a_name(
    language: Language, situation: Situation
) -> None:
    named, unnamed = (
        filled(language, situation, name).body.split("\n\n")[0] for name in ("Paula", "")
    )
    assert named == {"en": "Hi Paula,", "es": "Hola, Paula:"}[language]
    assert unnamed == {"en": "Hi,", "es": "Hola:"}[language]


@every_text
def test_a_text_is_short_and_calm(language: Language, situation: Situation) -> None:
    words = SHIPPED[language][situation]
    assert len(words.subject) <= SUBJECT_MAX
    assert len(words.body) <= BODY_MAX
    assert not re.search(r"[!¡]|  |[ \t]$", words.subject + words.body, re.MULTILINE)
    sentences = re.split(r"(?<=[.:?])\s", words.body)
    assert max(len(sentence.split()) for sentence in sentences) <= 32


@every_text
def test_only_a_text_about_a_link_has_it_and_its_time(
    language: Language, situation: Situation
) -> None:
    words = SHIPPED[language][situation]
    assert words.body.count(Placeholder.LINK.written) == (situation in WITH_LINK)
    assert (Placeholder.LINK_UNTIL.written in words.body) == (situation is Situation.LINK_FRESH)
    assert Placeholder.LINK.written not in words.subject


@pytest.mark.parametrize("language", Language)
def test_an_active_link_explains_session_expired(language: Language) -> None:
    body = filled(language, Situation.LINK_FRESH).body
    assert "“Session expired”" in body
    assert {"en": "Open the same link again", "es": "Vuelve a abrir el mismo enlace"}[
        language
    ] in body


@pytest.mark.parametrize("language", Language)
def test_a_banned_user_is_not_told_what_a_suspended_one_is_told(language: Language) -> None:
    suspended, banned = (
        set(filled(language, situation).body.split("\n\n")[1].split(". "))
        for situation in (Situation.SUSPENDED, Situation.BANNED)
    )
    permanent = {"en": "permanently", "es": "permanente"}[language]
    assert any(permanent in sentence for sentence in banned)
    assert not any(permanent in sentence for sentence in suspended)


@pytest.mark.parametrize("language", Language)
def test_a_status_that_we_dont_know_claims_nothing(language: Language) -> None:
    body = filled(language, Situation.OTHER).body
    claims = r"active|hold|closed|verif|expired|can’t|activa|pausa|cerr|expir|no puedes"
    assert not re.search(claims, body)
