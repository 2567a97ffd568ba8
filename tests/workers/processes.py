"""What the tests ask about processes, which come and go without telling anybody."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - processes come and go without telling us
        await asyncio.sleep(0.005)


def is_running(pid: int) -> bool:
    """Zombies are none: an orphan is reaped when the machine's first process gets round to it."""
    asked = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return state != "" and not state.startswith("Z")
