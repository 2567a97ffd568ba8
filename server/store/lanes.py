"""A lane: a short queue and a few threads for calls that may hang. What finds the queue full is refused.

Not a ThreadPoolExecutor: its queue has no end, and at exit the interpreter waits for its threads, for ever
when the disk hangs. These threads are daemons.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Lane:
    """`at_end` runs in each thread when it ends; `ended` is done after the last one."""

    def __init__(self, name: str, *, threads: int, depth: int, at_end: Callable[[], None]) -> None:
        self._depth = depth
        self._at_end = at_end
        self._queue: deque[Callable[[], None]] = deque()
        self._wake = threading.Condition()
        self._is_stopped = False
        self._running = threads
        self.ended: Future[None] = Future()
        for number in range(threads):
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True).start()

    def __len__(self) -> int:
        """How many calls wait for a thread."""
        return len(self._queue)

    def submit(self, call: Callable[[], T]) -> Future[T] | None:
        """The result to come, or None when the queue is full or the lane stopped."""
        result: Future[T] = Future()
        with self._wake:
            if self._is_stopped or len(self._queue) >= self._depth:
                return None
            self._queue.append(lambda: _settle(result, call))
            self._wake.notify()
        return result

    def stop(self) -> None:
        """Takes no more calls. What is queued is still done."""
        with self._wake:
            self._is_stopped = True
            self._wake.notify_all()

    def abandon(self) -> None:
        """Forgets what is queued, for when the call under way does not return."""
        with self._wake:
            self._queue.clear()

    def _run(self) -> None:
        while (task := self._next()) is not None:
            task()
        self._at_end()
        with self._wake:
            self._running -= 1
            is_last = self._running == 0
        if is_last and self.ended.set_running_or_notify_cancel():
            self.ended.set_result(None)

    def _next(self) -> Callable[[], None] | None:
        with self._wake:
            while not self._queue and not self._is_stopped:
                self._wake.wait()
            return self._queue.popleft() if self._queue else None


def _settle(result: Future[T], call: Callable[[], T]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        result.set_result(call())
    except BaseException as error:  # noqa: BLE001 - handed on to whoever waits for the result
        result.set_exception(error)
