from __future__ import annotations

from pathlib import Path

from server.catalog.last_good import LastGood
from server.catalog.template import build_template

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'
FILES = {"template.svg": SVG, "manifest.toml": b'title = "Card"', "pictures/logo.png": b"x", "examples/usual.toml": b""}


def test_what_was_kept_comes_back_the_same(tmp_path: Path) -> None:
    template = build_template("card", FILES)
    LastGood(tmp_path).save(template)
    assert LastGood(tmp_path).load("card") == template


def test_only_the_newest_version_is_kept(tmp_path: Path) -> None:
    store = LastGood(tmp_path)
    store.save(build_template("card", FILES))
    newer = build_template("card", {**FILES, "manifest.toml": b'title = "New"'})
    store.save(newer)
    assert store.load("card") == newer
    assert len(list((tmp_path / "card").iterdir())) == 1


def test_a_half_written_version_is_never_taken_for_whole(tmp_path: Path) -> None:
    template = build_template("card", FILES)
    draft = tmp_path / "card" / ".new-x" / "card"
    draft.mkdir(parents=True)
    (draft / "template.svg").write_bytes(SVG)
    assert LastGood(tmp_path).load("card") is None
    LastGood(tmp_path).save(template)
    assert LastGood(tmp_path).load("card") == template


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    assert LastGood(tmp_path / "absent").load("card") is None


def test_a_kept_version_that_was_damaged_is_nothing(tmp_path: Path) -> None:
    LastGood(tmp_path).save(build_template("card", FILES))
    for path in tmp_path.rglob("template.svg"):
        path.write_bytes(b"<svg")
    assert LastGood(tmp_path).load("card") is None


def test_a_folder_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "card").write_bytes(b"a file in the way")
    LastGood(tmp_path).save(build_template("card", FILES))
