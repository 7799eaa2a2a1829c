"""`python -m dashboard lab run SCENARIO`: checks the Partner API against its contract.

The exit status is 0 if every check that was run passed, 1 if one failed, 2 for a wrong command and
in production, 3 if the scenarios could not be run.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import partial

from dashboard.config.settings import UnsafeConfigError
from dashboard.services.actors import COMMAND_LINE
from dashboard.services.lab.scenarios.points import ONLY_SIMULATOR, Scenario, section_of
from dashboard.services.lab.scenarios.report import (
    Check,
    CheckResult,
    ProductionError,
    Report,
    Verdict,
    scenarios_in,
)
from dashboard.services.lab.scenarios.scenarios import Scenarios
from dashboard.services.operations.readiness import NotReadyError
from dashboard.store.db.database import StoreError
from dashboard.web.rendering.words.contract_points import (
    OPEN_POINTS,
    POINTS,
    REASONS,
    SCENARIOS,
)

OpenScenarios = Callable[[], Scenarios]
ALL = "all"
FORMAT = 1  # of the JSON document
MARKS = {CheckResult.PASSED: "ok", CheckResult.FAILED: "FAILED", CheckResult.NOT_RUN: "not run"}


class Exit(IntEnum):
    """Exit statuses."""

    PASSED = 0
    FAILED = 1
    REFUSED = 2
    NOT_RUN = 3


_EXITS = {
    Verdict.PASSED: Exit.PASSED,
    Verdict.FAILED: Exit.FAILED,
    Verdict.NOT_RUN: Exit.NOT_RUN,
}


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", open_scenarios: OpenScenarios
) -> None:
    """Add `run` and `list`; `open_scenarios` is called when `run` runs."""
    run = commands.add_parser(
        "run", help="check the Partner API against its contract (exit status 0, 1, 2, 3)"
    )
    run.add_argument("scenario", choices=[ALL, *Scenario], metavar="SCENARIO", help="or all")
    run.add_argument("--json", action="store_true", help="print one JSON document")
    run.set_defaults(run=partial(_run, open_scenarios))
    commands.add_parser("list", help="the scenarios").set_defaults(run=_list)


def _list(_options: argparse.Namespace) -> int:
    for each in Scenario:
        only = " (only on the simulator)" if each in ONLY_SIMULATOR else ""
        print(f"{each:20} {SCENARIOS[each]}{only}")
    return 0


def _run(open_scenarios: OpenScenarios, options: argparse.Namespace) -> int:
    wanted = list(Scenario) if options.scenario == ALL else [Scenario(options.scenario)]
    try:
        report = open_scenarios().run(wanted, COMMAND_LINE)
    except ProductionError:
        print(
            "Scenarios register test users, so they never run in production. Nothing was sent.",
            file=sys.stderr,
        )
        return Exit.REFUSED
    except (NotReadyError, UnsafeConfigError, StoreError) as error:
        print(f"The scenarios could not be run: {error}", file=sys.stderr)
        return Exit.NOT_RUN
    if options.json:
        print(json.dumps(document(report), indent=2))
    else:
        print("\n".join(_lines(report)))
    return _EXITS[report.verdict]


def document(report: Report) -> dict[str, object]:
    """Return the document of `--json`; docs/runbook.md has its fields."""
    return {
        "format": FORMAT,
        "verdict": report.verdict,
        "started_at": report.started_at.isoformat(),
        "took_ms": report.took_ms,
        "simulator": report.on_simulator,
        "counts": {each.name.lower(): report.count(each) for each in CheckResult},
        "ended_by": (
            {"call": report.ended_by.call, "cause": report.ended_by.kind}
            if report.ended_by
            else None
        ),
        "checks": [_check(each) for each in report.checks],
        "readings": [
            {"name": each.of, "value": each.value, "assumed": each.is_assumed}
            for each in report.readings
        ],
    }


def _check(check: Check) -> dict[str, object]:
    return {
        "scenario": check.scenario,
        "point": check.point,
        "section": section_of(check.point),
        "says": str(POINTS[check.point]),
        "result": check.result,
        "expected": check.expected or None,
        "got": check.got or None,
        "call": check.call or None,
        "status": check.status,
        "at": check.at.isoformat() if check.at else None,
        "took_ms": check.took_ms,
        "because": check.because,
    }


def _lines(report: Report) -> list[str]:
    lines: list[str] = []
    for scenario in scenarios_in(report.checks):
        lines += ["", f"{scenario}: {SCENARIOS[scenario]}"]
        lines += [
            line for each in report.checks if each.scenario is scenario for line in _told(each)
        ]
    if report.readings:
        lines += ["", "How this server reads the open points of the contract:"]
    for each in report.readings:
        other = "" if each.is_assumed else "  (not what we assume)"
        lines.append(f"  {OPEN_POINTS[each.of]!s:36} {each.value}{other}")
    return [*lines[1:], "", *_summary(report)]


def _told(check: Check) -> Sequence[str]:
    line = f"  {MARKS[check.result]:8} {check.point:24} {POINTS[check.point]}"
    indent = " " * 36
    if check.result is CheckResult.FAILED:
        return (
            line,
            f"{indent}→ expected {check.expected}, got {check.got}",
            f"{indent}  {check.call} answered {check.status} ({section_of(check.point)})",
        )
    return (line, f"{indent}{REASONS[check.because]}") if check.because else (line,)


def _summary(report: Report) -> list[str]:
    counts = ", ".join(f"{report.count(each)} {each}" for each in CheckResult)
    lines = [f"{counts} in {report.took_ms / 1000:.1f} s."]
    if report.ended_by:
        lines.append(f"The API didn't respond: {report.ended_by.call} ({report.ended_by.kind}).")
    return lines
