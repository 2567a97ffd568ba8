"""Characters as people count them: grapheme clusters, by ICU. A leaf, because limits on values (`values`,
`catalog`) and the ellipsis (`text`) must never disagree about what one character is.
"""

from __future__ import annotations

import icu


def characters(text: str) -> list[str]:
    """The grapheme clusters of `text`: one emoji family, one letter with its marks, are one each."""
    if text.isascii() and "\r" not in text:
        return list(text)
    iterator = icu.BreakIterator.createCharacterInstance(icu.Locale.getRoot())
    iterator.setText(text)
    # ICU counts UTF-16 units; slicing the encoded text keeps the offsets right beyond the BMP.
    units = text.encode("utf-16-le", "surrogatepass")
    clusters, start = [], 0
    for end in iterator:
        clusters.append(units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass"))
        start = end
    return clusters
