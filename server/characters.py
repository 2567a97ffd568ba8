"""Characters as people count them: grapheme clusters, by ICU. A leaf, because limits on values (`values`,
`catalog`) and the ellipsis (`text`) must never disagree about what one character is.
"""

from __future__ import annotations

from itertools import pairwise
from threading import local

import icu

_kept = local()  # ICU's iterators are not safe across threads, and making one costs ten times what using it does


def characters(text: str) -> list[str]:
    """The grapheme clusters of `text`: one emoji family, one letter with its marks, are one each."""
    if text.isascii() and "\r" not in text:
        return list(text)
    iterator = getattr(_kept, "iterator", None)
    if iterator is None:
        iterator = _kept.iterator = icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot())
    iterator.setText(text)
    places = [0, *iterator]
    if max(text) <= "\uffff":
        return [text[start:end] for start, end in pairwise(places)]
    # ICU counts UTF-16 units; slicing the encoded text keeps the offsets right beyond the BMP.
    units = text.encode("utf-16-le", "surrogatepass")
    return [units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass") for start, end in pairwise(places)]
