"""Seals a body with its key, length, expiry and digest; opens what is whole, unexpired and under its key.

The digest finds damage and mix-ups. It is no signature: whoever may write into the folder can seal too.
"""

from __future__ import annotations

import hashlib
import struct

_MAGIC = b"NPst"
_VERSION = 1
_HEADER = struct.Struct(">4sBQQ32s")  # magic, version, expiry in Unix seconds or 0, length of body, digest
_DIGESTED = struct.Struct(">QQQ")  # lengths of key and body, expiry: no two entries run into one text


def seal(key: str, body: bytes, *, expires_at: int = 0) -> bytes:
    """`expires_at` is in Unix seconds; 0 is never."""
    digest = _digest(key, body, expires_at)
    return _HEADER.pack(_MAGIC, _VERSION, expires_at, len(body), digest) + body


def unseal(key: str, data: bytes, now: float) -> bytes | None:
    """The body, or None for anything that `seal` did not make under this key, or that has expired."""
    if len(data) < _HEADER.size:
        return None
    magic, version, expires_at, length, digest = _HEADER.unpack_from(data)
    if magic != _MAGIC or version != _VERSION or length != len(data) - _HEADER.size:
        return None
    if 0 < expires_at <= now:
        return None
    body = data[_HEADER.size :]
    return body if digest == _digest(key, body, expires_at) else None


def _digest(key: str, body: bytes, expires_at: int) -> bytes:
    # The key is part of it: an intact entry that turns up under another key is somebody else's picture.
    name = key.encode()
    digest = hashlib.sha256(_DIGESTED.pack(len(name), len(body), expires_at))
    digest.update(name)
    digest.update(body)
    return digest.digest()
