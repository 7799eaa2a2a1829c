"""The threat model names every attack and fault, and each with tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/threat-model.md"
SECTION = re.compile(
    r"^### ((?:T-[AF]|S)\d+[^:\n]*): [^\n]+\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)
FILE = re.compile(r"^  - `(tests/\S+\.py)`", re.MULTILINE)
NAME = re.compile(r"^    - `(\w+)`$|^  - `(tests/\S+\.py)`", re.MULTILINE)


def sections() -> dict[str, str]:
    found = SECTION.findall(PAGE.read_text())
    assert len(found) == len(dict(found)), "a section is there twice"
    return dict(found)


def test_every_attack_and_every_fault_has_its_section() -> None:
    attacks = {f"T-A{number}" for number in range(1, 26)}
    faults = {f"T-F{number}" for number in range(1, 32)}
    found = {re.split(r" ", key)[0] for key in sections()}
    assert found == attacks | faults | {f"S{number}" for number in range(1, 25)}


def test_every_section_names_tests_and_each_of_them_exists() -> None:
    for section, text in sections().items():
        assert FILE.search(text), section
        file = ""
        for name, path in NAME.findall(text):
            file = path or file
            source = (ROOT / file).read_text()
            assert not name or f"\ndef {name}(" in source, (section, file, name)


def test_every_file_of_attacks_is_named() -> None:
    files = {file for text in sections().values() for file in FILE.findall(text)}
    attacks = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/attacks").glob("test_*.py")
    }
    assert attacks <= files


def test_what_attackers_found_is_in_order() -> None:
    numbers = [int(found[1]) for key in sections() if (found := re.match(r"S(\d+)", key))]
    assert numbers == sorted(numbers)
