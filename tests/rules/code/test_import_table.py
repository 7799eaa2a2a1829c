"""The import table of the architecture says what the code does and what the contracts allow."""

import re
import tomllib
from collections import defaultdict

import grimp

from tests.rules.code.test_house import ROOT

ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+) \|$", re.MULTILINE)


def table() -> dict[str, list[str]]:
    """Return what each row imports, in the order of the page."""
    page = (ROOT / "docs/architecture.md").read_text()
    return {name: re.findall(r"\w+", cells) for name, cells in ROW.findall(page)}


def layers() -> dict[str, int]:
    """Return the height of each layer of the contract, from the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(each for each in contracts["contracts"] if each["id"] == "layers")
    lines = enumerate(contract["layers"])
    return {name: height for height, line in lines for name in line.split(" | ")}


def imported() -> dict[str, set[str]]:
    """Return what each layer imports from another one."""
    graph = grimp.build_graph("dashboard", cache_dir=None)
    found = defaultdict(set)
    for module in graph.modules - {"dashboard"}:
        for below in graph.find_modules_directly_imported_by(module):
            found[module.split(".")[1]].add(below.split(".")[1])
    return {layer: below - {layer} for layer, below in found.items()}


def test_the_table_has_the_rows_of_the_contract_from_the_top_down() -> None:
    order = layers()
    heights = [order[name] for name in table()]
    assert heights == sorted(heights)
    silent = {"gunicorn", "gunicorn_worker"}  # configuration of the server
    assert order.keys() - table().keys() == silent


def test_the_table_says_what_each_layer_imports() -> None:
    found = imported()
    said = {name: set(below) for name, below in table().items()}
    # The command line also starts the simulator, which is no layer.
    assert said == {name: found.get(name, set()) - {"simulator"} for name in said}


def test_a_row_names_its_imports_from_the_top_down() -> None:
    order = layers()
    for name, below in table().items():
        assert [order[each] for each in below] == sorted(order[each] for each in below), name
