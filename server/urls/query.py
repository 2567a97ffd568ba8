"""A raw query into params: the one reading of what mail tools, clients and gateways do to a query on its way.

It is part of the contract with every link that was ever signed (docs/urls.md has it step by step): a change
here changes what old links mean. What a value is worth, and whether it is a merge tag in disguise, is for
others to judge.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.entities import html5
from urllib.parse import quote, unquote_to_bytes

OURS = frozenset({"_open", "_exp", "_sig", "_aud", "_v"})

ROUNDS = 3  # of decoding; more only ever came from attacks and loops

# Attributes pasted from HTML source write & as &amp;, some more than once: the next name then starts so.
_AMP = re.compile(rb"(?:amp;)+")
# utm_source, mc_cid, _kx, data[id]: what tools append. Anything else with a = is text with an & in it.
_TOOL_PARAM = re.compile(rb"[a-z_][a-z0-9_.\-\[\]]{0,63}", re.IGNORECASE)
# A tag like %ADDRESS% or %%Date%% as it stands in the raw value: decoding would eat its first three
# characters. A valid escape never matches, because after it comes no bare %: the closing one has no two hex
# digits behind it.
_PERCENT_TAG = re.compile(
    r"(?:\A|[^\w%]|%[0-7][0-9A-F])%{1,2}[A-Z_][\w.\-]+%{1,2}(?![0-9A-F]{2})", re.IGNORECASE | re.ASCII
)
# Only with its semicolon (&copyB is text), and no longer than a code point needs: int() of 5,000 digits
# raises.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
# windows-1252 as browsers decode it: bytes without a character of their own stay what they are in latin-1.
_CP1252 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}


@dataclass(frozen=True, slots=True)
class QueryValue:
    """One value as read. `raw` is how it arrived, one character a byte; two values that mean the same are
    equal.

    `unmerged`: the raw value holds a `%TAG%`. `over_encoded`: decoding would go on after the last round.
    """

    text: str
    raw: str = field(compare=False)
    unmerged: bool = False
    over_encoded: bool = False

    @classmethod
    def of(cls, text: str) -> QueryValue:
        """The value that a canonical link with `text` brings."""
        return cls(text, quote(text, safe=""), over_encoded=_decode_again(text) != text)


def read_query(raw: bytes, declared: Collection[str]) -> list[tuple[str, QueryValue]]:
    """Every param in order: declared ones, ours and those of tools. Bytes that belong to no param stand under ""."""
    found: list[tuple[str, list[bytes]]] = []
    for piece in filter(None, raw.split(b"&")):
        name = _name_of(piece, declared)
        if name is not None:
            found.append((name, [piece.partition(b"=")[2]]))
        elif not found or found[-1][0] in OURS:
            found.append(("", [piece]))  # nothing before it that could have held an &
        else:
            found[-1][1].append(piece)  # company=AT&T: the & was part of the value before
    return [(name, read_value(b"&".join(pieces))) for name, pieces in found]


def read_value(raw: bytes) -> QueryValue:
    """A value by the rounds of decoding, with what the raw bytes alone can tell."""
    arrived = raw.decode("latin-1")
    text = decoded_by_round(raw)[-1]
    return QueryValue(
        text, arrived, unmerged=_PERCENT_TAG.search(arrived) is not None, over_encoded=_decode_again(text) != text
    )


def decoded_by_round(raw: bytes) -> tuple[str, ...]:
    """The value as it is after each round; after the last one it is read."""
    texts = [_decode_entities(decode_once(raw))]
    while len(texts) < ROUNDS:
        texts.append(_decode_again(texts[-1]))
    return tuple(texts)


def decode_once(raw: bytes) -> str:
    """`+` and percent-escapes undone once, malformed ones left alone; UTF-8, else windows-1252 as a whole."""
    decoded = unquote_to_bytes(raw.replace(b"+", b" "))
    try:
        return decoded.decode("utf-8")
    except UnicodeDecodeError:
        return decoded.decode("latin-1").translate(_CP1252)


def _name_of(piece: bytes, declared: Collection[str]) -> str | None:
    before, equals, _ = piece.partition(b"=")
    if not equals:
        return None
    name = unquote_to_bytes(before)
    if amp := _AMP.match(name):
        name = name[amp.end() :]
    text = name.decode("latin-1")
    return text if text in declared or text in OURS or _TOOL_PARAM.fullmatch(name) else None


def _decode_again(text: str) -> str:
    """A later round. Percent-escapes count only if all of them are UTF-8 (a company may be called 50%ab), `+` never."""
    if "%" in text:
        with contextlib.suppress(UnicodeError):
            text = unquote_to_bytes(text).decode("utf-8")
    return _decode_entities(text)


def _decode_entities(text: str) -> str:
    return _ENTITY.sub(_character_of, text) if "&" in text else text


def _character_of(entity: re.Match[str]) -> str:
    if entity[0][1] == "#":
        return html.unescape(entity[0])
    return html5.get(entity[0][1:], entity[0])
