"""The pictures of the docs are what the sources beside them draw, and each is shown where it was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from docs.draw import ROOT, Figure, draw_figure, encoded, find_figures, is_same, pages

MAX_README_BYTES = 150_000  # a first visit loads them all
MAX_BYTES = 200_000
FIGURES = [(page, figure) for page in pages() for figure in find_figures(page)]


def name(case: object) -> str:
    return case.file.stem if isinstance(case, Figure) else ""


@pytest.mark.parametrize(("page", "figure"), FIGURES, ids=name)
def test_a_picture_is_what_its_source_draws(page: Path, figure: Figure) -> None:
    drawn = encoded(draw_figure(figure), figure.file)
    assert is_same(figure.file, drawn), (
        f"{figure.file.relative_to(ROOT)} is out of date; `make pictures`, and look at it"
    )


@pytest.mark.parametrize(("page", "figure"), FIGURES, ids=name)
def test_a_picture_is_shown_with_a_description_and_is_small(page: Path, figure: Figure) -> None:
    shown = f"]({figure.file.relative_to(page.parent).as_posix()})"
    assert page.read_text(encoding="utf-8").count(shown) == 1
    assert f"[{shown}" not in page.read_text(encoding="utf-8"), "it has no description"
    assert figure.file.stat().st_size <= (MAX_README_BYTES if page.name == "README.md" else MAX_BYTES)


@pytest.mark.parametrize("folder", ["readme", "fitting", "quick-start"])
def test_no_picture_is_left_over(folder: str) -> None:
    kept = set((ROOT / "docs/pictures" / folder).iterdir())
    assert kept
    assert kept == {figure.file for _, figure in FIGURES if figure.file.parent.name == folder}


def test_the_comparison_sees_a_lost_full_stop(tmp_path: Path) -> None:
    for ending in ("png", "webp"):
        file = tmp_path / f"page.{ending}"
        picture = Image.new("RGB", (400, 200), "#ffffff")
        picture.paste("#241b5c", (100, 100, 106, 106))
        file.write_bytes(encoded(picture, file))
        assert is_same(file, encoded(picture, file))
        assert not is_same(file, encoded(Image.new("RGB", (400, 200), "#ffffff"), file))
        assert not is_same(tmp_path / f"none.{ending}", encoded(picture, file))


def test_a_page_that_asks_for_a_picture_without_a_source_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- draw a.png 100x50\nname=Ada\n-->\n\nnothing\n")
    with pytest.raises(ValueError, match=r"no svg block below the picture a\.png"):
        list(find_figures(page))
