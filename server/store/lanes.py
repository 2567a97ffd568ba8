"""A lane: a short queue and a few threads for calls that may hang. What finds the queue full is refused.

Not a ThreadPoolExecutor: its queue has no end, and at exit the interpreter waits for its threads, for ever
when the disk hangs. These threads are daemons.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


class Lane:
    """`at_end` runs in each thread when it ends; `ended` is done after the last one. For one thread that submits."""

    def __init__(self, name: str, *, threads: int, depth: int, at_end: Callable[[], None]) -> None:
        self._depth = depth
        self._at_end = at_end
        # One in C: waiting at a Condition costs a request more than the call it waits for. None ends a thread.
        self._queue: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._is_stopped = False
        self._threads = self._running = threads
        self._ending = threading.Lock()
        self.ended: Future[None] = Future()
        for number in range(threads):
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True).start()

    def submit(self, call: Callable[[], T]) -> Future[T] | None:
        """The result to come, or None when the queue is full or the lane stopped."""
        result: Future[T] = Future()
        return result if self.post(lambda: _settle(result, call)) else None

    def post(self, call: Callable[[], object]) -> bool:
        """The same for a `call` that tells its result itself, which costs a third. False when it is refused."""
        if self._is_stopped or self._queue.qsize() >= self._depth:
            return False
        self._queue.put(call)
        return True

    def stop(self) -> None:
        """Takes no more calls. What is queued is still done."""
        self._is_stopped = True
        self._end_threads()

    def abandon(self) -> None:
        """Forgets what is queued, for when the call under way does not return."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
        if self._is_stopped:
            self._end_threads()

    def _end_threads(self) -> None:
        for _ in range(self._threads):
            self._queue.put(None)

    def _run(self) -> None:
        while (call := self._queue.get()) is not None:
            try:
                call()
            except Exception as error:  # noqa: BLE001 - the thread is for the next call too
                log.error("a call in a lane failed (%s)", type(error).__name__)
        self._at_end()
        with self._ending:
            self._running -= 1
            is_last = self._running == 0
        if is_last and self.ended.set_running_or_notify_cancel():
            self.ended.set_result(None)


def _settle(result: Future[T], call: Callable[[], T]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        result.set_result(call())
    except BaseException as error:  # noqa: BLE001 - handed on to whoever waits for the result
        result.set_exception(error)
