"""A template and the fonts in, findings out: reads the source once and asks every group of checks."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator

from server.catalog.template import MAX_SVG_BYTES, SVG_FILE, Template
from server.fonts.library import FontLibrary
from server.render.lint import (
    box_checks,
    font_checks,
    limit_checks,
    param_checks,
    picture_checks,
    place_checks,
    reference_checks,
    structure_checks,
    style_checks,
    text_checks,
)
from server.render.lint.document import Document, Hit, NotXmlError, read_document
from server.render.lint.findings import Finding
from server.render.lint.rules import RULES
from server.render.lint.source import JinjaError, Origin, Source, read_source


def lint(template: Template, fonts: FontLibrary) -> tuple[Finding, ...]:
    """The findings in the order of files and lines. Never raises for what a template holds."""
    hits = list(_hits(template, fonts))
    return tuple(dict.fromkeys(_finding(hit) for hit in sorted(hits, key=_place)))


def _place(hit: Hit) -> tuple[bool, str, int]:
    return hit.origin.file != SVG_FILE, hit.origin.file, hit.origin.line


def _hits(template: Template, fonts: FontLibrary) -> Iterable[Hit]:
    size = len(template.files[SVG_FILE])
    if size > MAX_SVG_BYTES:
        return [Hit("too-large", Origin(SVG_FILE, 1), f"{size:,} bytes")]
    try:
        source = read_source(template.files, param_checks.samples(template))
    except JinjaError as error:
        return [Hit(error.code, Origin(error.file, error.line or 1), str(error))]
    try:
        document = read_document(source)
    except NotXmlError as error:
        return itertools.chain(_not_xml(source, error), param_checks.check_names(template, source, None))
    return _all_checks(template, fonts, source, document)


def _all_checks(template: Template, fonts: FontLibrary, source: Source, document: Document) -> Iterator[Hit]:
    yield from limit_checks.check(document)
    yield from structure_checks.check(document)
    yield from style_checks.check(document)
    yield from reference_checks.check(document)
    yield from text_checks.check(document)
    yield from box_checks.check(document, source)
    yield from place_checks.check(document)
    yield from font_checks.check(document, fonts.families)
    yield from param_checks.check_names(template, source, document)
    yield from param_checks.check_defaults(template, source, document)
    yield from param_checks.check_pictures(template, document)
    yield from picture_checks.check(document)
    yield from param_checks.check_lost(document)


def _not_xml(source: Source, error: NotXmlError) -> Iterator[Hit]:
    """Where the file is XML with one branch of each condition, it is the conditions that cut through its tags."""
    at = source.origins[min(error.line, len(source.origins)) - 1]
    branched = error.code == "not-xml" and any(origin.arms for origin in source.origins)
    yield Hit("jinja-in-tag" if branched and _is_xml_in_one_arm(source) else error.code, at, str(error))


def _is_xml_in_one_arm(source: Source) -> bool:
    for arm in (0, 1, None):
        with contextlib.suppress(NotXmlError):
            read_document(source.in_one_arm(arm))
            return True
    return False


def _finding(hit: Hit) -> Finding:
    rule = RULES[hit.code]
    cure = f"{hit.cure} {rule.cure[0].upper()}{rule.cure[1:]}" if hit.cure else rule.cure
    return Finding(
        code=rule.code,
        severity=rule.severity,
        message=f"{hit.where}: {rule.what}; {rule.seen}",
        cure=cure,
        file=hit.origin.file,
        line=hit.origin.line,
    )
