"""Files put together of bands, read by programs that are none of ours."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from server.encode.bands import prepare
from server.encode.png import encode_png
from server.images import Effort
from tests.support.browser import browser
from tests.support.chromium import CHROMIUM
from tests.support.raw_pixels import compared, flat, noise, pixels_of, slope

WIDTH, HEIGHT = 90, 75
PNGCHECK = shutil.which("pngcheck")
READ = """
(async () => {
  const image = new Image();
  image.src = "data:image/png;base64,%s";
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return Array.from(context.getImageData(0, 0, image.width, image.height).data);
})()
"""


def base_picture(*, opaque: bool) -> NDArray[np.uint8]:
    rgba = np.vstack((flat(20, 30, 60, width=WIDTH, height=40), slope(WIDTH, HEIGHT - 40)))
    if not opaque:
        rgba[::2, ::3] = 0  # no colour where nothing shows: that is all that premultiplied pixels can say
    return rgba


def changed_picture(*, opaque: bool) -> NDArray[np.uint8]:
    rgba = base_picture(opaque=opaque)
    rgba[5:20] = noise(WIDTH, 15, opaque=True)
    rgba[60, 10:40] = (255, 0, 0, 255)
    return rgba


def files(*, opaque: bool) -> dict[str, bytes]:
    base, picture = pixels_of(base_picture(opaque=opaque)), pixels_of(changed_picture(opaque=opaque))
    prepared = prepare(base)
    return {
        f"{name}-{effort}": encode_png(compared(pixels, base), base=shared, effort=effort)
        for effort in Effort
        for name, pixels, shared in (
            ("whole", picture, None),
            ("shared", picture, prepared),
            ("all-kept", base, prepared),
            ("all-new", pixels_of(noise(WIDTH, HEIGHT, opaque=opaque)), prepared),
        )
    }


@pytest.mark.skipif(PNGCHECK is None, reason="needs pngcheck")
@pytest.mark.parametrize("opaque", [True, False])
def test_pngcheck_finds_nothing_wrong(tmp_path: Path, opaque: bool) -> None:
    assert PNGCHECK is not None
    paths = []
    for name, body in files(opaque=opaque).items():
        paths.append(tmp_path / f"{name}.png")
        paths[-1].write_bytes(body)
    checked = subprocess.run([PNGCHECK, "-q", *paths], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_chromium_shows_every_pixel(tmp_path: Path) -> None:
    with browser(tmp_path) as page:
        for opaque in (True, False):
            expected = changed_picture(opaque=opaque)
            for name, body in files(opaque=opaque).items():
                if name.startswith(("whole", "shared")):
                    read = np.array(page.run(READ % base64.b64encode(body).decode()), np.uint8).reshape(expected.shape)
                    assert np.array_equal(read, expected), json.dumps([name, opaque])
