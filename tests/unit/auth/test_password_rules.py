"""The one policy for passwords: a common one, or one that names its owner or us, is refused."""

import ast
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.services.auth import passwords
from dashboard.services.auth.password_rules import PasswordRules, Weakness, WeakPasswordError
from dashboard.services.auth.passwords import MAX_LENGTH, MIN_LENGTH, normalise
from tests.rules.code.test_house import ROOT, imports, sources
from tests.support.sampling import all_of

RULES = PasswordRules("Acme Pagos")
GUESSABLE = [
    "passwordpassword",
    "123456789012",
    "qwertyuiop12",
    "Password1234",
    "P@ssw0rd1234",
    "drowssapdrowssap",
    "aaaaaaaaaaaa",
    "abcdefghijkl",
    "abcabcabcabc",
    "iloveyou2024",
    "Welcome2024!",
    "Summer2024!!!",
    "Verano2024!!",
    "Contraseña123",
    "12/31/199912/31/1999",
    "ana.martins@example.com",
    "ANA.MARTINS@EXAMPLE.COM",
    "moc.elpmaxe@snitram.ana",
    "AnaMartins2024",
    "anamartins123!",
    "Acme Pagos 2024",
    "acmepagos123",
    "AcmePagosAcmePagos",
    "qash-dashboard",
    "Partner dashboard",
    "".join(chr(ord(letter) + 0xFEE0) for letter in "passwordpassword"),  # full width
]
GOOD = [
    "a password of my own",
    "correct horse battery staple",
    "caballo batería grapa",
    "x7Kp2mQv9tRw",
    "пароль из четырёх слов",
    "ana.martins@example.com and three more words",
    "密码是一句很长很长的话呀呀",
    "p" * 100 + "and then something else entirely",
]


def weakness(password: str) -> Weakness | None:
    try:
        RULES.accept(password, email="ana.martins@example.com", name="Ana Martins")
    except WeakPasswordError as error:
        return error.weakness
    return None


@all_of("password", GUESSABLE)
def test_what_is_easy_to_guess_is_refused(password: str) -> None:
    assert weakness(password) is Weakness.GUESSABLE


@pytest.mark.parametrize("password", GOOD)
def test_what_is_hard_to_guess_is_accepted_in_any_script(password: str) -> None:
    assert weakness(password) is None


@pytest.mark.parametrize(
    "password",
    ["", "x7Kp2mQv9tR", "x7Kp2mQv9" + "\u200b" * 9, "é" * (MAX_LENGTH + 1), "x7Kp" * 1_000_000],
)
def test_a_password_has_twelve_to_256_characters_that_are_seen(password: str) -> None:
    assert weakness(password) is Weakness.LENGTH


def test_a_decomposed_password_has_the_length_of_the_composed_one() -> None:
    assert weakness("e\u0301x" * (MAX_LENGTH // 2)) is not Weakness.LENGTH
    assert weakness("e\u0301" * (MIN_LENGTH - 1)) is Weakness.LENGTH


@pytest.mark.parametrize(
    "pattern", ["4@8({[<369|!1/|0$57+%2", "aA1!", "ab", "1a2b3c4d5e", "12/31/99", "é", " "]
)
def test_no_password_takes_long_to_judge(pattern: str) -> None:
    began = time.process_time()
    weakness((pattern * MAX_LENGTH)[:MAX_LENGTH])
    assert time.process_time() - began < 2


def test_words_of_one_person_are_no_other_s() -> None:
    own = "ximena.zubizarreta"
    with pytest.raises(WeakPasswordError):
        RULES.accept(own, email=f"{own}@example.com", name="Ximena Zubizarreta")
    RULES.accept(own, email="bruno@example.com", name="Bruno Costa")


def called(name: str) -> Iterator[Path]:
    """Give every file of the product that calls something of this name."""
    for path in sources("dashboard"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name == getattr(
                node.func, "attr", getattr(node.func, "id", "")
            ):
                yield path


def test_every_password_that_is_hashed_went_through_the_rules() -> None:
    """Kind: a place that sets a password. `hash_password` takes only what the rules accepted."""
    assert passwords.hash_password.__annotations__["password"] is passwords.NewPassword
    services = ROOT / "dashboard/services/auth"
    assert {*called("NewPassword")} == {services / "password_rules.py"}
    assert {path.name for path in called("hash_password")} == {
        "manage.py",
        "one_time_links.py",
        "preferences.py",
    }
    argon2 = [path for path in sources("dashboard") if "argon2" in imports(path)]
    assert argon2 == [services / "passwords.py"]


def test_normalising_twice_changes_nothing() -> None:
    for text in ("jose\u0301 ñandú", "ﬀ①Ａ\u00a0\u3000x", "a\u200b\u0301", "\u00ad\ufeff ab"):
        once = normalise(text)
        assert normalise(once) == once
