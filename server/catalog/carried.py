"""Addresses into the form in which a link carries them unchanged: reading decodes escapes, also those that belong to an
address (`logos%2Facme.png`), so such an address goes as base64url. For whoever makes links; reading one is for
`values/typed.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

from server.catalog.manifest import Param, ParamType
from server.catalog.template import Template
from server.urls.query import read_query, read_value
from server.values import typed
from server.values.merge_tags import is_unmerged

_ADDRESSES = frozenset({ParamType.IMAGE, ParamType.URL})
_BEGINS = ("http://", "https://")
_DECODED = re.compile(r"%[0-9A-Fa-f]{2}|\+")  # what reading takes for something else


def carried(text: str, param: Param | None) -> str:
    """`text` for a link: itself, or encoded where it is an address that reading would change."""
    if param is None or param.type not in _ADDRESSES or not text.lower().startswith(_BEGINS):
        return text
    read = read_value(quote(text, safe="", errors="replace").encode())
    return text if read.text == text and not read.over_encoded else typed.encoded(text)


def with_carried(target: str, template: Template) -> tuple[str, Mapping[str, str]]:
    """What a person typed with such addresses encoded, and these by param. One that begins as an address does is taken
    as it stands, as copied from a browser; one that is encoded as a whole is decoded once. Merge tags stay."""
    address, _, query = target.strip().partition("?")
    changed = {}
    for name, value in read_query(query.encode(errors="replace"), template.query_names):
        param = template.param(name)
        raw = value.raw.encode("latin-1").decode(errors="replace")
        meant = _meant(raw)
        if param is None or param.type not in _ADDRESSES or not _would_change(meant) or meant == value.text:
            continue
        if value.unmerged or is_unmerged(meant):
            continue
        piece = re.compile(rf"(\A|&){re.escape(f'{name}={raw}')}(?=&|\Z)")
        query, times = piece.subn(rf"\g<1>{name}={typed.encoded(meant)}", query, count=1)
        if times:
            changed[name] = meant
    return (f"{address}?{query}" if query else target), changed


def _would_change(address: str) -> bool:
    return address.lower().startswith(_BEGINS) and _DECODED.search(address) is not None


def _meant(raw: str) -> str:
    return raw if raw.lower().startswith(_BEGINS) else unquote_to_bytes(raw.replace("+", " ")).decode(errors="replace")
