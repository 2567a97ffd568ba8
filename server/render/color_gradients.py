"""Gradients as fonts of colours have them, in cairo's terms: any offsets, premultiplied mixing, and turning around
a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import cos, hypot, sin, tau
from types import MappingProxyType

import cairocffi

from server.text.color_layers import Color, Gradient, Linear, Radial, Sides, Sweep

SUBSTOPS = 8  # between two stops of different colour and alpha; straight lines between them are close enough
SLICES = 256  # of a turn, for a sweep: as many as a channel has steps
EXTENDS = MappingProxyType(
    {"PAD": cairocffi.EXTEND_PAD, "REPEAT": cairocffi.EXTEND_REPEAT, "REFLECT": cairocffi.EXTEND_REFLECT}
)

Stops = tuple[tuple[float, Color], ...]


def pattern(gradient: Gradient) -> cairocffi.Gradient:
    """cairo knows offsets from 0 to 1 alone: the shape is stretched to where the first and the last stop are."""
    first, last = gradient.stops[0][0], gradient.stops[-1][0]
    reach = last - first or 1.0
    match gradient.along:
        case Linear(x1, y1, x2, y2):
            ends = [(x1 + part * (x2 - x1), y1 + part * (y2 - y1)) for part in (first, first + reach)]
            made = cairocffi.LinearGradient(*ends[0], *ends[1])
        case Radial(x1, y1, r1, x2, y2, r2):
            circles = [
                (x1 + part * (x2 - x1), y1 + part * (y2 - y1), max(r1 + part * (r2 - r1), 0.0))
                for part in (first, first + reach)
            ]
            made = cairocffi.RadialGradient(*circles[0], *circles[1])
    for offset, color in _substops(gradient.stops):
        made.add_color_stop_rgba((offset - first) / reach, *color)
    made.set_extend(EXTENDS[gradient.extend])
    return made


def _substops(stops: Stops) -> Iterator[tuple[float, Color]]:
    """COLR mixes premultiplied colours, cairo plain ones. They differ where colour and alpha change together."""
    yield stops[0]
    for (start, one), (end, other) in pairwise(stops):
        if one[3] != other[3] and one[:3] != other[:3]:
            for step in range(SUBSTOPS + 1):
                part = step / SUBSTOPS
                yield start + part * (end - start), _mixed(one, other, part)
        yield end, other


def _mixed(one: Color, other: Color, part: float) -> Color:
    """Between two colours, mixed as premultiplied ones. Where nothing is left to be seen, it is the colour of the one
    that could be, so that cairo's own mixing passes through no third one.
    """
    mine, its = (1 - part) * one[3], part * other[3]
    if not mine + its:
        mine, its = (0.0, 1.0) if other[3] else (1.0, 0.0)
    red, green, blue = ((a * mine + b * its) / (mine + its) for a, b in zip(one[:3], other[:3], strict=True))
    return red, green, blue, (1 - part) * one[3] + part * other[3]


def paint_sweep(context: cairocffi.Context, gradient: Gradient, sweep: Sweep) -> None:
    """cairo has no gradient around a point: a fan of slices, each laid over the edge of the one before."""
    context.push_group()
    context.transform(cairocffi.Matrix(*gradient.at))
    context.set_operator(cairocffi.OPERATOR_SOURCE)
    reach = _reach(sweep, context.clip_extents())
    context.set_source_rgba(*_swept_color(gradient, sweep, tau))
    context.paint()  # for the first slice to lie on, and for where slices are thinner than a pixel
    for number in range(SLICES):
        angle, end = number * tau / SLICES, min((number + 2) * tau / SLICES, tau)
        context.set_source_rgba(*_swept_color(gradient, sweep, (number + 0.5) * tau / SLICES))
        context.move_to(sweep.x, sweep.y)
        context.line_to(sweep.x + reach * cos(angle), sweep.y + reach * sin(angle))
        context.line_to(sweep.x + reach * cos(end), sweep.y + reach * sin(end))
        context.fill()
    context.pop_group_to_source()
    context.paint()


def _reach(sweep: Sweep, area: Sides) -> float:
    """Twice the way to the farthest corner: the straight outer edge of a slice must not show."""
    left, top, right, bottom = area
    return 2 * hypot(max(sweep.x - left, right - sweep.x), max(sweep.y - top, bottom - sweep.y))


def _swept_color(gradient: Gradient, sweep: Sweep, angle: float) -> Color:
    stops, turn = gradient.stops, sweep.end - sweep.start
    first, last = stops[0][0], stops[-1][0]
    part = (angle - sweep.start) / turn if turn else float(angle >= sweep.start)
    if gradient.extend != "PAD" and last > first:
        times, rest = divmod((part - first) / (last - first), 1)
        is_reflected = gradient.extend == "REFLECT" and times % 2
        part = first + (1 - rest if is_reflected else rest) * (last - first)
    for (start, one), (end, other) in pairwise(stops):
        if part < start:
            return one
        if part < end:
            return _mixed(one, other, (part - start) / (end - start))
    return stops[-1][1]
