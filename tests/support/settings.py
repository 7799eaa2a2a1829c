"""Settings that are safe to start with, in production too."""

from pathlib import Path

from tests.support import counters, databases
from tests.support.canaries import Kind, canaries
from tests.support.quick import secret
from tests.support.servers.simulator_process import RunningSimulator


def safe_settings(folder: Path, simulator: RunningSimulator) -> dict[str, str]:
    secret_key = secret()
    canaries.remember(Kind.SECRET, secret_key, simulator.first.api_secret)
    canaries.remember(Kind.SECRET, databases.PASSWORD, counters.PASSWORD)
    return {
        "DASHBOARD_ENVIRONMENT": "local",
        "DASHBOARD_SECRET_KEY": secret_key,
        "PUBLIC_URL": "http://localhost",
        "TRUSTED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": databases.url_for(folder),
        "REDIS_URL": counters.url(),
        "PARTNER_API_URL": simulator.base_url,
        "PARTNER_API_KEY": simulator.first.api_key,
        "PARTNER_API_SECRET": simulator.first.api_secret,
    }
