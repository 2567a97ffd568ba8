"""What the tests ask about processes, which come and go without telling anybody."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path


async def until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - processes come and go without telling us
        await asyncio.sleep(0.005)


def is_running(pid: int) -> bool:
    """Zombies are none: an orphan is reaped when the machine's first process gets round to it."""
    return pid in running()


def running() -> dict[int, str]:
    """The command line of every process: by /proc where there is one (a small Debian has no `ps`), else by `ps`."""
    return dict(_by_proc() if Path("/proc/self/stat").exists() else _by_ps())


def _by_proc() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        with suppress(OSError):  # it ended meanwhile
            if entry.name.isdigit() and (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                yield int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _by_ps() -> Iterator[tuple[int, str]]:
    asked = ["ps", "-Ao", "pid=,stat=,args=", "-ww"]
    for line in subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines():
        pid, state, *arguments = line.split(None, 2)
        if not state.startswith("Z"):
            yield int(pid), "".join(arguments)
