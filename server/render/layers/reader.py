"""Reads a text of a template for the blank that it is: how it is set, where it stands, its colours.

What SVG means by it, CairoSVG is asked: it draws the document, and at each text is looked up where it got to. A text
that has more to it than a blank can say is none: a pattern, a stroke, a mask, letters that are turned.
"""

from __future__ import annotations

from dataclasses import replace

import cairocffi
from cairosvg.helpers import size as as_size
from cairosvg.helpers import transform
from cairosvg.parser import Node, Tree

from server.fonts.library import FontLibrary
from server.images import NO_PICTURES
from server.kept import Kept
from server.render.color_glyphs import glyph_color
from server.render.layers.blank import Blank
from server.render.layers.coats import Paints
from server.render.layers.one_style import OneStyle, Wording
from server.render.layers.plan import Means, Source
from server.render.layers.spans import Span, Spans, apart
from server.render.layers.window import Window, window_of
from server.render.paint import Canvas
from server.render.plain_fill import plain_fill
from server.render.rasterise import Matrix
from server.render.scene import Typesetter, slot_name
from server.render.type.baselines import lowered
from server.render.type.chunks import Chunk, chunks
from server.render.type.decorations import decorating
from server.render.type.directions import follows_words
from server.render.type.letters import Letters, Words
from server.render.type.small_caps import caps_of
from server.render.type.text_layers import paints_stroke_first, with_spans
from server.render.type.texts import joined, line_box, with_room_for_raised
from server.render.type.whitespace import keeps_spaces
from server.text.box import Box

BLANKS_KEPT_BYTES = 3_000_000  # of each drawing process
NOTHING_BYTES = 500  # that a text is no blank, with the name it is kept under
# What the drawing of a single element does beyond its fill, its stroke and its transform.
EFFECTS = ("clip", "clip-path", "mask", "filter", "width", "height")
PLACES = ("x", "y", "dx", "dy")


def _weight(blank: Blank | None) -> int:
    return NOTHING_BYTES + (blank.weight if blank else 0)


_blanks: Kept[tuple[object, ...], Blank | None] = Kept(BLANKS_KEPT_BYTES, _weight)


def blank_of(source: Source, means: Means) -> Blank | None:
    """The blank that `source` is; None where it is drawn as a document."""
    return _blanks.get((source.digest, means.size, means.fonts), lambda: _read(source, means))


def _read(source: Source, means: Means) -> Blank | None:
    template, fonts, size = means.template, means.fonts, means.size
    typesetter = Typesetter(template, fonts, NO_PICTURES)
    try:
        document = replace(source, printed=()).document(means)  # with its holes
        tree = Tree(bytestring=document.xml, url_fetcher=typesetter)
        typesetter.know(tree)
        reader = _Reader(tree, typesetter, fonts, (template.width, template.height), size)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # what is wrong is said by the document when it is drawn, if it is drawn at all
        return None
    return reader.blank


class _Reader(Canvas):
    """Draws a document on nothing, and reads its texts."""

    font_size: float

    def __init__(
        self, tree: Tree, typesetter: Typesetter, fonts: FontLibrary, designed: tuple[int, int], size: tuple[int, int]
    ) -> None:
        self._found: list[Wording | Spans | None] = []  # None stands for one that a blank cannot say
        self._slots: list[str] = []
        self._windows: list[Window] = []
        self._typesetter = typesetter
        self._fonts = fonts
        super().__init__(tree, cairocffi.ImageSurface(cairocffi.FORMAT_A8, *size), designed)

    @property
    def blank(self) -> Blank | None:
        """All texts in one."""
        wordings = tuple(found for found in self._found if isinstance(found, Wording))
        if wordings and len(wordings) == len(self._found):
            return OneStyle(window=self._windows[0], wordings=wordings, slots=tuple(self._slots))
        (found,) = self._found if len(self._found) == 1 else (None,)
        return found if isinstance(found, Spans) else None

    def draw(self, node: Node) -> None:
        if node.tag != "text":
            super().draw(node)
            return
        is_choice = node.parent.xml_tree.get("data-choose") == "first-fit"
        self._slots.append((is_choice and slot_name(node.parent)) or slot_name(node))
        self._found.append(self._text(node))

    def _text(self, text: Node) -> Wording | Spans | None:
        if not self._is_on_the_picture() or not all(map(_is_bare, with_spans(text))):
            return None
        matrix = self._matrix_of(text)
        if matrix is None:
            return None
        self._windows.append(window_of(self.context, self.cairo))
        letters, box = self._typesetter.read(text)
        if letters.turns or letters.tracks or letters.lengths:
            return None
        return self._wording(text, letters, box, matrix) or self._spans(text, matrix)

    def _wording(self, text: Node, letters: Letters, box: Box, matrix: Matrix) -> Wording | None:
        """`text`, where it is of one run."""
        paints = self._paints(text)
        if paints is None or not _has_one_place(text) or [type(item) for item in letters.items] != [Words]:
            return None
        chunk, box = self._one_chunk(text, letters, box)
        (run,), (source,) = chunk.runs, chunk.sources
        if run.style.decorations or caps_of(text) or any((source.dx, source.dy, source.turn)):
            return None
        return Wording(
            words=text.text,
            keeps_spaces=keeps_spaces(text),
            letter_case=str(text.get("text-transform", "")),
            style=run.style,
            box=box,
            follows_words=follows_words(text),
            down=0.0 if box.rect else lowered(text, self._fonts),
            matrix=matrix,
            paints=paints,
        )

    def _one_chunk(self, text: Node, letters: Letters, box: Box) -> tuple[Chunk, Box]:
        """All of `text`, and the box that it is set in; as `Typesetter` sets it."""
        if box.is_bounded:
            chunk = joined(letters, self._fonts)
            return chunk, with_room_for_raised(box, chunk, text, self._fonts)
        (chunk,) = chunks(letters)
        return chunk, line_box((chunk.x or 0.0) + chunk.dx, chunk, text)

    def _spans(self, text: Node, matrix: Matrix) -> Spans | None:
        """`text`, where each of its parts has a colour."""
        spans: list[Span] = []
        copied = apart(text)
        for node, twin in zip(with_spans(text), with_spans(copied), strict=True):
            paints = self._paints(node)
            if paints is None or decorating(node):
                return None
            spans.append(Span(twin, node.text or "", paints))
        return Spans(
            window=self._windows[-1],
            text=copied,
            spans=tuple(spans),
            slot=self._slots[-1],
            matrix=matrix,
            viewport=self._typesetter.viewport,
            rect=self._typesetter.rect_of(text),
        )

    def _paints(self, node: Node) -> Paints | None:
        """None where there is more to its letters than a colour or a gradient."""
        letters = None if paints_stroke_first(node) else plain_fill(self, node, is_set=False)
        # Emoji are made of shapes: that has a say in their edges, and under a clip cairo rounds them once more.
        is_plain = "shape-rendering" not in node and self._windows[-1].is_whole
        emoji = glyph_color(self, node) if is_plain else None
        return letters and Paints(letters, emoji)

    def _is_on_the_picture(self) -> bool:
        """Whether what is painted now goes onto the picture itself."""
        target = self.context.get_group_target()
        return bool(target._pointer == self.cairo._pointer)  # noqa: SLF001  # what tells surfaces apart

    def _matrix_of(self, text: Node) -> Matrix | None:
        """From the user units of `text` to pixels, as `Surface.draw` comes to it: an em there is the text's own. None
        where nothing of it is seen."""
        around: float = self.font_size
        self.font_size = as_size(self, text.get("font-size", "12pt"))
        self.context.save()
        transform(self, text.get("transform"), transform_origin=text.get("transform-origin"))
        matrix: Matrix = self.context.get_matrix().as_tuple()
        left, top, right, bottom = self.context.clip_extents()  # CairoSVG clips all away where it cannot transform
        self.context.restore()
        self.font_size = around
        return matrix if left < right and top < bottom else None


def _is_bare(node: Node) -> bool:
    """Whether CairoSVG does no more with a text or a part of it than to paint its own letters."""
    if node.get("display") == "none" or any(name in node for name in EFFECTS):
        return False
    is_text = node.tag == "text"
    if not is_text and (node.tag != "tspan" or "transform" in node):
        return False
    return not node.children or float(node.get("opacity", 1)) >= 1  # else it is a group


def _has_one_place(text: Node) -> bool:
    """Whether all of `text` follows from where its first letter stands."""
    return not text.children and all(len(str(text.get(name, "")).replace(",", " ").split()) < 2 for name in PLACES)
