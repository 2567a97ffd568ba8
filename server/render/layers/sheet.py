"""The parts of a picture, laid out for one person and put on one another.

Each is what it needs to be, and no more: pixels that are there already, letters to be laid on, a scene for CairoSVG.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cairocffi import Context, ImageSurface

from server.images import Live, Pixels
from server.render.layer import Layer, Paper, put, surface_of
from server.render.layers.blank import SetText, unescaped
from server.render.layers.cut import Kind
from server.render.layers.plan import Means, Source
from server.render.layers.reader import blank_of
from server.render.paint import paint_over
from server.render.scene import Scene, Slots, lay_out, named
from server.render.touched import Rows

Item = Layer | SetText | Scene


@dataclass(frozen=True, slots=True)
class Sheet:
    """`items` from back to front."""

    items: tuple[Item, ...]

    @property
    def slots(self) -> Slots:
        """Of all texts, in the order of the document."""
        return named(tuple(slot for item in self.items for slot in item.slots))


def lay_out_parts(sources: Sequence[Source], layers: Mapping[str, Layer], means: Means) -> Sheet:
    """`layers` are those parts that are painted already, by digest. Raises BrokenTemplate."""
    return Sheet(tuple(layers.get(source.digest) or _set(source, means) for source in sources))


def _set(source: Source, means: Means) -> SetText | Scene:
    return (_filled_in(source, means) if means.keeps else None) or lay_out(
        source.document(means), means.template, means.fonts, means.pictures
    )


def _filled_in(source: Source, means: Means) -> SetText | None:
    if source.kind is not Kind.WORDS:
        return None
    values = unescaped(source.printed)
    blank = blank_of(source, means)
    return blank.filled_in(values, means.fonts) if blank and values is not None else None


def paint_sheet(sheet: Sheet, size: tuple[int, int], paper: Paper) -> Pixels:
    """The whole picture, on `paper`."""
    first = sheet.items[0]
    lowest = first if isinstance(first, Layer) and first.stays else None
    items = sheet.items[1:] if lowest else sheet.items
    pixels, missing = paper.begun(lowest, size, [(item, _rows_of(item)) for item in items])
    surface = surface_of(pixels)
    context = Context(surface)
    if missing is not None:
        for start, end in missing:
            context.rectangle(0, start, pixels.width, end - start)
        context.clip()
    painted = [(item, _painted(item, surface, context, missing)) for item in items]
    surface.finish()
    paper.ended(painted)
    return replace(pixels, live=tuple(_live(painted, below=1 if lowest else 0)))


def _live(painted: Iterable[tuple[Item, Rows]], below: int) -> Iterator[Live]:
    """What is not as in every other picture of the variant, with a name that another one with the same in it finds: the
    same thing, over as many layers that stay. `below` are under all of them."""
    for item, rows in painted:
        if isinstance(item, Layer) and item.stays:
            below += 1
        elif isinstance(item, Scene):
            yield from (Live(first, end) for first, end in rows)
        else:
            name = item.name if isinstance(item, SetText) else item.digest
            yield from (Live(first, end, (below, name), is_letters=isinstance(item, SetText)) for first, end in rows)


def _rows_of(item: Item) -> Rows | None:
    return None if isinstance(item, Scene) else item.rows


def _painted(item: Item, surface: ImageSurface, context: Context, missing: Rows | None) -> Rows:
    """The rows in which it shows. It is painted in those of them that are `missing`; None for all."""
    if isinstance(item, Scene):
        return paint_over(item, surface)
    if missing is None or _meet(item.rows, missing):
        if isinstance(item, Layer):
            put(item, context)
        else:
            item.lay(context)
    return item.rows


def _meet(rows: Rows, others: Rows) -> bool:
    return any(start < other_end and other_start < end for start, end in rows for other_start, other_end in others)
