"""Names that no template expects: known troublemakers, and any number of generated ones, the same at every run."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from random import Random

KNOWN = (
    "",
    " ",
    ".",
    "null",
    "undefined",
    "None",
    "NaN",
    "-1/0",
    'O\'Brien "The" <b>Bold</b> & Sons',
    "<script>alert(1)</script>",
    "]]><!--",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;&#0;&nbsp;&bogus;",
    "../../etc/passwd\x00.png",
    "Robert'); DROP TABLE names;--",
    "Tom\r\nBcc: all@example.com",
    "T̷̡̛̺̱̲̖̗̗̖̲̼͙̭͍̦̀̊̂̽̃̾̈́̚͜ͅh̶̨̪̱̣̰̣͔͕̞̙̬̣̓e̸̡̛̛̬̰̟͎͖̥̦͔̒̏̿̓̈̋̕͝ ̴N̵a̶m̷e",
    "\u0301\u0302\u0303",  # marks on nothing
    "﷽",  # the widest character there is: a sentence
    "ﷺ ﷲ",
    "జ్ఞా",  # the Telugu syllable that felled telephones
    "\u202eevil\u202c txt.exe",
    "\u2067\u2067\u2067 unbalanced",
    "مرحبا 123 (abc) שלום!",
    "لُلُصّبُلُلصّبُررً ॣ ॣh ॣ ॣ 冗",
    "👩‍👩‍👧‍👦👨🏿‍🦰🏳️‍⚧️🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u200d👨\u200d\u200d🇩\ufe0f🏽1\u20e3",  # halves of emoji
    "ㅤ\u2800\u3164\uffa0",  # letters that look like nothing
    "\u00ad" * 30,
    "\ufeff\u200b\u2060\u180e",
    "𝕿𝖍𝖊 𝓠𝓾𝓲𝓬𝓴 Ｆｕｌｌｗｉｄｔｈ",
    "⸻𒐫꧅௵",  # the widest dashes and signs
    "İıßſﬁǆŉΐ",  # letters whose case changes their length
    "W" * 3000,
    "i" * 3000,
    "Å" * 500,
    "山" * 500,
    "https://www.example.com/" + "a_b=c&" * 40,
    "a " * 1000,
    "\U0010ffff\U000f0000\ue000\ufdd0\ufffe",
)

SCRIPTS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x531, 0x58F),
    (0x591, 0x5F4),
    (0x600, 0x6FF),
    (0x700, 0x7BF),
    (0x900, 0x97F),
    (0x980, 0x9FF),
    (0xA00, 0xAFF),
    (0xB80, 0xC7F),
    (0xC80, 0xDFF),
    (0xE00, 0xEFF),
    (0xF00, 0xFFF),
    (0x1000, 0x109F),
    (0x10A0, 0x11FF),
    (0x1200, 0x137F),
    (0x13A0, 0x13FF),
    (0x1780, 0x17FF),
    (0x1800, 0x18AF),
    (0x1E00, 0x1FFF),
    (0x2000, 0x2BFF),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xFB00, 0xFDFF),
    (0xFE70, 0xFEFF),
    (0x10000, 0x1018F),
    (0x1D400, 0x1D7FF),
    (0x1F300, 0x1FAFF),
    (0x20000, 0x2A6DF),
)
MARKS = (0x300, 0x36F)
INVISIBLE = (
    "\u200b\u200c\u200d\u2028\u2029\u2060\ufeff\u00ad\u034f"
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0xE0020, 0xE007F))
PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD))
EMOJI_PARTS = "👨👩👧👦🏽🏿\u200d\ufe0f❤🔥🏴🇩🇪🇫🇷1#*\u20e3🏳🌈⚧😀\U000e0067\U000e007f"
TITLES = ("Prof. Dr. ", "von ", "Müller-", "Nguyễn ", "O’", "محمد ", "山田", "김", "शर्मा ", "สม")


def odd_names(count: int, seed: int = 1) -> Iterator[str]:
    """The known ones, then generated ones; those with fewer are the beginning of those with more."""
    yield from KNOWN[:count]
    random = Random(seed)
    for _ in range(count - len(KNOWN)):
        pieces = [random.choice(MAKERS)(random) for _ in range(random.choice((1, 1, 2, 3, 6)))]
        yield random.choice(("", " ", "-")).join(pieces)


def _word(random: Random) -> str:
    script = random.choice(SCRIPTS)
    return "".join(chr(random.randint(*script)) for _ in range(random.randint(1, 12)))


def _anything(random: Random) -> str:
    return "".join(map(chr, (code for code in random.choices(range(0x110000), k=8) if not 0xD800 <= code <= 0xDFFF)))


def _unassigned(random: Random) -> str:
    codes = iter(lambda: random.randrange(0x110000), None)
    return "".join(next(chr(code) for code in codes if unicodedata.category(chr(code)) == "Cn") for _ in range(3))


def _stack(random: Random) -> str:
    return "".join(
        chr(random.randint(0x41, 0x17F)) + "".join(chr(random.randint(*MARKS)) for _ in range(random.randint(1, 20)))
        for _ in range(random.randint(1, 6))
    )


def _emoji(random: Random) -> str:
    return "".join(random.choices(EMOJI_PARTS, k=random.randint(1, 12)))


def _controls(random: Random) -> str:
    return "".join(chr(random.choice((*range(0x20), *range(0x7F, 0xA0)))) + random.choice("aZ א") for _ in range(4))


def _steered(random: Random) -> str:
    return "".join(random.choice(INVISIBLE) + _word(random)[:3] for _ in range(random.randint(1, 5)))


def _selected(random: Random) -> str:
    return "".join(random.choice("a漢😀☺ᠠ") + chr(random.randint(*random.choice(SELECTORS))) for _ in range(3))


def _private(random: Random) -> str:
    return "".join(chr(random.randint(*random.choice(PRIVATE))) for _ in range(3))


def _long(random: Random) -> str:
    return _word(random) * random.randint(5, 60)


def _title(random: Random) -> str:
    return random.choice(TITLES)


MAKERS: tuple[Callable[[Random], str], ...] = (
    *(3 * [_word, _title]),
    _anything,
    _unassigned,
    _stack,
    _emoji,
    _controls,
    _steered,
    _selected,
    _private,
    _long,
)
