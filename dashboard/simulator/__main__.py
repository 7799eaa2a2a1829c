"""`python -m dashboard.simulator`."""

import sys

from dashboard.simulator.command import main

sys.exit(main(sys.argv[1:]))
