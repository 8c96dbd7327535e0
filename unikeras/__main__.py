"""`python -m unikeras`: the command line."""

import sys

from unikeras.cli import main

if __name__ == "__main__":
    sys.exit(main())
