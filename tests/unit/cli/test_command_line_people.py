"""Emails, names and roles on the command line: the rules of the pages."""

import unicodedata
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from dashboard.cli.main import LINE_MAX, main
from dashboard.services.staff.manage import Staff
from dashboard.text import characters, limits

pytestmark = pytest.mark.on_postgres

SECRETS = [
    "inq_Hq7TzVb3LdKx9PfN",
    "https://inquiry.withpersona.com/verify?inquiry-id=Hq7T",
    "eyJhbGciOiJub25lIn0.e30.c2ln",
    f"qash_key_{'x' * 16}",
]
ADD = ("staff", "add", "--role", "viewer", "--password-stdin")


def shown(sentence: str) -> str:
    """Return it as a terminal shows it: bounded, and nothing unseen in it."""
    return characters.write_out(limits.cut(sentence, LINE_MAX))


@pytest.fixture(autouse=True)
def _told(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, staff: Staff) -> None:
    assert staff
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdin", StringIO("a password of some length\n"))


@pytest.mark.parametrize(
    "email",
    [
        "Ana <ana@example.com>",
        "a@b",
        "ana",
        "@example.com",
        "ana@exam\u200bple.com",
        "ana\u202e@example.com",
        "ana@example.com,bob@example.com",
        "ana@example.com\nbob@example.com",
        "a b@example.com",
        f"{'x' * 65}@example.com",
        f"ana@{'x' * 250}.com",
        "x" * 100_000,
        "ana@exam\x1b[31mple.com",
        "",
    ],
)
def test_what_is_no_email_is_refused_in_one_sentence(
    staff: Staff, capsys: pytest.CaptureFixture[str], email: str
) -> None:
    assert main([*ADD, email]) == 1
    assert capsys.readouterr().err.splitlines() == [shown(f"“{email}” is not an email address.")]
    assert staff.every() == []


@pytest.mark.parametrize("name", ["an\u202eA", "🌟", "7", "x" * 101, "Ana\nBob", "x" * 100_000])
def test_what_is_no_name_is_refused_in_one_sentence(
    staff: Staff, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([*ADD, "ana@example.com", "--name", name]) == 1
    assert capsys.readouterr().err.splitlines() == [shown(f"“{name}” is not a name.")]
    assert staff.every() == []


@pytest.mark.parametrize("secret", SECRETS, ids=["id", "link", "token", "key"])
def test_a_name_with_a_secret_is_refused_and_the_secret_not_repeated(
    staff: Staff, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    assert main([*ADD, "ana@example.com", "--name", f"Ana {secret}"]) == 1
    assert capsys.readouterr().err.splitlines() == ["“Ana” is not a name."]
    assert staff.every() == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_a_letter_gets_its_number(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    written = BytesIO()
    out = TextIOWrapper(written, encoding)
    monkeypatch.setattr("sys.stdout", out)
    assert main([*ADD, "łucja@example.com", "--name", "Łucja"]) == 0
    assert main(["staff", "list"]) == 0
    out.flush()
    said = written.getvalue().decode(encoding)
    assert said.count("\\u0142ucja@example.com") == 2
    assert [each.name for each in staff.every()] == ["Łucja"]


@pytest.mark.parametrize("typed", ["{}", " {}\n", "\u202a{}\u202c", "{}\u200b"])
@pytest.mark.parametrize("command", ["role", "disable", "enable", "reset"])
def test_every_command_finds_the_person_in_any_spelling(
    staff: Staff, capsys: pytest.CaptureFixture[str], typed: str, command: str
) -> None:
    email = "josé@bücher.example"
    assert main([*ADD, typed.format("José@xn--bcher-kva.example"), "--name", " Ana "]) == 0
    assert [(each.email, each.name) for each in staff.every()] == [(email, "Ana")]
    options = ["--role", "support"] if command == "role" else []
    spelled = typed.format(unicodedata.normalize("NFD", email.upper()))
    assert main(["staff", command, *options, spelled]) == 0
    assert main(["staff", command, *options, "no\u200bbody@example.com"]) == 1
    assert capsys.readouterr().err.endswith("staff member no⟨U+200B⟩body@example.com.\n")
