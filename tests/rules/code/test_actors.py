"""Who acts is one value everywhere: `services/actors.py`."""

import ast
from pathlib import Path


def test_services_are_told_who_acts_and_never_only_in_which_request() -> None:
    loose = [
        f"{file}:{node.lineno}"
        for file in Path("dashboard/services").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.arg) and node.arg == "request_id"
    ]
    assert not loose
