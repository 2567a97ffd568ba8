"""The query as it was read: what each name is, and how its value was decoded, round by round."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from server.catalog.template import Template
from server.explain.explanation import Arrived, Remark, Role
from server.urls.query import OURS, QueryValue, decoded_by_round, read_query

# What tools append for their own counting: nobody meant a param of the template with them.
TRACKING = re.compile(
    r"(?:utm_|hsa_|mc_|ml_|pk_|mtm_|oly_|vero_|wickedid|__hs|_hs|_kx|_ga|_gl|_bta|gclid|fbclid|msclkid|dclid|yclid|"
    r"twclid|ttclid|igshid|mkt_tok|trk|sc_|cm_|elq|ss_|s_cid|spm|ref\b|email_hash|hsctatracking)",
    re.IGNORECASE,
)
NEAR = 0.7  # of difflib's ratio: firstname is first_name, and time is not title

_AMP_NAME = re.compile(rb"(?:\A|&)(?:amp;|amp%3B)+([^=&]*)=", re.IGNORECASE)


def read_names(raw_query: bytes, template: Template, opened: tuple[str, ...]) -> tuple[Arrived, ...]:
    """Every name of the query in its order, those without any effect among them."""
    prefixed = {name.decode("latin-1") for name in _AMP_NAME.findall(raw_query)}
    return tuple(
        _arrived(name, value, template, opened, has_amp=name in prefixed)
        for name, value in read_query(raw_query, template.query_names)
    )


def shown(raw: str) -> str:
    """Bytes, one character each, as a person reads them."""
    return raw.encode("latin-1").decode("utf-8", "replace")


def _arrived(name: str, value: QueryValue, template: Template, opened: tuple[str, ...], *, has_amp: bool) -> Arrived:
    role = _role(name, template, opened)
    means = next((own for own, param in template.params.items() if name in param.aliases), name)
    if role in (Role.NO_EFFECT, Role.STRAY):
        return Arrived(name, role, means, shown(value.raw), value.text, (), tuple(_of_no_effect(name, template)))
    rounds = decoded_by_round(value.raw.encode("latin-1"))
    changed = tuple(text for text, before in zip(rounds, (shown(value.raw), *rounds), strict=False) if text != before)
    remarks = (*_of_the_name(name, role, means, has_amp=has_amp), *_of_the_value(value, len(changed)))
    return Arrived(name, role, means, shown(value.raw), value.text, changed, remarks)


def _role(name: str, template: Template, opened: tuple[str, ...]) -> Role:
    if not name:
        return Role.STRAY
    if name in OURS:
        return Role.OURS
    if name not in template.query_names:
        return Role.NO_EFFECT
    if name in opened:
        return Role.OPEN
    return Role.RETIRED if name in template.manifest.retired else Role.LOCKED


def _of_no_effect(name: str, template: Template) -> Iterator[Remark]:
    if not name:
        yield Remark("stray", "This belongs to no name, and is dropped: a name and a = are missing before it.")
    elif TRACKING.match(name):
        yield Remark("tracking", "A counting tool's: it has no effect.")
    elif near := difflib.get_close_matches(name.lower(), template.query_names | OURS, n=1, cutoff=NEAR):
        yield Remark("near", f"It has no effect, for the template has no such param. Did you mean {near[0]}?")
    else:
        yield Remark("unknown", "It has no effect: the template has no such param.")


def _of_the_name(name: str, role: Role, means: str, *, has_amp: bool) -> Iterator[Remark]:
    if means != name:
        yield Remark("alias", f"An older name of {means}.")
    if role is Role.RETIRED:
        yield Remark(
            "retired", "The template has no such param any more: it is under the signature, and draws nothing."
        )
    if has_amp:
        yield Remark("amp", "An &amp; stood before it, which was read as &.")


def _of_the_value(value: QueryValue, rounds: int) -> Iterator[Remark]:
    raw = value.raw
    if "&" in raw:
        yield Remark("glued", "A bare & is in it: what follows it has no name of its own and was joined on.")
    if "+" in raw:
        yield Remark("plus", "A + was read as a space; a plus is written %2B.")
    if _is_not_utf8(raw):
        yield Remark("windows-1252", "It is not UTF-8, so it was read as windows-1252.")
    if rounds > 1:
        yield Remark("encoded-again", f"It was encoded {_TIMES[rounds]}, and decoded as often.")
    if "&" in _once(raw) and _once(raw) != value.text and ";" in _once(raw):
        yield Remark("entities", "HTML entities in it, like &amp;, were decoded.")
    if value.unmerged:
        yield Remark("bare-tag", "A bare %TAG% is in it.")
    if value.over_encoded:
        yield Remark("over-encoded", "After three rounds it is still encoded; no more are done.")


_TIMES = {2: "twice", 3: "three times"}


def _once(raw: str) -> str:
    return unquote_to_bytes(raw.encode("latin-1")).decode("utf-8", "replace")


def _is_not_utf8(raw: str) -> bool:
    try:
        unquote_to_bytes(raw.encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
