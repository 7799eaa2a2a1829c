"""Any text in the box is a search or a clear sentence, in time that its length allows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from dashboard.services.directory.reading import TEXT_MAX, read
from dashboard.services.kyc_links import KycLinks
from dashboard.services.permissions import Role
from tests.rules.test_fields import NASTY
from tests.support.browsing import Visitor
from tests.support.clock import cpu_s
from tests.support.people import LogIn
from tests.support.sampling import all_of, few_of

SLOWEST_S = 0.5
SENTENCES = ("Type or paste visible text.", "Paste less: at most")
PARTS = (
    *("ana@example.com", "+57 300 123 45 67", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "eyJ.eyJ."),
    *(
        "eyJ",
        "https://",
        "http://[",
        "/users/",
        "inq_",
        "inq_abc",
        "?inquiry-id=",
        "\x00",
        "\ud800",
        "%",
    ),
    *("_", '"', "'", "\\", "*", " OR ", "NEAR(", "\u202e", "\u0301", "\n", "\t", "\r", "\u2028"),
    *("0f8fad5b-d9cd-469f-a165-70867728950e", "{", "}}", "{{7*7}}", "<script>", "é", "ﬃ", "İ"),
    *("colombia", "estados unidos", "co", "12345678901234567890", "@", "-", "(", ")", "a", "SUP-1"),
)
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=40).map("".join))


@pytest.mark.each_on_postgres
@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
def test_any_text_is_a_search_or_a_clear_sentence(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    token = visitor.csrf_token()

    @settings(max_examples=few_of(150))
    @given(text=TEXTS, under_htmx=st.booleans())
    def look(text: str, *, under_htmx: bool) -> None:
        answer = send(visitor, text, token, under_htmx=under_htmx)
        assert answer.status_code in {200, 303, 400}
        if answer.status_code == 400:
            assert any(sentence in answer.text for sentence in SENTENCES)

    look()


def send(visitor: Visitor, text: str, token: str, *, under_htmx: bool) -> TestResponse:
    htmx = {"HX-Request": "true", "HX-Target": "results", "HX-Trigger": "users-q"}
    data = {"csrf_token": token, "q": text.encode("utf-8", "replace").decode()}
    return visitor.http.post("/users/find", data=data, headers=htmx if under_htmx else {})


def test_a_token_that_touches_an_email_is_not_shown_again(log_in: LogIn) -> None:
    visitor = log_in(Role.ADMIN)
    token = f"{PARTS[2]}colombia"
    answer = send(visitor, f"ana@example.com{token}", visitor.csrf_token(), under_htmx=True)
    assert "ana@example.com" in answer.text
    assert token not in answer.text


@all_of("kind", [*NASTY, *PARTS])
def test_a_text_is_read_in_time_that_its_length_allows(kind: str) -> None:
    part = NASTY.get(kind, kind)
    text = (part * (TEXT_MAX // len(part) + 1))[:TEXT_MAX]
    links = KycLinks(("links.example.com",))
    assert cpu_s(lambda: read(text, links, frozenset({"localhost"})), SLOWEST_S) < SLOWEST_S
    short = text[:250]
    assert cpu_s(lambda: read(short, links, frozenset({"localhost"})), SLOWEST_S) < SLOWEST_S
