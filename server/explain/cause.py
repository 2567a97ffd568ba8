"""Why a signature does not fit: the link that it does fit, found by undoing what happens to links on their way.

A candidate counts only when the link's own signature is the whole and exact signature of it. So what is found was
signed once, and whoever asks has learnt nothing that sending the candidate to the server would not tell. Never compared
are parts of a signature: "the first four digits are right" would give a good one away, digit by digit. And no signature
is ever made to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice, permutations

from server.catalog.catalog import Catalog
from server.catalog.template import Template
from server.errors import ExpiredLink, NameplateError, UncheckedAudience
from server.explain.explanation import Remark
from server.explain.policy import SCALES, variants
from server.explain.surface import Spelling, spellings
from server.images import Format
from server.urls.canonical import print_query
from server.urls.request import ImageRequest, parse_request
from server.urls.ring import Key, KeyRing, KeyState
from server.urls.signing import verify
from server.urls.target import Target, parse_path, print_path

MOST_VARIANTS = 4000  # at 30 µs each; a link of ten params has some two thousand
USUAL_BYTES = 1000  # of a query; a longer one takes longer to sign, and has fewer variants tried
MOST_REORDERED = 5  # names of _open; 120 orders of them


@dataclass(frozen=True, slots=True)
class Cause:
    """What happened to the link, and the request that was signed."""

    remarks: tuple[Remark, ...]
    request: ImageRequest

    @property
    def link(self) -> str:
        """Path and query as they were signed, with the signature that the link brought. Where a signer made the mistake
        that is no good link, so it is to be read again before it is shown."""
        query = print_query(self.request, verbatim=self.request.open or ())
        return f"{print_path(self.request.target)}?{query.encode('latin-1').decode('utf-8', 'replace')}"


def fits(request: ImageRequest, ring: KeyRing, now: datetime) -> bool:
    """Whether the signature is that of `request`. That the link is over or bound to somebody is said after that."""
    try:
        verify(request, ring, now)
    except (ExpiredLink, UncheckedAudience):
        return True
    except NameplateError:
        return False
    return True


def find_cause(link: Spelling, catalog: Catalog, ring: KeyRing, now: datetime) -> Cause | None:
    """What was signed, if undoing one known change, or the spelling and one more, leads to it."""
    readable = list(_readable(link, catalog))
    for remarks, request, _ in readable:
        if fits(request, ring, now):
            return Cause(remarks, request)
    starts = [start for start in (readable[:1] + readable[-1:]) if _is_worth_it(start[1], ring)]
    for remarks, request, template in starts:
        most = MOST_VARIANTS * USUAL_BYTES // max(USUAL_BYTES, len(link.query))
        for remark, variant in islice(variants(request, template, now), most):
            if fits(variant, ring, now):
                return Cause((*remarks, remark), variant)
    spelled = list(spellings(link, _declared(link, catalog)))
    for remarks, spelling in (spelled[0], spelled[-1]):
        for remark, request in _of_other_templates(spelling, catalog) if starts else ():
            if fits(request, ring, now):
                return Cause((*remarks, remark), request)
    return next(_mistakes_of_signers(starts, ring, now), None)


def _is_worth_it(request: ImageRequest, ring: KeyRing) -> bool:
    """Without a whole signature of a key that still counts, nothing can fit."""
    kid, _, digits = (request.signature or "").partition(".")
    key = ring.find(kid)
    return len(digits) == 32 and key is not None and key.state is not KeyState.REVOKED


def _readable(link: Spelling, catalog: Catalog) -> Iterator[tuple[tuple[Remark, ...], ImageRequest, Template]]:
    for remarks, spelling in spellings(link, _declared(link, catalog)):
        try:
            target = parse_path(spelling.path)
            template = catalog.find(target.template).template
            yield remarks, parse_request(target, spelling.query, template.query_names), template
        except NameplateError:
            continue


def _declared(link: Spelling, catalog: Catalog) -> frozenset[str]:
    for path in (link.path, link.path.lower()):
        try:
            return catalog.find(parse_path(path).template).template.query_names
        except NameplateError:
            continue
    return frozenset()


def _of_other_templates(link: Spelling, catalog: Catalog) -> Iterator[tuple[Remark, ImageRequest]]:
    """The query as another template reads it: what is a param, and so is locked, is for the template to say."""
    try:
        asked = parse_path(link.path)
    except NameplateError:
        return
    for template in catalog:
        for name in (template.name, *template.manifest.aliases):
            if name == asked.template:
                continue
            said = f"The template was changed: the link was signed for {name}."
            for format, scale in ((asked.format, asked.scale), *((f, s) for f in Format for s in SCALES)):
                try:
                    request = parse_request(Target(name, format, scale), link.query, template.query_names)
                except NameplateError:
                    break
                yield Remark("template", said), request


def _mistakes_of_signers(
    starts: list[tuple[tuple[Remark, ...], ImageRequest, Template]], ring: KeyRing, now: datetime
) -> Iterator[Cause]:
    for remarks, request, _ in starts:
        for remark, changes, key_as_taken in _MISTAKES:
            taken = KeyRing(tuple(key_as_taken(key) for key in ring.keys))
            for made in changes(request):
                if fits(made, taken, now):
                    yield Cause((*remarks, remark), made)


def _as_hex(key: Key) -> Key:
    return replace(key, secret=key.secret.hex().encode())


def _same_key(key: Key) -> Key:
    return key


def _same(request: ImageRequest) -> Iterator[ImageRequest]:
    yield request


def _other_orders(request: ImageRequest) -> Iterator[ImageRequest]:
    names = request.open or ()
    if len(names) <= MOST_REORDERED:
        yield from (replace(request, open=order) for order in permutations(names))


_MISTAKES: tuple[tuple[Remark, Callable[[ImageRequest], Iterator[ImageRequest]], Callable[[Key], Key]], ...] = (
    (
        Remark(
            "signer-secret", "The signer took the hex digits for the secret: the secret is the bytes they stand for."
        ),
        _same,
        _as_hex,
    ),
    (
        Remark("signer-open-order", "The signer did not sort the names in _open before it signed them."),
        _other_orders,
        _same_key,
    ),
)
