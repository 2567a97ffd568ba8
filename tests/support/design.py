"""What the house asks of a template's design, as rules over measured ink: each gives its findings, none when kept.

A finding names the slot and the number, and says what would mend it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np

from tests.support.ink import REFERENCE_WIDTH, Ink, Plane, Sheet, Slot, Type, shared_pixels

SAFE_SHARE = 0.05  # of each dimension: what crops, rounded corners and thumbnails may take
MIN_SHRUNK = 0.6  # of the designed size; below it, another wording should have been chosen
MIN_SIZE = 18.0  # in a picture 1200 wide, which a mail shows at half of it and a phone at a third
# WCAG 2.2, 1.4.3: contrast of text, and of large text, which is 24 pixels or bold and 18.66 (18 pt, 14 pt).
CONTRAST, LARGE_CONTRAST = 4.5, 3.0
LARGE, LARGE_BOLD, BOLD = 24.0, 18.66, 700.0
MOST_CONTRAST = 21.0  # of WCAG: black on white
CORE = 0.9  # of the fullest coverage: what lies inside a letter, not on its soft edge
DARK_CORNER = 5  # percentile: the mean would hide a word whose last letters run into a light part
PERSONAL_RANKS = 2  # what is personal is the largest or second largest text


def outside_safe_zone(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Slots whose ink comes nearer to an edge than 5 % of that dimension."""
    across, down = sheet.width * SAFE_SHARE, sheet.height * SAFE_SHARE
    for slot in sheet.slots:
        ink = slot.ink
        distances = {
            "left": (ink.left, across),
            "right": (sheet.width - ink.right, across),
            "upper": (ink.top, down),
            "lower": (sheet.height - ink.bottom, down),
        }
        for edge, (distance, least) in distances.items():
            if distance < least:
                yield (
                    slot.name,
                    f"is {distance:.0f} px from the {edge} edge, the safe zone is {least:.1f}: move or shrink its box",
                )


def too_pale(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Texts with less contrast to what is really behind them than WCAG asks."""
    for slot, type_ in _texts(sheet):
        least = LARGE_CONTRAST if _is_large(type_) else CONTRAST
        found = contrast(slot.ink, slot.ground)
        if found < least:
            yield slot.name, f"has contrast {found:.2f}, at least {least}: darken the text or calm what is behind it"


def too_small(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Texts that shrank too far, or that nobody reads on a phone."""
    for slot, type_ in _texts(sheet):
        if type_.shrunk < MIN_SHRUNK:
            yield slot.name, f"is at {type_.shrunk:.0%} of its design, least {MIN_SHRUNK:.0%}: allow another line"
        if type_.size < MIN_SIZE:
            size = f"{type_.size:.1f} px in a picture {REFERENCE_WIDTH} wide"
            yield slot.name, f"is {size}, least {MIN_SIZE:.0f}: raise data-min-size"


def overlapping(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Pairs of slots that ink the same pixels."""
    for one, other in combinations(sheet.slots, 2):
        shared = shared_pixels(one.ink, other.ink)
        if shared:
            yield f"{one.name}+{other.name}", f"share {shared} px: part their boxes"


def outshone(sheet: Sheet, personal: Collection[str], decoration: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Nothing when a personal slot is the largest or second largest text."""
    sizes = sorted({round(type_.size, 1) for slot, type_ in _texts(sheet) if slot.name not in decoration}, reverse=True)
    own = [round(type_.size, 1) for slot, type_ in _texts(sheet) if slot.name in personal]
    names = " or ".join(sorted(personal))
    if not own:
        yield names, "shows nothing: give it a wording for when the value is missing"
    elif max(own) < sizes[:PERSONAL_RANKS][-1]:
        yield names, f"is {max(own)} px, others are {sizes[0]} and {sizes[1]}: what is personal is the largest"


def contrast(ink: Ink, ground: Plane) -> float:
    """The WCAG contrast of nearly all of the ink: of a hundred pixels inside the letters, five may have less."""
    opacity = ink.letters.max()  # of the paint: a letter's inside is covered whole
    if not opacity:
        return MOST_CONTRAST
    core = ink.letters >= CORE * opacity
    seen = _luminance(ink.color[core] * opacity + ground[core] * (1 - opacity))
    behind = _luminance(ground[core])
    ratios = (np.maximum(seen, behind) + 0.05) / (np.minimum(seen, behind) + 0.05)
    return float(np.percentile(ratios, DARK_CORNER))


def _luminance(color: Plane) -> Plane:
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array((0.2126, 0.7152, 0.0722)))


def _is_large(type_: Type) -> bool:
    return type_.size >= (LARGE_BOLD if type_.weight >= BOLD else LARGE)


def _texts(sheet: Sheet) -> Iterator[tuple[Slot, Type]]:
    return ((slot, slot.type) for slot in sheet.slots if slot.type)
