"""The real server while its workers, its data folder and its templates are taken away: always an image."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.running import RunningServer, nameplate, running, until

CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    '<text x="9" y="99" inline-size="380">{{ name }}</text></svg>'
)
TALLER = CARD.replace('height="200"', 'height="300"')

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc to see the processes")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    house = tmp_path_factory.mktemp("house")
    (house / "templates").mkdir()
    (house / "templates" / "card.svg").write_text(CARD)
    shutil.copytree(ROOT / "fonts" / "inter", house / "fonts" / "inter")
    with running(house / "data", templates=[house / "templates"], NAMEPLATE_FONTS=str(house / "fonts")) as server:
        yield server


def is_own_picture(server: RunningServer, link: str) -> bool:
    answer = server.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    return "nameplate-problem" not in answer.headers


def test_an_edit_is_served_without_a_restart_and_a_broken_one_is_not(server: RunningServer) -> None:
    path = Path(server.templates[0]) / "card.svg"
    link = server.sign("card.png?name=Sarah")
    before = server.get(link).content
    path.write_text(TALLER)
    assert until(lambda: server.get(link).content != before)
    edited = server.get(link).content
    path.write_text(CARD.replace("{{ name }}", "{{ name"))
    assert until(lambda: server.health()["templates"]["broken"] == ["card"])
    assert server.get(link).content == edited
    path.write_text(CARD)
    assert until(lambda: server.get(link).content == before)


def test_a_key_revoked_by_a_command_is_refused_at_once_by_the_running_server(server: RunningServer) -> None:
    link = server.sign("card.png?name=Key")
    assert is_own_picture(server, link)
    nameplate("keys", "add", data=server.data)
    assert is_own_picture(server, link)
    nameplate("keys", "revoke", "k1", "--yes", data=server.data)
    assert server.get(link).headers["nameplate-problem"] == "revoked-key"
    assert is_own_picture(server, server.sign("card.png?name=Key"))


def test_the_cache_removed_while_serving_is_never_a_failure(server: RunningServer) -> None:
    links = [server.sign(f"card.png?name=Person{number}") for number in range(6)]
    pictures = [server.get(link).content for link in links]
    shutil.rmtree(server.data / "cache")
    assert [server.get(link).content for link in links] == pictures
    assert is_own_picture(server, server.sign("card.png?name=After"))


def test_workers_killed_under_load_cost_no_wrong_and_no_broken_answer(server: RunningServer) -> None:
    links = [server.sign(f"card.png?name=Load{number}") for number in range(20)]
    stop = threading.Event()

    def murder() -> None:
        while not stop.wait(0.2):
            for pid in server.descendants():
                try:
                    os.kill(pid, signal.SIGKILL)
                    break
                except ProcessLookupError:
                    continue

    murderer = threading.Thread(target=murder)
    murderer.start()
    try:
        for link in links:
            is_own_picture(server, link)  # asserts 200 and an image inside
    finally:
        stop.set()
        murderer.join()
    assert until(lambda: is_own_picture(server, server.sign("card.png?name=Healed")))
    assert len({server.get(link).content for link in links if is_own_picture(server, link)}) == len(links)


def test_with_all_workers_killed_and_none_startable_the_default_picture_goes_out(server: RunningServer) -> None:
    default = server.get(server.sign("card.png")).content
    fonts = server.data.parent / "fonts"
    hidden = fonts.rename(fonts.with_name("hidden"))  # nothing can be drawn without a font, so no worker starts
    try:
        for pid in server.descendants():
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: server.health()["renderers"]["alive"] == 0)
        for number in range(5):
            answer = server.get(server.sign(f"card.png?name=Nobody{number}"))
            assert (answer.status_code, answer.content) == (200, default)
            assert answer.headers["nameplate-problem"] in {"no-worker", "timed-out"}
            assert answer.headers["cache-control"] == "public, max-age=60"
        assert server.get("/readyz").status_code == 503
    finally:
        hidden.rename(fonts)
    assert until(lambda: is_own_picture(server, server.sign("card.png?name=Again")))


def test_stopping_finishes_what_is_under_way_and_leaves_no_process(server: RunningServer) -> None:
    below = server.descendants()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) in {0, -signal.SIGTERM}  # uvicorn ends by the signal it was sent, when it is done
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
    assert not [line for line in server.lines if "Traceback" in line]
