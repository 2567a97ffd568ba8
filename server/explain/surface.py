"""A link that was changed in its spelling on the way, into the spellings it may have had: what mail tools, editors and
people do to an address, undone. Whether one of them was signed is for `cause.py` to find out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, unquote_to_bytes

from server.explain.explanation import Remark
from server.urls.query import OURS
from server.urls.target import IMAGE_PREFIX


@dataclass(frozen=True, slots=True)
class Spelling:
    """A link as it may have been: path and raw query as the server gets them, and what follows a #."""

    path: str
    query: bytes
    fragment: str = ""


Undo = Callable[[Spelling, Collection[str]], Spelling]


def spellings(link: Spelling, declared: Collection[str]) -> Iterator[tuple[tuple[Remark, ...], Spelling]]:
    """`link` itself, then with each change undone alone, then with all of them that did something."""
    yield (), link
    together: tuple[Remark, ...] = ()
    whole = link
    for remark, undo in _CHANGES:
        alone, next_whole = undo(link, declared), undo(whole, declared)
        if alone != link:
            yield (remark,), alone
        if next_whole != whole:
            together, whole = (*together, remark), next_whole
            if len(together) > 1:
                yield together, whole
    if together:  # last of all, and so the one to look further from
        yield together, whole


def split_link(link: str) -> tuple[str, Spelling]:
    """What stands before the path, and the rest as the server would get it; the fragment it never gets."""
    address, hash_, fragment = link.partition("#")
    before, _, query = address.partition("?")
    place = max(0, before.find(IMAGE_PREFIX))
    if IMAGE_PREFIX not in before and (host := re.match(r"https?://[^/]*", before)):
        place = host.end()
    origin = before[:place]
    path = unquote(before[len(origin) :])
    # A browser sends letters beyond ASCII percent-encoded as UTF-8; what cannot be is pasted garbage.
    return origin, Spelling(path, query.encode("utf-8", "replace"), fragment if hash_ else "")


def _pieces(query: bytes) -> list[tuple[bytes, bytes]]:
    return [(piece.partition(b"=")[0], piece) for piece in query.split(b"&")]


def _map_values(query: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return b"&".join(
        before + b"=" + change(piece.partition(b"=")[2]) if before.endswith(name) and b"=" in piece else piece
        for before, piece in _pieces(query)
    )


def _undo_hash(link: Spelling, _: Collection[str]) -> Spelling:
    if not link.fragment:
        return link
    return replace(link, query=link.query + b"%23" + link.fragment.encode("utf-8", "replace"), fragment="")


def _undo_whole_encoding(link: Spelling, _: Collection[str]) -> Spelling:
    is_whole = b"=" not in link.query and b"%3d" in link.query.lower()
    return replace(link, query=unquote_to_bytes(link.query)) if is_whole else link


def _undo_quoted_printable(link: Spelling, _: Collection[str]) -> Spelling:
    return replace(link, query=re.sub(rb"=(?:3D)+", b"=", link.query))


def _undo_semicolons(link: Spelling, declared: Collection[str]) -> Spelling:
    names = b"|".join(re.escape(name.encode()) for name in sorted((*declared, *OURS)))
    return replace(link, query=re.sub(rb";(?=(?:" + names + rb")=)", b"&", link.query))


def _undo_second_question_mark(link: Spelling, _: Collection[str]) -> Spelling:
    return replace(link, query=re.sub(rb"\?(?=[A-Za-z_][\w.\-]*=)", b"&", link.query))


def _undo_case_of_names(link: Spelling, declared: Collection[str]) -> Spelling:
    ours = {name.lower().encode(): name.encode() for name in (*declared, *OURS)}
    return replace(
        link,
        query=b"&".join(
            ours.get(before.lower(), before) + piece[len(before) :] for before, piece in _pieces(link.query)
        ),
    )


def _undo_case_of_path(link: Spelling, _: Collection[str]) -> Spelling:
    return replace(link, path=re.sub(r"\.jpeg$", ".jpg", link.path.lower().rstrip("/")))


# A signature with something glued on: a bracket, a full stop, a second query, the other half of the digest.
_SIGNATURE = re.compile(rb"\s*([A-Za-z0-9]{1,8}\.[0-9A-Fa-f]{32})")


def _undo_tail_of_signature(link: Spelling, _: Collection[str]) -> Spelling:
    def bare(value: bytes) -> bytes:
        found = _SIGNATURE.match(unquote_to_bytes(value.replace(b"+", b" ")))
        return found[1] if found else value

    return replace(link, query=_map_values(link.query, b"_sig", bare))


def _undo_case_of_signature(link: Spelling, _: Collection[str]) -> Spelling:
    return replace(link, query=_map_values(link.query, b"_sig", bytes.lower))


def _undo_dashes_of_expiry(link: Spelling, _: Collection[str]) -> Spelling:
    def digits(value: bytes) -> bytes:
        found = re.match(rb"(\d{4})\D?(\d{2})\D?(\d{2})(?:\D|$)", unquote_to_bytes(value)) or re.match(
            rb"(\d{9,11})()()(?:\D|$)", value
        )
        return b"".join(found.groups()) if found else value

    return replace(link, query=_map_values(link.query, b"_exp", digits))


def _undo_separators_of_open(link: Spelling, _: Collection[str]) -> Spelling:
    def commas(value: bytes) -> bytes:
        return b",".join(filter(None, re.split(rb"[\s,;|+\[\]\"']+", unquote_to_bytes(value))))

    return replace(link, query=_map_values(link.query, b"_open", commas))


def _keep_first(link: Spelling, declared: Collection[str]) -> Spelling:
    return replace(link, query=b"&".join(_once_each(_pieces(link.query), declared)))


def _keep_last(link: Spelling, declared: Collection[str]) -> Spelling:
    backwards = list(_once_each(list(reversed(_pieces(link.query))), declared))
    return replace(link, query=b"&".join(reversed(backwards)))


def _once_each(pieces: list[tuple[bytes, bytes]], declared: Collection[str]) -> Iterator[bytes]:
    seen: set[bytes] = set()
    for name, piece in pieces:
        if name in seen and name.decode("latin-1") in {*declared, *OURS}:
            continue
        seen.add(name)
        yield piece


_CHANGES: tuple[tuple[Remark, Undo], ...] = (
    (
        Remark("hash", "A # cut the link: what follows one never reaches the server. It must be written %23."),
        _undo_hash,
    ),
    (
        Remark("encoded-query", "The whole query was percent-encoded, its = and & with it."),
        _undo_whole_encoding,
    ),
    (
        Remark("quoted-printable", "A = became =3D, as in the source of a mail, and nobody changed it back."),
        _undo_quoted_printable,
    ),
    (Remark("semicolons", "Its params were joined by ; instead of &."), _undo_semicolons),
    (
        Remark("question-mark", "Something was appended with a second ? instead of an &."),
        _undo_second_question_mark,
    ),
    (Remark("name-case", "The names of its params were written in another case."), _undo_case_of_names),
    (Remark("path-case", "Its path was written in another case, or its ending as .jpeg."), _undo_case_of_path),
    (
        Remark(
            "signature-tail", "Something is glued to the end of the signature: a bracket, a full stop, more digits."
        ),
        _undo_tail_of_signature,
    ),
    (Remark("signature-case", "The signature was written in another case."), _undo_case_of_signature),
    (Remark("expiry-form", "Its end (_exp) was written in another form."), _undo_dashes_of_expiry),
    (
        Remark("open-separators", "The names in _open were separated by something else than commas."),
        _undo_separators_of_open,
    ),
    (Remark("repeated-first", "A param was added a second time; the first of the two is the signed one."), _keep_first),
    (Remark("repeated-last", "A param was added a second time; the last of the two is the signed one."), _keep_last),
)
