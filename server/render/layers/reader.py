"""Reads a text of a template for the blank that it is: how it is set, where it stands, its colour.

What SVG means by it, CairoSVG is asked: it draws the document, and at each text is looked up where it got to. A text
that has more to it than a blank can say is none: a gradient, a stroke, a clip, letters with places of their own.
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
from server.render.layers.blank import Blank, Wording
from server.render.layers.plan import Means, Source
from server.render.paint import Canvas
from server.render.plain_fill import plain_fill
from server.render.rasterise import Matrix
from server.render.scene import Typesetter, slot_name
from server.render.type.baselines import lowered
from server.render.type.chunks import Chunk, chunks
from server.render.type.directions import follows_words
from server.render.type.letters import Letters, Words
from server.render.type.small_caps import caps_of
from server.render.type.texts import joined, line_box, with_room_for_raised
from server.render.type.whitespace import keeps_spaces
from server.text.box import Box

BLANKS_KEPT = 1_000  # some 3 KB each
# What the drawing of a single element does beyond its fill, its stroke and its transform.
EFFECTS = ("clip", "clip-path", "mask", "filter", "width", "height")
PLACES = ("x", "y", "dx", "dy")
OF_SINGLE_LETTERS = ("rotate", "textLength")
FIXED_POINT = 1 / 256  # of a pixel: as exactly as cairo knows a clip

_blanks: Kept[tuple[object, ...], Blank | None] = Kept(BLANKS_KEPT)


def blank_of(source: Source, means: Means) -> Blank | None:
    """The blank that `source` is; None where it is drawn as a document."""
    return _blanks.get((means.template.digest, source.xml, means.size, means.fonts), lambda: _read(source, means))


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
    wordings = tuple(wording for wording in reader.wordings if wording)
    if not wordings or len(wordings) < len(reader.wordings):
        return None
    return Blank(wordings, tuple(reader.slots), size)


class _Reader(Canvas):
    """Draws a document on nothing, and reads its texts: None stands for one that a blank cannot say."""

    font_size: float

    def __init__(
        self, tree: Tree, typesetter: Typesetter, fonts: FontLibrary, designed: tuple[int, int], size: tuple[int, int]
    ) -> None:
        self.wordings: list[Wording | None] = []
        self.slots: list[str] = []
        self._typesetter = typesetter
        self._fonts = fonts
        self._whole = (0.0, 0.0, *map(float, size))
        super().__init__(tree, cairocffi.ImageSurface(cairocffi.FORMAT_A8, *size), designed)

    def draw(self, node: Node) -> None:
        if node.tag != "text":
            super().draw(node)
            return
        is_choice = node.parent.xml_tree.get("data-choose") == "first-fit"
        self.slots.append((is_choice and slot_name(node.parent)) or slot_name(node))
        self.wordings.append(self._wording(node) if _has_one_place(node) and self._is_bare() else None)

    def _wording(self, text: Node) -> Wording | None:
        letters, box = self._typesetter.read(text)
        color, found, matrix = plain_fill(self, text), self._one_run(text, letters, box), self._matrix_of(text)
        if color is None or found is None or matrix is None:
            return None
        chunk, box = found
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
            color=color,
        )

    def _one_run(self, text: Node, letters: Letters, box: Box) -> tuple[Chunk, Box] | None:
        """All of `text`, and the box that it is set in; as `Typesetter` sets it. None where it is several runs."""
        if [type(item) for item in letters.items] != [Words]:
            return None
        if box.is_bounded:
            chunk = joined(letters, self._fonts)
            return chunk, with_room_for_raised(box, chunk, text, self._fonts)
        (chunk,) = chunks(letters)
        return chunk, line_box((chunk.x or 0.0) + chunk.dx, chunk, text)

    def _is_bare(self) -> bool:
        """Whether what is painted now goes onto the picture itself, and is seen wherever it is."""
        context = self.context
        if context.get_group_target()._pointer != self.cairo._pointer:  # noqa: SLF001  # what tells surfaces apart
            return False
        context.save()
        context.identity_matrix()
        try:
            clips = context.copy_clip_rectangle_list()
        except cairocffi.CairoError:  # it is no rectangle
            return False
        finally:
            context.restore()
        return len(clips) == 1 and all(
            abs(side - whole) <= FIXED_POINT for side, whole in zip(clips[0], self._whole, strict=True)
        )

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


def _has_one_place(text: Node) -> bool:
    """Whether all of `text` is drawn, and follows from where its first letter stands."""
    if text.children or text.get("display") == "none" or any(name in text for name in EFFECTS):
        return False
    if any(name in text.xml_tree.attrib for name in OF_SINGLE_LETTERS):
        return False
    return all(len(str(text.get(name, "")).replace(",", " ").split()) < 2 for name in PLACES)
