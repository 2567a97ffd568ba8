"""The gallery as a person sees it: in a real browser, every picture loads."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.running import running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_no_picture_of_the_gallery_is_broken(tmp_path: Path) -> None:
    probe = tmp_path / "probe.html"
    with running(tmp_path / "data") as server:
        page = server.get("/").text
        links = [link.replace("&amp;", "&") for link in re.findall(r'<img src="([^"]+)"', page)]
        assert len(links) >= 10
        # The page itself runs no script, so a page of ours loads the same pictures and says how each came out.
        probe.write_text(f"""<!doctype html><title>waiting</title><script>
            const links = {json.dumps([server.url + link for link in links])};
            Promise.all(links.map(link => new Promise(done => {{
              const image = new Image();
              image.onload = () => done([link, image.naturalWidth]);
              image.onerror = () => done([link, 0]);
              image.src = link;
            }}))).then(all => document.body.textContent = JSON.stringify(all));
            </script><body></body>""")
        dump = subprocess.run(
            [
                str(CHROMIUM),
                *QUIET,
                f"--user-data-dir={tmp_path / 'profile'}",
                "--virtual-time-budget=30000",
                "--dump-dom",
                probe.as_uri(),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
    found = json.loads(re.search(r"<body>(.*?)</body>", dump, re.DOTALL)[1].replace("&amp;", "&"))  # type: ignore[index]
    assert len(found) == len(links)
    assert [link for link, width in found if width == 0] == []
