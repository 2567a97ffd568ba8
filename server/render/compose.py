"""Fills a template with values: Jinja, then XML, then `data-if`; gives a document that is safe to lay out
and paint.

What "safe" means is said where it is done: `sandbox.py` (Jinja), `svg.py` (XML), `bounds.py` (numbers), `limits.py`.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

import jinja2
from jinja2.exceptions import SecurityError
from lxml import etree

from server.catalog.spec import RenderSpec, Value
from server.catalog.template import MAX_SVG_BYTES, SVG_FILE, Template
from server.errors import BrokenTemplate
from server.render.bounding import bound_numbers
from server.render.isolates import leave_isolates_to_text
from server.render.kept import Kept
from server.render.limits import check_size
from server.render.sandbox import Forbidden, Sandbox, check, text_files, undeclared, without_comments
from server.render.svg import Element, clean, parse, remove
from server.render.type.whitespace import settle_white_space
from server.text.bidi import FIRST_STRONG_ISOLATE

TEMPLATES_KEPT = 64
# What XML 1.0 (section 2.2) cannot hold, escaped or not. Lone surrogates are among it.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
EXPRESSION_ERRORS = (
    jinja2.TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
RIGHT_TO_LEFT = re.compile(r"direction\W{1,4}rtl|[\u0590-\u08ff]")  # an attribute or a style, or such letters
REPLACEMENT = "\ufffd"

_compiled: Kept[str, jinja2.Template] = Kept(TEMPLATES_KEPT)


@dataclass(frozen=True, slots=True)
class SvgDocument:
    """An SVG file without Jinja, scripts, references to the outside, or numbers that harm. UTF-8."""

    xml: bytes


def compose(spec: RenderSpec, template: Template) -> SvgDocument:
    values = spec.mapping()
    text = _fill_in(values, template)
    root = parse(text, template)
    if FIRST_STRONG_ISOLATE in text:
        leave_isolates_to_text(root)
    _prune(root, values, template)
    check_size(root, template)
    clean(root, template)
    settle_white_space(root)
    bound_numbers(root)
    return SvgDocument(etree.tostring(root, encoding="utf-8"))


def _fill_in(values: Mapping[str, Value], template: Template) -> str:
    """The source with every placeholder replaced. Stops at the size limit, however long it would have gone on."""
    source = _compiled.get(template.digest, lambda: _compile(template))
    pieces, size = [], 0
    try:
        for piece in source.generate({name: _printable(value) for name, value in values.items()}):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_SVG_BYTES:
                raise BrokenTemplate(template.name, f"is over {MAX_SVG_BYTES:,} bytes with values filled in")
    except EXPRESSION_ERRORS as error:
        raise _located(error, template) from None
    return "".join(pieces)


def _printable(value: Value) -> Value:
    """None becomes "", which is as false and which a filter such as `upper` does not turn into NONE."""
    if value is None:
        return ""
    return UNPRINTABLE.sub(REPLACEMENT, value) if isinstance(value, str) else value


def _compile(template: Template) -> jinja2.Template:
    environment = Sandbox(text_files(template.files), is_rtl=bool(RIGHT_TO_LEFT.search(template.svg)))
    file = SVG_FILE
    try:
        waiting, seen = [SVG_FILE], set()
        while waiting:
            file = waiting.pop()
            seen.add(file)
            tree = environment.parse(_source(file, template))
            params = template.params if file == SVG_FILE else None
            waiting.extend(check(tree, environment, params=params) - seen)
        return environment.get_template(SVG_FILE)
    except Forbidden as error:
        raise BrokenTemplate(template.name, str(error), file=file, line=error.line) from None
    except jinja2.TemplateSyntaxError as error:
        raise BrokenTemplate(
            template.name,
            error.message or "Jinja syntax error",
            file=error.name or file,
            line=error.lineno,
        ) from None


def _source(file: str, template: Template) -> str:
    try:
        return without_comments(template.files[file].decode("utf-8-sig"))
    except (KeyError, UnicodeDecodeError):
        raise BrokenTemplate(template.name, f"includes {file}, which is no text file of its folder") from None


def _located(error: Exception, template: Template) -> BrokenTemplate:
    """The error with the place in the template where it happened. Only Jinja's own sentences, which speak
    of names, are passed on: another exception's text may quote a value."""
    if isinstance(error, SecurityError | jinja2.UndefinedError):
        message = error.message or "not allowed in a template"
    elif isinstance(error, jinja2.TemplateNotFound):
        message = f"includes {error.name}, which is no text file of its folder"
    else:
        message = f"this expression fails for some values ({type(error).__name__})"
    way = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in way if frame.filename in template.files]
    file, line = (frames[-1].filename, frames[-1].lineno) if frames else (SVG_FILE, None)
    return BrokenTemplate(template.name, message, file=file, line=line)


def _prune(root: Element, values: Mapping[str, Value], template: Template) -> None:
    """Takes out the elements whose `data-if` names a param with nothing to show, or whose `data-if-not` one with."""
    for attribute, keeps in (("data-if", True), ("data-if-not", False)):
        for element in root.findall(f".//*[@{attribute}]"):
            name = element.attrib.pop(attribute).strip()
            if name not in values:
                line = line_of(f'{attribute}="{name}"', template.svg)
                message = f"{attribute}: {undeclared(name, list(values))}"
                raise BrokenTemplate(template.name, message, line=line)
            if bool(values[name]) is not keeps:
                remove(element)


def line_of(text: str, source: str) -> int | None:
    """The line of `source` on which `text` first stands."""
    at = source.find(text)
    return source.count("\n", 0, at) + 1 if at >= 0 else None
