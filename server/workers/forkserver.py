"""The process that workers are forked from: it imports and opens everything once, then forks on order, kills
on order, buries its children, and takes them all with it when the web process is gone.

It is started afresh (never forked from the serving process) and knows no socket, key or environment variable of it. The
standard library's forkserver would not do: its workers hold its lifeline, so one hung worker keeps it alive after its
owner's death; it imports the owner's `__main__` into each worker; and it cannot open fonts beforehand.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import struct
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from server.errors import NameplateError
from server.workers.jobs import Jobs, LoadedJobs
from server.workers.limits import be_called, give_up_rights, ignore_stop_signals
from server.workers.worker import be_worker

ORDER = struct.Struct(">cQ")  # what to do, number of the worker; a START carries the worker's pipe
START, KILL = b"s", b"k"
ENDED = struct.Struct(">Qi")  # number of the worker, its exit code, negative for a signal

NOT_FORKED = 255  # exit code of a worker that could not be forked at all


@dataclass(frozen=True, slots=True)
class Orders:
    """Everything a forkserver is told when it is started, as JSON on its command line. No secrets."""

    jobs: Jobs
    fonts: tuple[Path, ...]
    font_index: Path | None
    memory_bytes: int

    def to_json(self) -> str:
        return json.dumps(
            {
                "jobs": asdict(self.jobs),
                "fonts": [str(path) for path in self.fonts],
                "font_index": self.font_index and str(self.font_index),
                "memory_bytes": self.memory_bytes,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Orders:
        said = json.loads(text)
        index = said["font_index"]
        return cls(Jobs(**said["jobs"]), tuple(map(Path, said["fonts"])), index and Path(index), said["memory_bytes"])


def main(control_fd: int, orders_json: str) -> None:
    """Runs until the web process closes its end of the control socket."""
    ignore_stop_signals()
    be_called("nameplate-fork")
    orders = Orders.from_json(orders_json)
    try:
        jobs = LoadedJobs.load(orders.jobs, orders.fonts, orders.font_index)
    except NameplateError as error:  # a font that is missing or broken: a sentence for the operator will do
        sys.exit(f"no picture can be drawn: {error}")
    offline = give_up_rights()
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise write to, and so copy, every shared page
    _Forkserver(socket.socket(fileno=control_fd), orders, jobs, offline=offline).run()


class _Forkserver:
    def __init__(self, control: socket.socket, orders: Orders, jobs: LoadedJobs, *, offline: bool) -> None:
        self._control = control
        self._orders = orders
        self._jobs = jobs
        self._offline = offline
        self._pid = os.getpid()
        # By pid. A pid is ours until it is buried here, so no kill can stray to a stranger.
        self._numbers: dict[int, int] = {}
        self._wake, wake_end = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wake_end, False)
        self._wake_end = wake_end

    def run(self) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_end, warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            with suppress(ConnectionError):  # the web process went away while we wrote to it
                while self._turn([key.fileobj for key, _ in selector.select()]):
                    pass
        self._end_all()

    def _turn(self, ready: list[object]) -> bool:
        """One round of work; False when the web process is gone."""
        if self._wake in ready:
            with suppress(BlockingIOError):
                os.read(self._wake, 4096)
            self._bury()
        return self._obey() if self._control in ready else True

    def _obey(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, ORDER.size, 1)
        if len(message) < ORDER.size:
            return False
        what, number = ORDER.unpack(message)
        if what == START and fds:
            self._fork(number, socket.socket(fileno=fds[0]))
        elif what == KILL:
            for pid in [pid for pid, known in self._numbers.items() if known == number]:
                os.kill(pid, signal.SIGKILL)
        return True

    def _fork(self, number: int, pipe: socket.socket) -> None:
        with pipe:
            try:
                pid = os.fork()
            except OSError:
                self._control.sendall(ENDED.pack(number, NOT_FORKED))
                return
            if pid == 0:
                self._be_worker(pipe)
            self._numbers[pid] = number

    def _be_worker(self, pipe: socket.socket) -> None:
        """In the child; never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            os.close(self._wake)
            os.close(self._wake_end)
            be_worker(
                pipe, self._jobs, parent_pid=self._pid, memory_bytes=self._orders.memory_bytes, offline=self._offline
            )
            code = 0
        except ConnectionError:  # the web process closed the pipe in mid-sentence
            code = 0
        except BaseException as error:  # noqa: BLE001 - the process's edge: nothing of the forkserver may run on here
            traceback.print_tb(error.__traceback__)
            print("a worker ended:", type(error).__name__, file=sys.stderr)  # noqa: T201 - only the class: the text may quote values
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _bury(self) -> None:
        said = b"".join(
            ENDED.pack(self._numbers.pop(pid), os.waitstatus_to_exitcode(status)) for pid, status in _dead_children()
        )
        self._control.sendall(said)

    def _end_all(self) -> None:
        """Linux would do it by itself (the parent-death signal); this is for the others."""
        for pid in self._numbers:
            os.kill(pid, signal.SIGKILL)
        for pid in self._numbers:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _dead_children() -> list[tuple[int, int]]:
    dead = []
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            dead.append(found)
    return dead
