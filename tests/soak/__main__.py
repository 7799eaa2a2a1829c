"""`make soak`: staff at work on two servers while they are killed, restarted and deployed.

It prints a table, and ends with 1 where the journals disagree.
"""

import argparse
import logging
import signal
import sys

import structlog

from tests.bench.figures import circumstances, table
from tests.soak.report import figures
from tests.soak.run import soak
from tests.soak.site import run_site

INTERRUPTED = 130  # the exit status that shells use
MINUTES_MAX, RATE_MAX, STAFF_MAX = 60.0, 1_000.0, 200  # staff have an address each


def main() -> int:
    """Run it and print the table; return how it ended."""
    options = argparse.ArgumentParser(prog="make soak")
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--rate", type=float, default=100, help="requests a second")
    options.add_argument("--staff", type=int, default=50)
    chosen = options.parse_args()
    given = (chosen.minutes, chosen.rate, chosen.staff)
    for name, value, most in zip(
        ("minutes", "rate", "staff"), given, (MINUTES_MAX, RATE_MAX, STAFF_MAX), strict=True
    ):
        if not 0 < value <= most:
            options.error(f"--{name} is above 0 and at most {most:g}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(circumstances(), flush=True)  # noqa: T201
    try:
        with run_site() as site:
            rows = [*figures(soak(site, *given))]
    except KeyboardInterrupt:
        print("Ended early: nothing was compared.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    print(table(rows))  # noqa: T201
    return int(any(row.holds is False for row in rows if row.line == "journals"))


if __name__ == "__main__":
    sys.exit(main())
