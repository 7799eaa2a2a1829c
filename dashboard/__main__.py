"""`python -m dashboard`."""

import sys

try:
    from dashboard.cli.main import main

    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)
