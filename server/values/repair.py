"""Text that was damaged on its way through files and forms, mended; what cannot be mended is left for `kinds` to judge.

Every step takes text and gives text, and gives it back as it was when there is nothing to do.
"""

from __future__ import annotations

import re
import unicodedata

from server.values.text import clean

MAX_MENDED = 2_000  # characters; a text param shows 200 at most, and what is longer than this is no name
LOST_LETTER = "\ufffd"  # what decoders write for bytes that they could not read

# What UTF-8 looks like when it was read one byte a letter: a lead byte and its continuation, in windows-1252, in
# Mac Roman, in windows-1251. The space is a no-break space that somebody tidied up.
_CONTINUATION = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = re.compile(
    rf"[\u00c2-\u00f4][{_CONTINUATION}]|\u00c3 |[¬√ƒ≈‚][^\u0000-\u007f]|[РС][\u0080-\u00bf‚„…†‡€‰‹‘’“”•–—™›]"
)
_SPLIT_LETTER = re.compile(rf"(?:[\u00c3-\u00c5\u00e1]|[√ƒ≈])[{_CONTINUATION}]+[a-z]")
_SINGLE_BYTE = ("sloppy-windows-1252", "mac_roman")

_QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)”|„([^„“]+)“|«\s?([^«»]+?)\s?»|‘([^‘’]+)’' + r"|'([^']+)'")
_MARKUP = re.compile(r"</?(?:a|b|br|div|em|font|i|li|p|small|span|strong|td|u)\b[^<>]*>|<!--.*?-->", re.IGNORECASE)
_MAIL_HEADER = re.compile(r'"?([^"<>@]*[^"<>@\s])"?\s*<\s*(?:mailto:)?[^<>@\s]+@[^<>@\s]+>')
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])\s?[`´]\s?(?=[^\W\d_])")
_DANGLING = " ,;|"
# Letters in another dress: mathematical bold, full width, half-width katakana, circled, ligatures.
_DRESSED = ("<font>", "<wide>", "<narrow>", "<circle>")
_LIGATURES = frozenset("ﬀﬁﬂﬃﬄﬅﬆ")


def mojibake(text: str) -> str:
    """UTF-8 that was read as a single-byte encoding, read again: JosÃ© is José."""
    if len(text) > MAX_MENDED or text.isascii() or not _MOJIBAKE.search(text):
        return text
    # 80 ms on the first broken value, which most processes never see.
    import ftfy  # noqa: PLC0415

    mended = ftfy.fix_encoding(text)
    return _single_letter(text) if mended == text else mended


def spaces(text: str) -> str:
    return clean(text)


def quotes(text: str) -> str:
    """Without the quotes of a CSV cell around it, the backslashes of a script, an accent as an apostrophe."""
    plain = text.replace("\\'", "'").replace('\\"', '"').replace('""', '"')
    plain = _APOSTROPHE.sub("'", plain)
    if whole := _QUOTED.fullmatch(plain):
        return next(inside for inside in whole.groups() if inside).strip()
    return plain


def markup(text: str) -> str:
    """Without the tags of a rich-text field."""
    return clean(_MARKUP.sub(" ", text)) if "<" in text else text


def mail_header(text: str) -> str:
    """The name of `Sarah Jones <sarah@example.com>`."""
    found = _MAIL_HEADER.fullmatch(text) if "<" in text else None
    return found[1] if found else text


def punctuation(text: str) -> str:
    """Without the commas and semicolons that an empty neighbour in a list leaves."""
    return text.strip(_DANGLING)


def letters(text: str) -> str:
    """Letters in fancy dress as plain ones: ＳＡＲＡＨ, 𝓢𝓪𝓻𝓪𝓱, ﬁona, half-width katakana."""
    if text.isascii() or not any(map(_is_dressed, text)):
        return text
    # Whole runs, for a half-width letter and its voicing mark are two characters that become one.
    runs = re.sub(r"[^\u0000-\u007f]+", lambda run: _undressed(run[0]), text)
    return unicodedata.normalize("NFC", runs)


def _single_letter(text: str) -> str:
    """Ã…sa, Nguyá»…n: one broken letter is too little for statistics, yet no name has a sign between its letters that
    makes a Latin letter with the one before it."""
    if not _SPLIT_LETTER.search(text):
        return text
    for encoding in _SINGLE_BYTE:
        try:
            read = text.encode(encoding).decode()
        except UnicodeError:
            continue
        if all(character in " .'’-" or _is_latin(character) for character in read):
            return read
    return text


def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN")


def _is_dressed(character: str) -> bool:
    dress = unicodedata.decomposition(character)
    return dress.startswith(_DRESSED) or character in _LIGATURES


def _undressed(run: str) -> str:
    return "".join(
        unicodedata.normalize("NFKC", part)
        for part in re.split(r"([\uff66-\uff9f]+)", run)  # half-width katakana
        for part in ([part] if part and "\uff66" <= part[0] <= "\uff9f" else map(_plain_letter, part))
    )


def _plain_letter(character: str) -> str:
    if not _is_dressed(character):
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain.isalnum() else character
