"""Path data to corner points: enough to know which way round a path runs and how large it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

Point = tuple[float, float]
_TOKEN = re.compile(r"[a-zA-Z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LENGTHS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
MAX_TOKENS = 200_000  # of one path; about as many as 1 MB of template holds


def subpaths(data: str) -> list[list[Point]]:
    """The corners and control points of each subpath, absolute. Stops where the data stops making sense."""
    found: list[list[Point]] = []
    x = y = 0.0
    for letter, numbers in _commands(data):
        points = list(_points(letter, numbers, x, y))
        if letter in "mM":
            found.append([])
        if letter in "zZ":
            if found and found[-1]:
                x, y = found[-1][0]
            continue
        if not found:
            return found
        if found[-1] == [] and letter not in "mM":
            found[-1].append((x, y))
        found[-1].extend(points)
        x, y = points[-1]
    return [subpath for subpath in found if subpath]


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    letter, numbers = "", list[float]()
    for token in _TOKEN.findall(data)[:MAX_TOKENS]:
        if token.isalpha():
            letter, numbers = token, []
            if token.lower() == "z":
                yield token, []
            elif token.lower() not in _LENGTHS:
                return
            continue
        if not letter or letter in "zZ":
            return
        numbers.append(float(token))
        if len(numbers) == _LENGTHS[letter.lower()]:
            yield letter, numbers
            numbers = []
            letter = {"m": "l", "M": "L"}.get(letter, letter)  # further pairs of a move are lines


def _points(letter: str, numbers: list[float], x: float, y: float) -> Iterator[Point]:
    base_x, base_y = (x, y) if letter.islower() else (0.0, 0.0)
    kind = letter.lower()
    if kind == "h":
        yield base_x + numbers[0], y
    elif kind == "v":
        yield x, base_y + numbers[0]
    elif kind == "a":
        yield base_x + numbers[5], base_y + numbers[6]
    else:
        for at in range(0, len(numbers), 2):
            yield base_x + numbers[at], base_y + numbers[at + 1]


def is_clockwise(points: list[Point]) -> bool:
    following = [*points[1:], points[0]]
    pairs = zip(points, following, strict=True)
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs) >= 0


def bounds(points: list[Point]) -> tuple[float, float, float, float]:
    """x, y, width, height of the points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
