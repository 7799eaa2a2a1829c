"""`python -m dashboard doctor`: checks everything that a first start needs, and says how to fix it.

Exit status: 0 all is well, 1 there are warnings, 2 there are errors, or with `--production` either.
It reads; it writes nothing upstream, and in the database only what every read notes of the Partner
API.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values

from dashboard.cli.production import examine_deployment
from dashboard.config.areas import build_counters
from dashboard.config.env_file import ENCODING
from dashboard.config.secret_checks import is_guessable
from dashboard.config.server_numbers import NUMBERS, find_unusable
from dashboard.config.settings import Config, UnsafeConfigError, load_config
from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import OpenGate
from dashboard.partner.list_filters import LIST_PARAMS
from dashboard.partner.telemetry import CallRecord
from dashboard.services.diagnostics.address import examine_address
from dashboard.services.diagnostics.credentials import examine_credentials
from dashboard.services.diagnostics.findings import Finding, Severity, error, ok, warning
from dashboard.services.diagnostics.local import examine_counters, examine_database
from dashboard.services.diagnostics.upstream import UpstreamDoctor
from dashboard.services.permissions import Role
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.db.database import Database
from dashboard.text.characters import write_out
from dashboard.text.limits import cut
from dashboard.wiring import build_services, now

ENV_FILE = Path(".env")
HIGH = 10  # times the default
CHECK_WIDTH = max(len(f"list {name}") for name in LIST_PARAMS)  # no check has a longer name
FOUND_MAX = 1000  # characters
MARKS = {Severity.OK: "ok", Severity.WARNING: "WARNING", Severity.ERROR: "ERROR"}


def run_doctor(*, in_production: bool = False) -> int:
    """Print every finding as it is made; return the exit status.

    A deployment is checked for more, and a warning fails it.
    """
    worst, counted = Severity.OK, dict.fromkeys(Severity, 0)
    for finding in _examine(in_production=in_production):
        print(as_line(finding), flush=True)
        worst = max(worst, finding.severity)
        counted[finding.severity] += 1
    print(_summary(counted))
    return int(Severity.ERROR if in_production and worst else worst)


def _examine(*, in_production: bool) -> Iterator[Finding]:
    try:
        config = load_config(ENV_FILE)
    except UnsafeConfigError as refused:
        for sentence in refused.findings:
            yield error("configuration", sentence, "docs/settings.md explains every setting.")
        return
    for sentence in find_unusable():
        yield error("configuration", sentence, "The server doesn't start until this is fixed.")
    yield ok("configuration", f"All settings are valid; the environment is {config.environment}.")
    yield from _env_file()
    yield from _second_factors(config)
    yield from _earlier_keys(config)
    yield _budgets(config)
    usable = True
    for finding in examine_database(
        config.database_url,
        config.environment,
        config.partner_api_url,
        now,
        by_password=config.password_log_in,
    ):
        usable = usable and finding.severity is not Severity.ERROR
        yield finding
    if not usable:
        yield from _examine_upstream(config, config.credentials, None)
        return
    database = Database(config.database_url)
    yield examine_counters(build_counters(config, database, now))
    yield from examine_address(
        database,
        config.environment,
        config.public_url,
        config.address,
        proxies=config.proxies,
    )
    pairs = build_services(config, database).credentials.overview.show()
    yield from examine_credentials(pairs)
    if not pairs.switch.freeze:
        yield from _examine_upstream(
            config, pairs.in_use.credentials, UpstreamMonitor(database, now)
        )
    if in_production:
        yield from examine_deployment(config, database, now)
    database.close()


def _env_file() -> Iterator[Finding]:
    if ENV_FILE.exists() and ENV_FILE.stat().st_mode & 0o077:
        yield warning(
            "permissions", f"Others on this machine can read {ENV_FILE}.", f"chmod 600 {ENV_FILE}"
        )
    yield from _unknown_names()


def _unknown_names() -> Iterator[Finding]:
    known = [*NUMBERS, *(str(each.validation_alias) for each in Config.model_fields.values())]
    for name in dotenv_values(ENV_FILE, encoding=ENCODING).keys() - known:
        meant = next(iter(get_close_matches(name, known, 1)), "")
        yield warning(
            "configuration",
            f"Nothing reads {name} in {ENV_FILE}.",
            f"Did you mean {meant}?" if meant else "Remove it: docs/settings.md has them all.",
        )


def _earlier_keys(config: Config) -> Iterator[Finding]:
    if any(is_guessable(key.get_secret_value()) for key in config.secret_key_fallbacks):
        yield warning(
            "configuration",
            "DASHBOARD_SECRET_KEY_FALLBACKS has a key that can be guessed and is still accepted.",
            "Remove it as soon as the runbook allows: docs/runbook.md, Rotate the secret key.",
        )


def _second_factors(config: Config) -> Iterator[Finding]:
    """Look at which roles may work in production without a second factor."""
    if config.environment != "production":
        return
    if relaxed := sorted(set(Role) - config.second_factor_for(config.environment)):
        yield warning(
            "second factors",
            f"SECOND_FACTOR_ROLES lets {', '.join(relaxed)} work with only a password.",
            "Remove SECOND_FACTOR_ROLES: every role then needs a second factor.",
        )
    else:
        yield ok("second factors", "Every role needs a second factor.")


def _budgets(config: Config) -> Finding:
    """Look at how much one person may see within an hour."""
    given = {
        "REVEALS_PER_HOUR": config.reveals_per_hour,
        "USER_VIEWS_PER_HOUR": config.user_views_per_hour,
    }
    usual = {str(each.validation_alias): each.default for each in Config.model_fields.values()}
    high = [name for name, most in given.items() if most > HIGH * usual[name]]
    found = ", ".join(f"{name}={most}" for name, most in given.items())
    if high:
        return warning(
            "budgets",
            f"{found}: a stolen session could copy most users before anyone is told.",
            f"Lower {' and '.join(high)}, by default {' and '.join(str(usual[n]) for n in high)}.",
        )
    return ok("budgets", f"Within an hour, for each person: {found}.")


def _examine_upstream(
    config: Config, pair: Credentials, upstream: UpstreamMonitor | None
) -> Iterator[Finding]:
    def source_with(
        names: Mapping[str, str], observer: Callable[[CallRecord], None]
    ) -> PartnerClient:
        return PartnerClient(
            config.partner_api_url,
            OpenGate(pair),
            clock=now,
            list_params={**config.partner_list_params, **names},
            observer=observer,
        )

    doctor = UpstreamDoctor(
        source_with, config.partner_list_params, config.partner_api_url, upstream
    )
    yield from doctor.examine()


def as_line(finding: Finding) -> str:
    """Return a finding and what to do. Headers of other servers hold anything, at any length."""
    found = write_out(cut(finding.found, FOUND_MAX))
    line = f"{MARKS[finding.severity]:8} {finding.check:{CHECK_WIDTH}} {found}"
    return f"{line}\n{'':{9 + CHECK_WIDTH}} → {finding.cure}" if finding.cure else line


def _summary(counted: Mapping[Severity, int]) -> str:
    errors, warnings = counted[Severity.ERROR], counted[Severity.WARNING]
    if not errors and not warnings:
        return "\nNo problems found."
    return f"\nErrors: {errors}. Warnings: {warnings}. Each has its fix."
