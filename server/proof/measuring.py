"""A candidate into what is drawn small to measure its texts. Pictures from elsewhere are not fetched for that, and what
stands in for them (a name set in type, initials) is nothing that recipients see: a plain picture takes its place, so
that it is not measured, and that whatever asks for the picture finds one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from PIL import Image

from server.catalog.spec import REMOTE, RenderSpec
from server.images import NO_PICTURES
from server.proof.survey import Candidate
from server.report import Reason

SIDE = 64  # pixels; large enough that nothing calls it tiny
GREY = (128, 128, 128)


def for_measuring(candidate: Candidate) -> tuple[RenderSpec, Mapping[str, bytes]]:
    """What is drawn in the place of the candidate's spec, and the pictures that it names, by digest."""
    spec = candidate.spec
    unfetched = {fallback.param for fallback in spec.fallbacks if fallback.reason is Reason.NOT_FETCHED}
    if not unfetched:
        return spec, NO_PICTURES
    digest, body = _plain_picture()
    values = tuple((name, f"{REMOTE}{digest}" if name in unfetched else value) for name, value in spec.values)
    return replace(spec, values=values), {digest: body}


@cache
def _plain_picture() -> tuple[str, bytes]:
    """With its digest, by which a spec names it."""
    out = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), GREY).save(out, "PNG")
    return hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue()
