"""A real browser, driven over a pipe by the Chrome DevTools protocol: a page is opened, typed into and looked at."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.chromium import CHROMIUM, QUIET

FLAGS = (*QUIET, "--no-first-run", "--disable-sync", "--disable-quic", "--disable-component-update")
ANSWER_SECONDS = 60  # a guard for a busy machine, not a measure
POLL_SECONDS = 0.05

# The protocol is spoken on the descriptors 3 and 4.
LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)


class Page:
    """One tab. `complaints` are the errors it wrote to its console, breaches of the page's policy among them."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._selector = selectors.DefaultSelector()
        self._selector.register(answers, selectors.EVENT_READ)
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def look_like(self, *, width: int, height: int, is_dark: bool = False, with_script: bool = True) -> None:
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        self._ask("Emulation.setScriptExecutionDisabled", value=not with_script)

    def open(self, url: str) -> None:
        """Goes there, and waits until everything that the page asked for has loaded."""
        self._ask("Page.navigate", url=url)
        self.until(f"document.readyState === 'complete' && location.href === {json.dumps(url)}")

    def run(self, script: str) -> Any:
        """What the expression gives; a promise is waited for."""
        done = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def until(self, script: str) -> None:
        """Waits until the expression is true; AssertionError if it never is."""
        for _ in range(int(ANSWER_SECONDS / POLL_SECONDS)):
            done = self._ask("Runtime.evaluate", expression=script, returnByValue=True, fails=True)
            if done.get("result", {}).get("value") is True:  # while the page changes there is nothing to ask
                return
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"never true: {script}")

    def type(self, selector: str, text: str) -> None:
        """As a person: the field is focused and emptied, then the text arrives in it."""
        self.run(f"{{ const it = document.querySelector({json.dumps(selector)}); it.focus(); it.select?.(); null }}")
        self._ask("Input.insertText", text=text)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9)

    def picture(self, path: Path) -> None:
        """The whole page, as PNG."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self._ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _ask(self, method: str, *, fails: bool = False, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            found = self._next()
            if found.get("id") == self._number:
                assert fails or "error" not in found, found
                result: dict[str, Any] = found.get("result", {})
                return result
            self._note(found)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert self._selector.select(ANSWER_SECONDS * 2), "the browser says nothing"
            read = os.read(self._answers, 1 << 20)
            assert read, "the browser is gone"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        decoded: dict[str, Any] = json.loads(message)
        return decoded

    def _note(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        if event.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        elif event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"]))


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A browser with a fresh profile in `folder`, ended at the end."""
    assert CHROMIUM is not None
    commands, to_browser = map(_out_of_the_way, os.pipe())
    from_browser, answers = map(_out_of_the_way, os.pipe())
    arguments = (*FLAGS, f"--user-data-dir={folder / 'profile'}", "--remote-debugging-pipe", "about:blank")
    process = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, str(commands), str(answers), CHROMIUM, *arguments],
        pass_fds=(commands, answers),
        stderr=subprocess.DEVNULL,
    )
    os.close(commands)
    os.close(answers)
    try:
        yield Page(to_browser, from_browser)
    finally:
        os.close(to_browser)
        os.close(from_browser)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _out_of_the_way(descriptor: int) -> int:
    """The same file under a number that is neither 3 nor 4."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved
