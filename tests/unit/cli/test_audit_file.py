"""An export of the audit, verified where there is no database."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cli.main import main
from dashboard.config.settings import Config
from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.actors import Actor
from dashboard.services.exports.audit_table import AUDIT_COLUMNS
from dashboard.services.exports.verify_file import NUMBERS, Checked, Flaw, check
from dashboard.services.files import tables
from dashboard.services.files.order import Order
from dashboard.services.files.tables import Format, Record, UnreadableFileError
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.services.staff.manage import Staff
from dashboard.store.audit import chain as audit
from dashboard.store.audit import rows as audit_rows
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.audit.head import Head
from dashboard.store.audit.lines import LineFilters
from dashboard.store.db.database import Database
from tests.support.sampling import all_of

EVERYTHING = LineFilters()
ROWS, STAFF_ID = 6, 1
ODD = ("=1+1", "", "'", "a;=b\r\n-c", "\ufeff", "ñ @", None)
SAVE = Order(Actor(STAFF_ID, "r"), "Asked by the auditors", Format.CSV, plain=True)


@pytest.fixture
def services(app: Flask, chain: Chain, database: Database, staff: Staff) -> Services:
    """Services over an audit of six rows, with what spreadsheets and files may spoil."""
    staff.add("ana@example.com", "Ana", secrets.token_hex(8), [Role.AUDITOR])
    for number in range(1, ROWS):
        entry = NewEntry(
            at=datetime.now(UTC).replace(microsecond=number * 7),
            action="auth:login" if number % 2 else "auth:logout",
            outcome=Outcome.SUCCEEDED,
            reason=ODD[number],
            intent="" if number == 1 else None,
            details={"note": ODD[number]},
        )
        with database.write() as connection:
            audit.append(connection, chain, entry)
    return cast("Services", app.extensions["services"])


Save = Callable[..., Path]


@pytest.fixture(params=Format)
def save(services: Services, tmp_path: Path, request: pytest.FixtureRequest) -> Save:
    def save(filters: LineFilters = EVERYTHING, *, plain: bool = True) -> Path:
        order = replace(SAVE, form=request.param, plain=plain)
        file = tmp_path / f"audit.{request.param}"
        file.write_bytes(b"".join(services.exports.audit(filters, order).parts))
        return file

    return save


def looked_over(file: Path, config: Config | None, head: Head | None = None) -> Checked:
    keys = config.keyring.keys(KeyPurpose.CHAIN) if config else None
    return check(tables.read(file, NUMBERS), keys, head)


def rewrite(file: Path, change: Callable[[list[dict[str, object]]], None]) -> None:
    """Change the file as its holder could."""
    rows = list(tables.read(file, NUMBERS))
    change(rows)
    with file.open("wb") as changed:
        tables.write(changed, Format(file.suffix[1:]), AUDIT_COLUMNS, cast("list[Record]", rows))


def test_an_untouched_file_holds(save: Save, config: Config) -> None:
    for keys in (config, None):
        found = looked_over(save(), keys)
        assert found.flaw is None
        assert found.gaps == []
        assert found.links == found.rows - 1 >= ROWS - 1


@all_of("column", [name for name in audit_rows.COLUMNS if name != "seq"])
def test_with_the_key_every_changed_value_is_found(save: Save, config: Config, column: str) -> None:
    file = save()

    def change(rows: list[dict[str, object]]) -> None:
        other = "0" * 64 if column == "mac" else f"{rows[2][column]}x"
        rows[2][column] = 7 if column in NUMBERS else other

    rewrite(file, change)
    found = looked_over(file, config)
    assert found.flaw
    assert found.flaw[0] == 3
    assert found.flaw[1] in {Flaw.CHANGED, Flaw.LINK, Flaw.UNKNOWN_KEY}


@all_of("row,named", [(0, 2), (2, 4)])
def test_without_the_key_a_link_that_does_not_fit_is_found(
    save: Save, row: int, named: int
) -> None:
    file = save()
    rewrite(file, lambda rows: rows[row].update(mac="0" * 64))
    assert looked_over(file, None).flaw == (named, Flaw.LINK)


def test_rows_in_another_order_or_twice_are_found(save: Save, config: Config) -> None:
    file = save()
    rewrite(file, lambda rows: rows.append(rows[1]))
    assert looked_over(file, config).flaw == (2, Flaw.ORDER)


def test_what_a_filter_left_out_is_a_gap_and_no_error(save: Save, config: Config) -> None:
    found = looked_over(save(LineFilters(action="auth:login")), config)
    assert found.flaw is None
    assert (found.rows, found.links) == (ROWS // 2, 0)
    assert found.gaps == [(1, 1), (3, 3), (5, 5)]


def test_a_head_that_was_noted_is_compared(save: Save, config: Config) -> None:
    file = save()
    last = looked_over(file, None).last
    assert looked_over(file, None, last).has_head
    assert looked_over(file, config, Head(last.seq, "0" * 64)).flaw == (ROWS, Flaw.HEAD)
    assert not looked_over(file, config, Head(ROWS + 9, "0" * 64)).has_head


def test_a_row_with_something_masked_is_named_and_its_link_still_holds(
    save: Save, config: Config, chain: Chain, database: Database
) -> None:
    now, why = datetime.now(UTC), "For jane@customer.example"
    with database.write() as connection:
        audit.append(connection, chain, NewEntry(now, "x:y", Outcome.SUCCEEDED, reason=why))
    file = save(plain=False)
    assert looked_over(file, config).masked == [ROWS + 1]
    assert looked_over(file, config).flaw is None
    rewrite(file, lambda rows: rows[-1].update(prev="0" * 64))
    assert looked_over(file, config).flaw == (ROWS + 1, Flaw.LINK)


def test_rows_of_another_key_are_not_taken_for_good(save: Save) -> None:
    keys = Keyring(secrets.token_urlsafe(48)).keys(KeyPurpose.CHAIN)
    assert check(tables.read(save(), NUMBERS), keys, None).flaw == (1, Flaw.UNKNOWN_KEY)


@pytest.mark.parametrize(
    "content",
    ["[]", '{"seq": 1}\n', "seq,at\r\n1\r\n", '{"seq":', "a,b\r\n1,2\r\n", '{"a"\x00', "{" * 9999],
)
def test_another_file_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text(content)
    with pytest.raises(UnreadableFileError):
        looked_over(file, None)


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str]]:
    """Verify a file as on a machine that has nothing else of ours."""

    def run(*arguments: str, key: str = "") -> tuple[int, str]:
        for name in ("DASHBOARD_SECRET_KEY", "DASHBOARD_ENVIRONMENT", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        if key:
            monkeypatch.setenv("DASHBOARD_SECRET_KEY", key)
        capsys.readouterr()  # what starting the application said
        status = main(["audit", "verify", "--file", *arguments])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


def test_the_command_says_what_it_checked(
    run: Callable[..., tuple[int, str]], save: Save, settings: dict[str, str]
) -> None:
    file, key = save(), settings["DASHBOARD_SECRET_KEY"]
    status, said = run(str(file), key=key)
    assert (status, f"Signatures checked with the key: {ROWS}." in said) == (0, True)
    assert "Rows left out by the export's filters" not in said
    head = said.split()[-1]
    status, said = run(str(file), "--head", head)
    assert (status, "Only the links were checked" in said) == (0, True)
    assert run(str(file), "--head", f"99:{'0' * 64}")[0] == 1
    status, said = run(str(save(LineFilters(action="auth:logout"))), key=key)
    assert (status, "left out by the export's filters: 1-2, 4" in said) == (0, True)
    rewrite(file, lambda rows: rows[1].update(action="auth:nothing"))
    status, said = run(str(file), key=key)
    assert (status, said) == (1, "The file is broken at row 5: " + Flaw.CHANGED + ".\n")
    assert run(str(file.with_suffix(".none")))[0] == 1


CELLS = st.one_of(st.none(), st.text(), st.sampled_from(ODD), st.sampled_from(("CO", "ana@b.co")))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_what_is_written_is_read_back_exactly(values: list[tuple[str | None, ...]]) -> None:
    names = ("a", "b", "c")
    rows: list[Record] = [dict(zip(names, each, strict=True)) for each in values]
    for form in Format:
        buffer = BytesIO()
        assert tables.write(buffer, form, names, rows) == len(rows)
        with NamedTemporaryFile() as file:
            file.write(buffer.getvalue())
            file.flush()
            assert list(tables.read(Path(file.name), frozenset())) == rows


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_a_cell_is_guarded_whatever_is_beside_it(column: list[str | None]) -> None:
    rows: list[Record] = [{"a": each, "b": "x"} for each in column]
    together = b"".join(tables.parts(Format.CSV, "ab", tables.in_batches("ab", rows)))
    apart = [b"".join(tables.parts(Format.CSV, "ab", [[[each], ["x"]]])) for each in column]
    head = apart[0][: len("\ufeffa,b\r\n".encode())]
    assert together == head + b"".join(each.removeprefix(head) for each in apart)
