"""A real server, real requests: what was asked, counted by hand, is what /metrics and `nameplate health` say, with one
web process and with two, over a stop and over SIGKILL."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.support.running import RunningServer, alive, nameplate, running, until

CANARY = "Xanthippe-4711"
UNMERGED = "%7B%7Bfirst_name%7D%7D"


def metrics(server: RunningServer) -> Counter[str]:
    """The samples of the page, each by its line up to the number."""
    lines = [line.rpartition(" ") for line in server.get("/metrics").text.splitlines() if not line.startswith("#")]
    return Counter({name: float(value) for name, _, value in lines})


def answers(page: Counter[str], template: str) -> float:
    return sum(
        n for name, n in page.items() if name.startswith("nameplate_requests") and f'template="{template}"' in name
    )


def ask(server: RunningServer, times: int) -> tuple[int, int]:
    """Requests of webinar, and how many of them had a tag in their open param. Each over a connection of its own, so
    that each web process gets some."""
    good = server.sign("webinar.jpg?first_name=Sarah&company=Acme", ["first_name"])
    unmerged = server.sign(f"webinar.jpg?first_name={UNMERGED}&company={CANARY}", ["first_name"])
    for i in range(times):
        for link in (good, unmerged) if i % 2 else (good,):
            assert httpx.get(server.url + link, timeout=30).status_code == 200
    return times + times // 2, times // 2


def health(data: Path, *flags: str) -> dict[str, Any]:
    told = nameplate("health", "--json", *flags, data=data)
    assert CANARY not in told.stdout + told.stderr
    fates: dict[str, Any] = json.loads(told.stdout)
    return fates


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_was_asked_is_what_is_told(tmp_path: Path, workers: str) -> None:
    with running(tmp_path, "--workers", workers) as server:
        assert until(lambda: metrics(server)["nameplate_web_processes"] == float(workers))
        asked, fell = ask(server, 40)
        if workers == "2":  # what the other process counted is there when it next wrote
            assert until(lambda: answers(metrics(server), "webinar") == asked)
        page = metrics(server)
        assert answers(page, "webinar") == asked
        assert page['nameplate_fallbacks_total{param="first_name",reason="unmerged",template="webinar"}'] == fell
        assert page["nameplate_workers_alive"] >= 1
        drawn = page['nameplate_renders_total{template="webinar"}']
        assert 2 <= drawn <= 4
        assert page['nameplate_stage_seconds_count{stage="paint"}'] == drawn
        assert CANARY not in server.get("/metrics").text
        strange = {"x-forwarded-for": "203.0.113.9"}  # on by default is not asked for, in a web process of several too
        assert [server.get(path, headers=strange).status_code for path in ("/metrics", "/")] == [404, 404]
        if workers == "2":
            assert [answers(metrics(server), "webinar") for _ in range(6)] == [asked] * 6
    assert not [line for line in server.lines if CANARY in line]
    (webinar,) = health(tmp_path)["templates"]  # after it stopped: everything is written
    (first_name,) = webinar["params"]
    assert (webinar["template"], webinar["answers"]) == ("webinar", asked)
    assert (first_name["param"], first_name["count"]) == ("first_name", fell)
    assert [(cause["name"], cause["count"]) for cause in first_name["causes"]] == [("unmerged", fell)]


def test_a_killed_web_process_loses_no_more_than_was_not_written(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "2") as server:
        asked, _ = ask(server, 30)
        assert until(lambda: metrics(server)["nameplate_web_processes"] == 2)  # ours is written by being asked
        assert until(lambda: answers(metrics(server), "webinar") == asked)  # and that of the other after ten seconds
        before = {pid for pid in server.descendants() if _is_web(pid)}
        os.kill(min(before), signal.SIGKILL)
        assert until(lambda: not alive(min(before)) and len([p for p in server.descendants() if _is_web(p)]) == 2)
        again, _ = ask(server, 10)
        assert until(lambda: answers(metrics(server), "webinar") == asked + again)
    (webinar,) = health(tmp_path)["templates"]
    assert webinar["answers"] == asked + again


def test_a_server_that_is_killed_has_written_what_is_older_than_ten_seconds(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        asked, fell = ask(server, 10)
        assert until(lambda: [t["answers"] for t in health(tmp_path)["templates"]] == [asked])
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
    (webinar,) = health(tmp_path)["templates"]
    assert (webinar["answers"], webinar["params"][0]["count"]) == (asked, fell)


def test_a_data_folder_that_cannot_be_written_is_no_error_for_a_request(tmp_path: Path) -> None:
    (tmp_path / "tally").write_text("in the way")
    with running(tmp_path) as server:
        asked, _ = ask(server, 4)
        assert answers(metrics(server), "webinar") == asked
        assert until(lambda: any("what was counted cannot be written" in line for line in server.lines))
        ask(server, 2)
    assert not [line for line in server.lines if "Traceback" in line]


def _is_web(pid: int) -> bool:
    """One of uvicorn's, as opposed to the processes that draw and to multiprocessing's own."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"spawn_main" in command and b"nameplate" not in Path(f"/proc/{pid}/comm").read_bytes()
    except OSError:
        return False
