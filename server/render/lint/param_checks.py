"""Params and pictures: what the manifest declares against what the drawing asks for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator

from server.catalog.chains import StepKind, read_step
from server.catalog.cut_placeholders import MAX_SHOWN
from server.catalog.template import SVG_FILE, Template
from server.render.generated import INITIALS, WORDMARK
from server.render.lint.document import Document, Hit, Node
from server.render.lint.names import did_you_mean
from server.render.lint.source import Origin, Source, without_stand_ins

_SHOWN = ("text", "number", "date")  # types that leave a gap in a line when there is nothing to show
_CONDITIONS = ("data-if", "data-if-not")
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:https?|ftp|file|blob|javascript):", re.I)
_SVG_DATA = re.compile(r"data:image/svg|data:[^,]*,\s*(?:<|%3c)", re.I)
# Braces that nobody reads: cut by tags, written as &#123;, or escaped as in an address.
_LOST = re.compile(r"\{\{|\}\}|\{%|%\}|%7B(?:%7B|%25)", re.I)
LARGE_PICTURE = 200_000  # characters of a data: URL; a fifth of what a whole template may have


def samples(template: Template) -> dict[str, str]:
    """What to put in the place of each param."""
    return {
        name: str(param.sample if param.sample is not None else param.default or "Sample")
        for name, param in template.params.items()
    }


def check_names(template: Template, source: Source, document: Document | None) -> Iterator[Hit]:
    used = {**_asked(document), **source.used} if document is not None else dict(source.used)
    for name, origin in sorted(used.items()):
        if name not in template.params:
            yield Hit("unknown-param", origin, name, did_you_mean(name, template.params))
    if "manifest.toml" not in template.files:
        return  # a lone SVG has no params but its placeholders
    used_or_standing_in = _with_their_chains(template, used)
    for name, param in template.params.items():
        place = _declared(template, name)
        if name not in used_or_standing_in:
            yield Hit("unused-param", place, name)
        if param.sample is None and param.default is None and param.type != "flag":
            yield Hit("no-sample", place, name)
        if param.type == "image":
            yield from _file_of_param(template, place, name)
    yield from _unnameable_files(template)


def _with_their_chains(template: Template, used: Collection[str]) -> set[str]:
    """`used`, and the params that stand in for a picture of these, by however many steps."""
    found, waiting = set(used), list(used)
    while waiting:
        param = template.params.get(waiting.pop())
        steps = map(read_step, param.fallback if param else ())
        new = {step.name for step in steps if step.kind is not StepKind.FILE} - found
        found |= new
        waiting += new
    return found


def _asked(document: Document) -> dict[str, Origin]:
    return {
        node.get(name): node.origin
        for node in reversed(document.nodes)
        for name in _CONDITIONS
        if node.get(name) and name not in node.dynamic
    }


def _declared(template: Template, name: str) -> Origin:
    """The line of the manifest that opens the param's table."""
    text = template.files["manifest.toml"].decode("utf-8", "replace")
    line = next(
        (
            number
            for number, line in enumerate(text.splitlines(), 1)
            if re.match(rf"\s*(?:\[params\.)?[\"']?{re.escape(name)}\b", line)
        ),
        1,
    )
    return Origin("manifest.toml", line)


def _file_of_param(template: Template, place: Origin, name: str) -> Iterator[Hit]:
    param = template.params[name]
    for role, value in (("default", param.default), ("sample", param.sample)):
        if not isinstance(value, str) or not value or _REMOTE.match(value):
            continue
        if value not in template.files:
            near = did_you_mean(value, template.files)
            yield Hit("picture-missing", place, f'{name} ({role} "{value}")', near)
        elif _is_svg(value):
            yield Hit("picture-svg", place, f'{name} ({role} "{value}")')


def _unnameable_files(template: Template) -> Iterator[Hit]:
    """Pictures that a link may well name, for those from an address may be SVG, and that no param can show. What the
    template includes are its parts."""
    if not any(param.type == "image" for param in template.params.values()):
        return
    named = {value for param in template.params.values() for value in (param.default, param.sample)}
    drawings = [body for file, body in template.files.items() if _is_svg(file)]
    for file in sorted(filter(_is_svg, template.files.keys() - named - {SVG_FILE})):
        if not any(file.encode() in body for body in drawings):
            yield Hit("svg-file", Origin(file, 1), file)


def _is_svg(file: str) -> bool:
    return file.lower().endswith((".svg", ".svgz"))


def check_defaults(template: Template, source: Source, document: Document) -> Iterator[Hit]:
    """A text that shows a param without default, where nothing asks first whether there is a value."""
    for node in document.nodes:
        if node.tag != "text":
            continue
        guards = {outer.get(name) for outer in node.lineage() for name in _CONDITIONS}
        for part in node.walk():
            inner = {part.get(name) for name in _CONDITIONS}
            own = (part.element.text or "") + "".join(child.tail or "" for child in part.element)
            for shown in source.expressions_in(own):
                for name in sorted(shown.names - guards - inner - shown.origin.guards):
                    param = template.params.get(name)
                    if (
                        param is not None
                        and param.type in _SHOWN
                        and param.default in (None, "")
                        and not param.required
                        and not shown.has_default
                    ):
                        yield Hit("no-default", shown.origin, f"{name} in {node.label}")


def check_lost(document: Document) -> Iterator[Hit]:
    """Placeholders that were not read as such."""
    for node in document.nodes:
        shown = without_stand_ins(node.raw_text) if node.tag == "text" else ""
        said = (node.get(name) for name in node.values.keys() - node.styled - {"style"})
        lost = next(filter(None, map(_LOST.search, (shown, *said))), None)
        if lost:
            yield node.hit("placeholder-lost", " ".join(lost.string[lost.start() :].split())[:MAX_SHOWN])


def check_pictures(template: Template, document: Document) -> Iterator[Hit]:
    for node in document.nodes:
        href = node.get("href")
        refers = node.tag in ("image", "feImage", "use") and "href" not in node.dynamic
        if refers and not href.startswith("#"):
            yield from _picture(template, node, href)


def _picture(template: Template, node: Node, href: str) -> Iterator[Hit]:
    if _SVG_DATA.match(href):
        yield node.hit("picture-svg")
    elif href.startswith("data:"):
        if len(href) > LARGE_PICTURE:
            yield node.hit("picture-large", f"({len(href) // 1000} kB)")
    elif _REMOTE.match(href) or node.tag == "use":
        yield node.hit("picture-remote", href[:80])
    elif href.startswith((INITIALS, WORDMARK)):
        return
    elif posixpath.normpath(href) not in template.files:
        yield node.hit("picture-missing", f'"{href[:80]}"', did_you_mean(href, template.files))
    elif _is_svg(href):
        yield node.hit("picture-svg", href[:80])
