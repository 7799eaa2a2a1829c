"""`.env` as editors save it: UTF-8 is read, and anything else is named with its fix."""

import os
from pathlib import Path

import pytest

from dashboard.config.settings import UnsafeConfigError, load_config
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.unit.config.test_config import GOOD

TEXT = "".join(f"{name}={value}\n" for name, value in GOOD.items()) + "BRAND=Panel de señales\n"


@pytest.fixture(autouse=True)
def _no_setting_but_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GOOD, "BRAND"):
        monkeypatch.delenv(name, raising=False)


def refusal(file: Path) -> list[str]:
    with pytest.raises(UnsafeConfigError) as caught:
        load_config(file)
    return caught.value.findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_utf_8_is_read_with_and_without_its_mark(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(TEXT.replace("\n", line_end).encode(encoding))
    config = load_config(file)
    assert (config.environment, config.brand) == ("local", "Panel de señales")


@pytest.mark.parametrize(
    "encoding",
    ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252", "latin-1", "cp850"],
)
def test_every_other_encoding_is_one_sentence_that_names_the_file(
    tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(TEXT.encode(encoding))
    assert refusal(file) == [f"{file} is not UTF-8 text: save it as UTF-8."]


@pytest.mark.parametrize(
    "noise", [b"\x00", b"\xff\xfe", b"\x80", b"\xed\xa0\x80", os.urandom(200) + b"\xff"]
)
def test_a_file_with_bytes_that_are_no_text_is_told_in_the_same_words(
    tmp_path: Path, noise: bytes
) -> None:
    file = tmp_path / ".env"
    file.write_bytes(TEXT.encode() + noise)
    assert refusal(file) == [f"{file} is not UTF-8 text: save it as UTF-8."]


@pytest.mark.parametrize(
    "line", ["TRUSTED_HOSTS dash.example.com", "PROXIES", "BRAND='Panel", "= 3"]
)
def test_a_line_that_would_be_skipped_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{TEXT}{line}\n")
    said = f"{file}, line 6: it must look like NAME=value. Correct it."
    assert refusal(file) == [said]


def test_lines_and_settings_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\nexport BRAND=Panel\n\nPROXIES\nSESSION_MAX_H=x\n")
    said = "\n".join(refusal(file))
    for name in ("line 4", "SESSION_MAX_H", "DASHBOARD_ENVIRONMENT", "PARTNER_API_KEY"):
        assert name in said


def test_a_file_that_may_not_be_read_is_told() -> None:
    """Root may read every file, so this is one that no user can."""
    assert "let the user who runs this read it" in refusal(Path("/proc/self/mem"))[0]


def test_a_variable_that_is_no_text_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text(TEXT)
    monkeypatch.setitem(os.environb, b"BRAND", "señales".encode("cp1252"))
    assert refusal(file) == ["BRAND cannot be used: it is not UTF-8 text. Save it as UTF-8."]


@pytest.mark.long
@pytest.mark.parametrize(
    "command", ["doctor", "db upgrade", "staff list", "worker", "audit verify"]
)
def test_no_command_shows_a_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / ".env").write_bytes(TEXT.encode("utf-16"))
    monkeypatch.chdir(tmp_path)
    done = run(command, settings={})
    assert done.returncode in {1, 2}
    assert ".env is not UTF-8 text: save it as UTF-8." in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["BRAND", "SUPPORT_CONTACT", "OIDC_NAME"])
def test_what_people_see_of_a_setting_is_trimmed_composed_and_visible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = tmp_path / ".env"
    monkeypatch.delenv(name, raising=False)
    file.write_text(f'{TEXT}{name}="\u200b Sen\u0303al \u2060"\n', encoding="utf-8")
    assert getattr(load_config(file), name.lower()) == "Señal"
    file.write_text(f"{TEXT}{name}=a\u202eb\n", encoding="utf-8")
    assert refusal(file) == [f"{name} cannot be used: it holds U+202E, which cannot be seen."]


@pytest.mark.parametrize("name", ["BRAND\u200b", "\ufeffBRAND", "BR\u00adAND"])
def test_a_name_with_a_character_that_cannot_be_seen_is_named(tmp_path: Path, name: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{TEXT}{name}=Acme\n", encoding="utf-8")
    (found,) = refusal(file)
    assert found.startswith(f"{file}, line {TEXT.count(chr(10)) + 1}: remove U+")
