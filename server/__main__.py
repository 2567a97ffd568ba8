"""`nameplate` and `python -m server`: one sentence when the system library is missing, else the command line."""

from __future__ import annotations

import sys

from server.errors import MissingLibrary
from server.native import require_cairo


def main() -> None:
    try:
        require_cairo()
    except MissingLibrary as error:
        sys.exit(f"nameplate: {error}")
    from server.cli import run  # noqa: PLC0415  # everything behind it needs libcairo

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
