"""The web process's end of a forkserver: starts it, orders workers from it, hears of their ends.
Only `close` waits.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from server.workers.forkserver import ENDED, KILL, ORDER, START, Orders

# Numerical libraries start a thread per CPU when they are imported: no fork is safe after that, and on a
# machine with many CPUs they do not even start within a worker's memory.
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)

# What finding a shared library (libcairo) or a locale may need. Everything else stays behind: keys may be set
# in the environment, and a process shows its environment to whoever takes it over.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR")

BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from server.workers.forkserver import main; main(int(sys.argv[2]), sys.argv[3])"
)

CLOSE_SECONDS = 3.0  # told to end, a forkserver kills, buries and goes; after this it is killed itself


class Launcher:
    """One forkserver. Raises OSError where it, or a worker, cannot be started."""

    def __init__(self, orders: Orders) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                    [
                        sys.executable,
                        "-I",
                        "-c",
                        BOOTSTRAP,
                        json.dumps(module_path()),
                        str(theirs.fileno()),
                        orders.to_json(),
                    ],
                    env=ONE_THREAD | bare_environment(),
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                )
            except BaseException:
                ours.close()
                raise
        self._control = ours
        self._heard = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def fileno(self) -> int:
        return self._control.fileno()

    def start(self, number: int) -> socket.socket:
        """Our end of a new worker's pipe. The worker itself is on its way and says READY when it is there."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [ORDER.pack(START, number)], [theirs.fileno()])
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        return ours

    def kill(self, number: int) -> None:
        with suppress(OSError):  # a forkserver that is gone has taken its workers with it
            self._control.send(ORDER.pack(KILL, number))

    def ended(self) -> list[tuple[int, int]]:
        """Number and exit code of workers that have ended meanwhile. Raises EOFError when the forkserver is gone."""
        try:
            heard = self._control.recv(64 * ENDED.size)
        except BlockingIOError:
            return []
        except OSError:
            heard = b""
        if not heard:
            raise EOFError
        self._heard += heard
        whole = len(self._heard) - len(self._heard) % ENDED.size
        ended = [(number, code) for number, code in ENDED.iter_unpack(self._heard[:whole])]
        self._heard = self._heard[whole:]
        return ended

    def close(self) -> None:
        """Ends the forkserver with all its workers. Waits, but not for ever."""
        self._control.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def bare_environment() -> dict[str, str]:
    """What a process that reads foreign bytes is told of our environment."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def module_path() -> list[str]:
    """Where this process finds its modules; the empty entry means the current folder."""
    return [str(Path(entry).absolute()) for entry in sys.path]
