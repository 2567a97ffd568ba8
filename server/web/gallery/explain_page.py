"""The page that explains a link: what `explain` found, as HTML. The link comes and goes in the form's body alone, so
that its values stand in no address and no log; the picture stands in the page itself for the same reason."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from server.explain.explanation import Explanation, Outcome, ParamStory
from server.images import Picture
from server.web.gallery.files import COPY, STYLE
from server.web.gallery.pages import PAGES

FIELD = "pasted"

_SHOWN_HEADERS = ("cache-control", "cache-status", "nameplate-problem", "nameplate-fallback", "etag", "content-type")


@dataclass(frozen=True, slots=True)
class Look:
    """What the page needs beside the explanation: of a param which rows to show, of a picture how to show it."""

    found: Explanation

    @property
    def tone(self) -> str:
        if self.found.outcome is Outcome.AS_ASKED:
            return "good"
        return "part" if self.found.outcome is Outcome.WITH_FALLBACKS else "bad"

    @property
    def given(self) -> Sequence[ParamStory]:
        """Params that are in the link, or of which there is something to say."""
        return [param for param in self.found.params if param.arrived is not None or param.reason]

    @property
    def left_out(self) -> Sequence[ParamStory]:
        return [param for param in self.found.params if param.arrived is None and not param.reason]

    @property
    def picture(self) -> str:
        return _in_place(self.found.picture) if self.found.picture else ""

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        sent = self.found.answer.headers if self.found.answer else {}
        return [(name, sent[name]) for name in _SHOWN_HEADERS if name in sent]

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """Whatever the drawing says of itself beside its times, by whatever name."""
        drawing = self.found.drawing
        return [(name, json.dumps(fact, ensure_ascii=False)) for name, fact in drawing.items() if name != "stages_ms"]

    @property
    def stages(self) -> Sequence[tuple[str, float]]:
        own = [(stage.stage, stage.ms) for stage in self.found.stages]
        return [*own, *((f"drawing: {name}", ms) for name, ms in self.found.drawing.get("stages_ms", {}).items())]


def explain_page(pasted: str, found: Explanation | None) -> str:
    look = Look(found) if found else None
    return PAGES.get_template("explain.html").render(
        style=STYLE, script=COPY, preview=[], pasted=pasted, found=found, look=look, field=FIELD
    )


def read_pasted(form: bytes) -> str:
    """What was pasted into the form; empty for a form of somebody else's."""
    try:
        given = parse_qs(form.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2)
    except ValueError:
        return ""
    return given.get(FIELD, [""])[-1]


def _in_place(picture: Picture) -> str:
    return f"data:{picture.format.media_type};base64,{base64.b64encode(picture.body).decode()}"
