"""`nameplate fonts`: what it prints, what it copies, and its exit code."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from server.cli import run
from tests.support.square_font import make_square_font

OFL = "Copyright Nobody\n\nThis Font Software is licensed under the\nSIL Open Font\nLicense, Version 1.1."
CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    '<text x="9" y="99" inline-size="380" font-family="{family}" font-size="30">{{{{ name }}}}</text></svg>'
)


class Fonts:
    """Runs `nameplate fonts` with the fonts of `folder`, in an empty working folder."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._capfd, self._monkeypatch, self.folder = capfd, monkeypatch, folder
        self.data = folder.parent / "data"

    def __call__(self, *arguments: str, fails: bool = False, fonts: str | None = None) -> str:
        return self.nameplate("fonts", *arguments, fails=fails, fonts=fonts)

    def nameplate(self, *arguments: str, fails: bool = False, fonts: str | None = None) -> str:
        with self._monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("NAMEPLATE_")]:
                patch.delenv(name)
            patch.setenv("NAMEPLATE_FONTS", str(self.folder) if fonts is None else fonts)
            patch.chdir(self.folder.parent)
            with pytest.raises(SystemExit) as ended:
                run([*arguments, "--data", str(self.data)])
        out, err = self._capfd.readouterr()
        code: Any = ended.value.code
        said = f"{out}{err}{code}" if isinstance(code, str) else f"{out}{err}"
        assert bool(code) == fails, said
        assert "Traceback" not in said
        return said


@pytest.fixture
def fonts(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fonts:
    folder = tmp_path / "fonts"
    make_square_font(folder / "square")
    (folder / "square" / "OFL.txt").write_text(OFL)
    return Fonts(capfd, monkeypatch, folder)


def bought(folder: Path, *, licence: str | None = "LICENSE.md", weight: int = 700) -> Path:
    """A font as it comes out of a download."""
    path = make_square_font(folder, family="Brand Sans", weight=weight)
    if licence:
        (folder / licence).write_text("Apache License\nVersion 2.0")
    return path


@pytest.mark.parametrize("name", ["list", "check", "add"])
def test_every_command_has_help_with_an_example(name: str, fonts: Fonts) -> None:
    assert f"nameplate fonts {name}" in fonts(name, "--help").split("For example:")[1]


def test_a_family_is_listed_with_styles_weights_licence_and_file(fonts: Fonts) -> None:
    make_square_font(fonts.folder / "square", weight=700)
    make_square_font(fonts.folder / "square", italic=True)
    said = fonts("list")
    assert said.splitlines()[0].split() == ["Square", "upright,", "italic", "400,", "700", "OFL", "1.1"]
    assert str(fonts.folder / "square" / "Square 700 Upright.ttf") in said
    assert "Latin" in said


def test_a_font_without_a_licence_is_listed_as_such(fonts: Fonts) -> None:
    bought(fonts.folder / "brand", licence=None)
    assert "no licence file" in fonts("list")


def test_good_fonts_have_nothing_to_say(fonts: Fonts) -> None:
    assert fonts("check") == "font files: 1, families: 1\n"


def test_a_broken_font_is_an_error_with_its_cure(fonts: Fonts) -> None:
    (fonts.folder / "square" / "broken.otf").write_bytes(b"not a font")
    said = fonts("check", fails=True)
    assert "broken.otf is no font that can be used" in said
    assert "no picture is drawn while it lies there" in said


def test_a_font_without_a_licence_is_a_warning(fonts: Fonts) -> None:
    path = bought(fonts.folder / "brand", licence=None)
    said = fonts("check")
    assert f"warning {path} has no licence beside it" in said


def test_a_face_that_is_there_twice_is_a_warning(fonts: Fonts) -> None:
    shutil.copytree(fonts.folder / "square", fonts.folder / "again")
    assert "2 faces are the same one" in fonts("check")


def test_a_text_is_said_with_who_draws_it(fonts: Fonts) -> None:
    make_square_font(fonts.folder / "square", family="Other", letters="Ω")
    assert "aΩ a: Square a; Other Ω; Square a\n" in fonts("check", "--text", "aΩ a", "--family", "Square")


def test_a_text_with_a_letter_that_no_font_has_is_an_error(fonts: Fonts) -> None:
    said = fonts("check", "--text", "a山田山", "--text", "abc", fails=True)
    assert "error a山田山: no font has 山 田\n" in said
    assert "abc: Square abc\n" in said


def test_a_family_that_is_not_there_is_an_error_with_the_nearest(fonts: Fonts) -> None:
    assert "did you mean Square?" in fonts("check", "--family", "Sqare", fails=True)


def test_a_family_that_was_added_and_is_not_used_yet_is_said_with_the_setting(fonts: Fonts) -> None:
    said = fonts("check", "--family", "Square", fonts="shipped", fails=True)
    assert "it is in ./fonts, which the setting `fonts` does not name" in said
    assert 'fonts = ["fonts", "shipped"]' in said
    assert "did you mean" not in said


def test_a_template_that_names_a_font_in_vain_is_an_error(fonts: Fonts, tmp_path: Path) -> None:
    card = tmp_path / "card.svg"
    card.write_text(CARD.format(family="Sqare"))
    said = fonts("check", str(card), fails=True)
    assert "font-missing" in said
    assert "Square" in said
    card.write_text(CARD.format(family="Square"))
    assert "every font it names is there" in fonts("check", str(card))


def test_an_unknown_template_is_an_error(fonts: Fonts) -> None:
    assert "there is nothing at drafts/x.svg" in fonts("check", "drafts/x.svg", fails=True)


def test_a_font_is_added_with_its_licence(fonts: Fonts, tmp_path: Path) -> None:
    path = bought(tmp_path / "download")
    said = fonts("add", str(path))
    added = fonts.folder / "brand-sans"
    assert sorted(file.name for file in added.iterdir()) == [path.name, "LICENSE.md"]
    assert (added / path.name).read_bytes() == path.read_bytes()
    assert 'font-family="Brand Sans"' in said
    assert "Brand Sans, upright, 700" in said
    assert "nameplate.toml" not in said
    assert "Apache 2.0" in fonts("list")


def test_a_folder_is_added_with_all_its_fonts_and_again_without_harm(fonts: Fonts, tmp_path: Path) -> None:
    bought(tmp_path / "download")
    bought(tmp_path / "download", weight=400)
    for _ in range(2):
        fonts("add", str(tmp_path / "download"))
    assert len(list((fonts.folder / "brand-sans").glob("*.ttf"))) == 2
    fonts("add", str(fonts.folder))  # onto itself
    assert "Brand Sans" in fonts("list")


def test_without_a_folder_of_their_own_fonts_come_here_and_the_setting_is_told(fonts: Fonts, tmp_path: Path) -> None:
    shutil.rmtree(fonts.folder)
    said = fonts("add", str(bought(tmp_path / "download")), fonts="shipped")
    assert (fonts.folder / "brand-sans").is_dir()
    assert 'fonts = ["fonts", "shipped"]' in said
    assert "Inter" in fonts("list", fonts=f"fonts{os.pathsep}shipped")


def test_a_font_without_a_licence_is_added_with_a_warning(fonts: Fonts, tmp_path: Path) -> None:
    assert "no licence lay beside it" in fonts("add", str(bought(tmp_path / "download", licence=None)))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("brand.woff2", b"wOF2", "packed for browsers"),
        ("brand.txt", b"text", r"is no .ttf, .otf, .ttc or .otc file"),
        ("brand.ttf", b"not a font", "is no font that can be used"),
    ],
)
def test_what_is_no_font_is_refused_and_nothing_is_copied(
    name: str, content: bytes, said: str, fonts: Fonts, tmp_path: Path
) -> None:
    good = bought(tmp_path / "download")
    path = tmp_path / name
    path.write_bytes(content)
    before = sorted(fonts.folder.rglob("*"))
    assert said in fonts("add", str(good), str(path), fails=True)
    assert sorted(fonts.folder.rglob("*")) == before


def test_nothing_to_add_is_said(fonts: Fonts, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "name the font files" in fonts("add", fails=True)
    assert "holds no .ttf or .otf file" in fonts("add", str(tmp_path / "empty"), fails=True)
    assert "there is no file" in fonts("add", str(tmp_path / "nowhere.ttf"), fails=True)


def test_another_file_of_the_same_name_is_never_overwritten(fonts: Fonts, tmp_path: Path) -> None:
    path = bought(tmp_path / "download")
    fonts("add", str(path))
    make_square_font(tmp_path / "download", family="Brand Sans", weight=700, letters="AB")
    before = (fonts.folder / "brand-sans" / path.name).read_bytes()
    assert "is there already and is another file" in fonts("add", str(path), fails=True)
    assert (fonts.folder / "brand-sans" / path.name).read_bytes() == before


def test_a_name_that_no_font_has_falls_back_when_it_is_drawn(fonts: Fonts, tmp_path: Path) -> None:
    (tmp_path / "card.svg").write_text(CARD.format(family="Square"))

    def said(name: str) -> str:
        return fonts.nameplate("render", "./card.svg", "-p", f"name={name}", "-o", "card.png")

    assert "name: not drawn as given (no-glyphs)" in said("山田")
    assert "not drawn as given" not in said("Sarah")
    make_square_font(fonts.folder / "square", family="Other", letters="山田")
    assert "not drawn as given" not in said("山田")
