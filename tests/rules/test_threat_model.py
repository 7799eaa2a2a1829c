"""The threat model names every attack and fault, and each with tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/threat-model.md"
NAME = re.compile(r"`(tests/\S+\.py)(?:::(\w+))?`")
ROW = re.compile(r"^\| (T-[AF]\d+) \|(.*)$", re.MULTILINE)
FOUND = re.compile(r"^\| S(\d+)([^|]*) \|(.*)$", re.MULTILINE)


def rows() -> dict[str, str]:
    found = ROW.findall(PAGE.read_text())
    assert len(found) == len(dict(found)), "a row stands there twice"
    return dict(found)


def test_every_attack_and_every_fault_has_its_row() -> None:
    attacks = {f"T-A{number}" for number in range(1, 26)}
    faults = {f"T-F{number}" for number in range(1, 21)}
    assert set(rows()) == attacks | faults


def test_every_row_names_tests_and_each_of_them_is_there() -> None:
    for row, text in rows().items():
        named = NAME.findall(text)
        assert named, row
        for file, name in named:
            source = (ROOT / file).read_text()
            assert not name or f"\ndef {name}(" in source, (row, file, name)


def test_every_file_of_attacks_is_named() -> None:
    files = {file for text in rows().values() for file, _ in NAME.findall(text)}
    attacks = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/attacks").glob("test_*.py")
    }
    assert attacks <= files


def test_every_row_found_by_attackers_is_there_in_order_with_tests_that_are_there() -> None:
    found = FOUND.findall(PAGE.read_text())
    numbers = [int(number) for number, _, _ in found]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, 21))
    assert len({number + part for number, part, _ in found}) == len(found), "a row is there twice"
    for number, part, text in found:
        named = NAME.findall(text)
        assert named, (number, part)
        for file, name in named:
            source = (ROOT / file).read_text()
            assert not name or f"\ndef {name}(" in source, (number, file, name)
