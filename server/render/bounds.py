"""Makes a value that CairoSVG reads as a number, or as several, finite and bounded.

`<circle r="inf"/>` keeps cairo 1.16 busy for ever inside C, where no Python signal is seen (CVE-2019-6462),
and a param may print such a number. So every such value is held to a grammar: what does not match is dropped,
as SVG treats an attribute in error, and what is out of bounds is clamped. This does not bound what nested
groups multiply up (scales within scales, `em` within `em`): there the worker's time limit counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from server.render.colors import color

MAX_COORDINATE = 1e5  # 25 times the largest side of a picture
MAX_SCALE = 1e3  # factors of scale() and matrix()
MAX_RELATIVE = 1e3  # em, in, cm …: together with their factor still near MAX_COORDINATE
MAX_PERCENT = 1e4
MAX_SKEW_DEGREES = 89.0  # the tangent of 90 degrees is 1.6e16
MIN_VIEW = 1e-3  # a narrower viewBox would scale by more than 1e6
TINY = 1e-6  # less is zero: 1e-320 overflows as soon as something is divided by it
CACHED = 4096
CACHED_LENGTH = 2000

NUMBER = re.compile(r"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?", re.ASCII)
LENGTH = re.compile(rf"({NUMBER.pattern})(px|pt|pc|mm|cm|in|r?em|ex|ch|%)?", re.ASCII)
LIST = re.compile(rf"(?:[\s,]*+{LENGTH.pattern})*+[\s,]*+", re.ASCII)
FUNCTION = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)", re.ASCII | re.IGNORECASE)
PATH = re.compile(r"[MmZzLlHhVvCcSsQqTtAaEe0-9+\-.,\s]*+", re.ASCII)
# SVG draws a path up to its first error; CairoSVG would go round and round over this one.
NUMBER_AFTER_CLOSING = re.compile(r"[zZ][\s,]*[-+.\deE]", re.ASCII)
SUSPICIOUS = re.compile(r"\d{6}|[eE]", re.ASCII)
ROOT_EM = 16

# Words that mean something to us or to CairoSVG where a number may stand.
WORDS = frozenset(
    (
        "inherit",
        "normal",
        "none",
        "baseline",
        "sub",
        "super",
        "left",
        "right",
        "top",
        "bottom",
        "center",
        "xx-small",
        "x-small",
        "small",
        "medium",
        "large",
        "x-large",
        "xx-large",
        "smaller",
        "larger",
    )
)
ARGUMENTS = MappingProxyType(
    {
        "matrix": (6,),
        "translate": (1, 2),
        "scale": (1, 2),
        "rotate": (1, 3),
        "skewx": (1,),
        "skewy": (1,),
    }
)
SPELLING = MappingProxyType({"skewx": "skewX", "skewy": "skewY"})

Bound = Callable[[str], str | None]


def bounded(name: str, value: str) -> str | None:
    """The value that the attribute or CSS property `name` may have, None if it must go. Other names are
    left alone."""
    if name not in BOUNDS:
        return value
    return _bounded_once(name, value) if len(value) <= CACHED_LENGTH else BOUNDS[name](value)


@lru_cache(maxsize=CACHED)
def _bounded_once(name: str, value: str) -> str | None:
    return BOUNDS[name](value)


def _clamp(number: float, least: float, greatest: float) -> float:
    number = min(max(number, least), greatest)
    return 0.0 if abs(number) < TINY else number


def _plain(number: float) -> str:
    """Without an exponent, and exact for what people write."""
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _length(value: str, *, least: float = -math.inf) -> str | None:
    value = value.strip()
    if value in WORDS:
        return value
    found = LENGTH.fullmatch(value)
    return _bounded_length(found, least) if found else None


def _bounded_length(found: re.Match[str], least: float = -math.inf) -> str:
    number, unit = float(found[1]), found[2] or ""
    if unit == "rem":  # CairoSVG takes it for "r" em and fails
        number, unit = number * ROOT_EM, ""
    greatest = MAX_COORDINATE if unit in ("", "px", "pt") else MAX_PERCENT if unit == "%" else MAX_RELATIVE
    bounded_number = _clamp(number, max(-greatest, least), greatest)
    return (
        found[0]
        if bounded_number == number and "e" not in found[1].lower() and unit == (found[2] or "")
        else f"{_plain(bounded_number)}{unit}"
    )


def _extent(value: str) -> str | None:
    """A length that is never negative."""
    return _length(value, least=0.0)


def _list(value: str) -> str | None:
    if not LIST.fullmatch(value):
        return value.strip() if value.strip() in WORDS else None
    return LENGTH.sub(_bounded_length, value)


def _number(value: str, *, least: float = -MAX_COORDINATE) -> str | None:
    value = value.strip()
    if value in WORDS:
        return value
    return _plain(_clamp(float(value), least, MAX_COORDINATE)) if NUMBER.fullmatch(value) else None


def _orientation(value: str) -> str | None:
    return value if value in ("auto", "auto-start-reverse") else _number(value)


def _miter_limit(value: str) -> str | None:
    return _number(value, least=1.0)


def _fraction(value: str) -> str | None:
    """Opacities and offsets: 0 to 1, also from percentages, which CairoSVG does not know for opacities."""
    found = LENGTH.fullmatch(value.strip())
    if not found or found[2] not in (None, "%"):
        return "inherit" if value.strip() == "inherit" else None
    return _plain(_clamp(float(found[1]) / (100 if found[2] else 1), 0.0, 1.0))


def _path(value: str) -> str | None:
    if not PATH.fullmatch(value):
        return None
    if wrong := NUMBER_AFTER_CLOSING.search(value):
        value = value[: wrong.start() + 1]
    if not SUSPICIOUS.search(value):
        return value
    return NUMBER.sub(_bounded_coordinate, value)


def _bounded_coordinate(found: re.Match[str]) -> str:
    number = float(found[0])
    clamped = _clamp(number, -MAX_COORDINATE, MAX_COORDINATE)
    return found[0] if number == clamped and "e" not in found[0].lower() else f" {_plain(clamped)}"


def _view_box(value: str) -> str | None:
    numbers = plain_numbers(value)
    if len(numbers) != 4 or min(numbers[2:]) < MIN_VIEW:
        return None
    return " ".join(map(_plain, numbers))


def plain_numbers(value: str) -> list[float]:
    """The bounded numbers of a list without units; none if it is not such a list."""
    if not LIST.fullmatch(value):
        return []
    return [_clamp(float(found[0]), -MAX_COORDINATE, MAX_COORDINATE) for found in NUMBER.finditer(value)]


def _transform(value: str) -> str | None:
    if FUNCTION.sub("", value).strip(" \t\r\n,"):
        return None
    functions = [_function(found[1].lower(), found[2]) for found in FUNCTION.finditer(value)]
    return None if None in functions else " ".join(filter(None, functions))


def _function(name: str, arguments: str) -> str | None:
    numbers = plain_numbers(re.sub(r"(?<=\d)(?:px|deg)\b", "", arguments))
    if len(numbers) not in ARGUMENTS[name]:
        return None
    if name in ("scale", "matrix"):
        numbers[:4] = [_clamp(number, -MAX_SCALE, MAX_SCALE) for number in numbers[:4]]
    elif name in SPELLING:
        numbers = [_clamp(numbers[0], -MAX_SKEW_DEGREES, MAX_SKEW_DEGREES)]
    return f"{SPELLING.get(name, name)}({' '.join(map(_plain, numbers))})"


def _dashes(value: str) -> str | None:
    value = value.strip()
    if value in ("none", "inherit"):
        return value
    return _list(value) if "-" not in value else None


def _font(value: str) -> str | None:
    """The shorthand, whose size CairoSVG reads."""
    numbers = [float(found[0]) for found in NUMBER.finditer(value)]
    words = re.findall(r"[^\W\d]+", value.lower())
    unsafe = any(abs(number) > MAX_RELATIVE for number in numbers) or {"inf", "infinity", "nan"} & set(words)
    return None if unsafe or not value.isascii() else value


def _drop(_value: str) -> None:
    return None


def _bounds() -> Mapping[str, Bound]:
    table: dict[str, Bound] = {}

    def put(bound: Bound, names: str) -> None:
        table.update(dict.fromkeys(names.split(), bound))

    put(_list, "x y dx dy points transform-origin rotate")
    put(
        _length,
        "cx cy x1 y1 x2 y2 fx fy refX refY startOffset stroke-dashoffset letter-spacing "
        "word-spacing baseline-shift kerning",
    )
    put(
        _extent,
        "width height r rx ry fr stroke-width markerWidth markerHeight font-size textLength "
        "inline-size line-height data-min-size data-max-lines data-plate-padding data-plate-radius data-max-upscale",
    )
    put(_fraction, "opacity fill-opacity stroke-opacity stop-opacity flood-opacity offset")
    put(_miter_limit, "stroke-miterlimit")
    put(_orientation, "orient")
    put(_path, "d")
    put(_view_box, "viewBox")
    put(_transform, "transform gradientTransform patternTransform")
    put(_dashes, "stroke-dasharray")
    put(color, "fill stroke color stop-color flood-color")
    put(_font, "font")
    put(_drop, "clip")  # long gone from SVG; CairoSVG reads its numbers
    return MappingProxyType(table)


BOUNDS = _bounds()
