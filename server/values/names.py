"""A person's name as a careful person would have typed it: first name first, capitals where they belong, on request
only what one says in a greeting. A name in mixed case keeps every letter as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from server.values import casing
from server.values import word_lists as words_of
from server.values.casing import capital, lower

KEPT_NAMES = 4096  # of those that had to be cased; a mailing has the same first names over and over
MOST_GIVEN_NAMES = 3  # more words behind a comma are no first names
LONGEST_INITIALS = 3  # JRR; in small letters two
SHORTEST_MC = 5  # McGee
WORDS_OF_TITLE_AND_FAMILY = 2  # Dr. Jones

_LOGOGRAPHIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_VOWELS = frozenset("aeiouy")
_APOSTROPHES = ("'", "’")
_CLITICS = ("t", "n", "s")  # van 't Hoff
_LATIN_END = 0x24F


def reordered(name: str) -> str:
    """`SMITH, JOHN` as JOHN SMITH. Degrees and generations stay behind their comma: Sarah Jones, PhD."""
    if "," not in name:
        return name
    family, *rest = (part.strip() for part in name.split(","))
    suffixes = [part for part in rest if _is_suffix(part)]
    given = [part for part in rest if not _is_suffix(part)]
    if len(given) != 1 or not _is_family(family, given[0]) or not _is_given(given[0]):
        return name
    return ", ".join([f"{given[0]} {family}", *suffixes])


def first_name(name: str, locale: str = "") -> str:
    """What one says in a greeting: Sarah of Sarah Jones, Jean-Luc of Jean-Luc Picard, all of 山田 太郎 and of
    Dr. Jones.
    """
    words = [word for word in name.partition(",")[0].split(" ") if _says_something(word)]
    if len(words) <= 1 or _LOGOGRAPHIC.search(name):
        return " ".join(words) or name
    if _bare(words[0]) in words_of.HONORIFICS:
        # Dr. Jones may be anybody's surname, and Mr. and Mrs. Smith are two.
        has_first_name = len(words) > WORDS_OF_TITLE_AND_FAMILY and words[1].lower() not in words_of.COUPLE
        return first_name(" ".join(words[1:]), locale) if has_first_name else name
    if _language(locale) in words_of.LANGUAGES_FAMILY_FIRST:
        return words[-1]
    return " ".join(words[: _given_words(words)])


@lru_cache(KEPT_NAMES)
def cased(name: str, locale: str = "") -> str:
    """A name all in capitals or all in small letters with the capitals that it should have."""
    if not casing.is_one_case(name):
        return name
    locale = casing.spoken_in(name, locale)
    words = name.split(" ")
    may_be_small = lower(words[0]) not in words_of.VIETNAMESE_FAMILIES and not (
        {_language(locale), locale.lower().replace("_", "-")} & words_of.LOCALES_WITHOUT_PARTICLES
    )
    return " ".join(
        _word(word, words[at - 1] if at else "", locale, has_next=may_be_small and at < len(words) - 1)
        for at, word in enumerate(words)
    )


def _word(word: str, before: str, locale: str, *, has_next: bool) -> str:
    """`word` behind the word `before`. `has_next`: a particle may be small here, since more of the name follows."""
    small = lower(word, locale)
    if before and has_next and _is_particle(word, small, before):
        return small
    if before and "." not in word[:-1] and (suffix := words_of.SUFFIXES.get(_bare(small))):
        return suffix + word[len(word.rstrip(".,")) :]
    if small.startswith(_APOSTROPHES) and small[1:] in _CLITICS:
        return small
    if before and "-" in small and small.partition("-")[0] in words_of.ARTICLES:
        article, _, rest = word.partition("-")
        return f"{lower(article, locale)}-{_word(rest, '', locale, has_next=False)}"
    return casing.by_parts(word, lambda part, at: _part(part, word, at, locale, has_next=has_next))


def _is_particle(word: str, small: str, before: str) -> bool:
    if small in words_of.AFTER_DE:
        return before.lower() == "de"
    return small in words_of.PARTICLES or (small in words_of.SMALL_WHEN_TYPED_SMALL and word == small)


def _part(text: str, word: str, at: int, locale: str, *, has_next: bool) -> str:
    """What stands between hyphens and dots of `word`."""
    small = lower(text, locale)
    is_inner = at > 0 and (f"-{small}-" in lower(word, locale) or (has_next and word.endswith(f"-{text}")))
    if is_inner and small in words_of.PARTICLES | words_of.AFTER_DE:
        return small  # Jean-de-Dieu, Bakker-van der Berg
    if len(small) > 1 and f"{text}." in word and small not in words_of.ALWAYS:
        return capital(text, locale)  # an abbreviation: Sr., Th.D.
    language = _language(locale)
    if language == "fr" and small.startswith(("d'", "d’")):
        return small[:2] + _letters(text[2:], locale)  # Jeanne d'Arc
    has_letter = language in words_of.LANGUAGES_WITH_APOSTROPHE_AS_LETTER
    after = frozenset[str]() if has_letter else words_of.CAPITAL_AFTER
    return casing.with_apostrophes(text, after, lambda piece: _letters(piece, locale), locale)


def _letters(text: str, locale: str) -> str:
    """One run of letters."""
    small = lower(text, locale)
    if small in words_of.ALWAYS:
        return words_of.ALWAYS[small]
    if _are_initials(text, small):
        return text.upper()
    if small.startswith("mc") and len(small) >= SHORTEST_MC:
        return "Mc" + capital(small[2:], locale)
    if small.startswith("mac") and small[3:] in words_of.SCOTTISH:
        return "Mac" + capital(small[3:], locale)
    return capital(text, locale)


def _are_initials(text: str, small: str) -> bool:
    """JR, TJ, AJ, and in capitals also JRR."""
    longest = LONGEST_INITIALS if text.isupper() else LONGEST_INITIALS - 1
    if not (small.isascii() and small.isalpha() and 1 < len(small) <= longest):
        return False
    return small in words_of.INITIALS or _VOWELS.isdisjoint(small)


def _is_suffix(part: str) -> bool:
    return bool(part) and all(_bare(word) in words_of.SUFFIXES for word in part.split(" "))


def _is_family(part: str, given: str) -> bool:
    """One surname with its particles; two in capitals beside a name that is not: GARCÍA LÓPEZ, María."""
    small = words_of.PARTICLES | words_of.AFTER_DE | words_of.GENERATIONS
    words = [word for word in part.split(" ") if _bare(word) not in small]
    is_in_relief = part.isupper() and not given.isupper()
    return len(words) == 1 or (is_in_relief and len(words) > 1)


def _is_given(part: str) -> bool:
    is_name = all(c.isalpha() or c in " .-'’" or ord(c) > _LATIN_END for c in part)
    return is_name and any(map(str.isalpha, part)) and len(part.split(" ")) <= MOST_GIVEN_NAMES


def _says_something(word: str) -> bool:
    return word in words_of.COUPLE or any(map(str.isalpha, word))


def _given_words(words: list[str]) -> int:
    """How many of `words` are the first name: initials take the next one with them, unless it is the last; binding
    words and an "and" do so in any case. One initial before a surname is not enough to say hello to."""
    count = 1
    while count < len(words) and _takes_the_next(words[count - 1], is_last=count == len(words) - 1):
        count += 1
    if count < len(words) - 1 and words[count].lower() in words_of.COUPLE:
        count += 2
    return len(words) if count == 1 and _is_initial(words[0]) else count


def _takes_the_next(word: str, *, is_last: bool) -> bool:
    return _bare(word) in words_of.BINDING or (_is_initial(word) and not is_last)


def _is_initial(word: str) -> bool:
    return len(word.replace(".", "")) == 1


def _bare(word: str) -> str:
    """`Ph.D.,` as phd."""
    return word.lower().replace(".", "").strip(",;")


def _language(locale: str) -> str:
    return re.split("[-_]", locale, maxsplit=1)[0].lower()
