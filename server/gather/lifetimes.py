"""What a host's headers (names in lower case) say of keeping: how long an answer is fresh, and how to ask again.

A host's word counts within bounds: nobody makes us ask at every request, nor keep a logo for a year. Headers are
foreign bytes: whatever they hold, there is an answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

DEFAULT_SECONDS = 3600.0
MIN_SECONDS = 300.0
MAX_SECONDS = 86400.0

_NOT_KEPT = re.compile(r"(?:^|[,\s])(?:no-store|no-cache)(?:$|[,\s=])", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])(s-maxage|max-age)\s*=\s*\"?([0-9]{1,10})", re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,10}")
_ETAG = re.compile(r"(?:W/)?\"[\x21\x23-\x7e]{0,256}\"")
_DATE = re.compile(r"[A-Za-z0-9:, +-]{1,64}")


@dataclass(frozen=True, slots=True)
class Validators:
    """How to ask for what has changed. `origin` is a digest of the URL that they came from: to others they mean
    something else, or nothing."""

    etag: str = ""
    modified: str = ""
    origin: str = ""

    def headers_for(self, url: str) -> dict[str, str]:
        if self.origin != digest_of(url):
            return {}
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


def validators_of(headers: Mapping[str, str], url: str) -> Validators:
    """Those that can be sent back as they are."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return Validators(
        etag if _ETAG.fullmatch(etag) else "",
        modified if _DATE.fullmatch(modified) else "",
        digest_of(url),
    )


def lifetime_seconds(headers: Mapping[str, str], now: float) -> float:
    """RFC 9111, 4.2.1, as a shared cache; between MIN_SECONDS and MAX_SECONDS."""
    said = _said_seconds(headers, now)
    return DEFAULT_SECONDS if said is None else min(max(said, MIN_SECONDS), MAX_SECONDS)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _said_seconds(headers: Mapping[str, str], now: float) -> float | None:
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return 0.0
    ages = {name.lower(): float(seconds) for name, seconds in _MAX_AGE.findall(control)}
    for name in ("s-maxage", "max-age"):
        if name in ages:
            return ages[name] - _age(headers)
    expires = headers.get("expires")
    if expires is None:
        return None
    ends = _moment(expires)  # what is no date has expired (RFC 9111, 5.3)
    sent = _moment(headers.get("date", ""))
    return 0.0 if ends is None else ends - (now if sent is None else sent) - _age(headers)


def _age(headers: Mapping[str, str]) -> float:
    age = headers.get("age", "")
    return float(age) if _SECONDS.fullmatch(age) else 0.0


def _moment(text: str) -> float | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):  # all seen from odd dates
        return None
