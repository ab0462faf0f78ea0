"""`python -m gateway.demo --url http://localhost:8080`: load the demo; a second time changes nothing.

The community itself is founded before, on the inside: `python -m services.identity.worker found-community …`.
"""

import argparse
import os
import sys

from gateway.demo.door import Refused, Visitor
from gateway.demo.story import tell

USUAL_URL = "http://localhost:8080"


def main() -> int:
    """Load the demo; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gateway.demo", description=__doc__)
    parser.add_argument("--url", default=os.environ.get("GB_GATEWAY_URL", USUAL_URL), help="where the gateway is")
    visitor = Visitor(parser.parse_args().url)
    try:
        tell(visitor)
    except Refused as refused:
        sys.stderr.write(f"golden-bean demo: {refused}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
