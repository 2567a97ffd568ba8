"""Fills a template with values: Jinja, then XML, then `data-if`; gives a document that is safe to lay out
and paint.

What "safe" means is said where it is done: `sandbox.py` (Jinja), `svg.py` (XML), `bounds.py` (numbers), `limits.py`.
`compose` does all of it at once; `layers/` does the steps one by one, for the parts of a document.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import jinja2
from jinja2.exceptions import SecurityError
from lxml import etree

from server.catalog.manifest import ParamType
from server.catalog.spec import RenderSpec, Value
from server.catalog.template import MAX_SVG_BYTES, SVG_FILE, Template
from server.errors import BrokenTemplate
from server.images import NO_PICTURES
from server.kept import Kept
from server.render.bounding import bound_numbers
from server.render.generated import set_in_type
from server.render.isolates import leave_isolates_to_text
from server.render.limits import check_size
from server.render.sandbox import (
    OUR_MARKS,
    STYLE_MARK,
    Forbidden,
    Sandbox,
    check,
    text_files,
    undeclared,
    without_comments,
)
from server.render.svg import Element, clean, parse, remove
from server.render.type.whitespace import settle_white_space

TEMPLATES_KEPT = 64
# Noncharacters (Unicode, section 23.7) of our own: XML may hold them, values may not.
HOLE_START, HOLE_END = "\ufdd0", "\ufdd1"
HOLE = re.compile(f"{HOLE_START}([0-9]+){HOLE_END}")
# What XML 1.0 (section 2.2) cannot hold, escaped or not, lone surrogates among it; and our noncharacters.
UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdd3-\ufffd\U00010000-\U0010ffff]")
STYLES = (ParamType.COLOR, ParamType.CHOICE, ParamType.FLAG)
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


@dataclass(frozen=True, slots=True)
class Filled:
    """A template's source run with values: what the template itself says in `skeleton`, each printed value in
    `printed`, where a hole stands for it in the skeleton (`hole(0)`, `hole(1)` …). Values are escaped for XML.

    Printed styles (`personal.py`) belong to the skeleton: what they are is how a campaign looks, not whom it is for.
    """

    skeleton: str
    printed: tuple[str, ...]

    @property
    def text(self) -> str:
        return fill(self.skeleton, self.printed)


def compose(spec: RenderSpec, template: Template, pictures: Collection[str] = NO_PICTURES) -> SvgDocument:
    """The whole document of `spec`. `pictures`: digests of the remote ones at hand. Raises BrokenTemplate."""
    values = spec.mapping()
    return finish(run_jinja(values, template).text, values, template, pictures)


def finish(text: str, values: Mapping[str, Value], template: Template, pictures: Collection[str]) -> SvgDocument:
    """Makes a document of filled-in XML, of all of it or of a part. Raises BrokenTemplate."""
    root = parse(text, template)
    prune(root, values, template)
    return settle(root, template, pictures)


def settle(root: Element, template: Template, pictures: Collection[str]) -> SvgDocument:
    """Makes a parsed document, or a part of one, safe. Changes `root`. Raises BrokenTemplate."""
    leave_isolates_to_text(root)
    set_in_type(root, template)
    check_size(root, template)
    clean(root, template, pictures)
    settle_white_space(root)
    bound_numbers(root)
    return SvgDocument(etree.tostring(root, encoding="utf-8"))


def hole(number: int) -> str:
    """Stands for a printed value. Made of two noncharacters, which no value can hold."""
    return f"{HOLE_START}{number}{HOLE_END}"


def fill(text: str, printed: Sequence[str]) -> str:
    """`text` with each hole filled."""
    return HOLE.sub(lambda found: printed[int(found[1])], text)


def run_jinja(values: Mapping[str, Value], template: Template) -> Filled:
    """The source with every placeholder replaced. Stops at the size limit, however long it would have gone on."""
    source = _compiled.get(template.digest, lambda: _compile(template))
    pieces: list[str] = []
    printed: list[str] = []
    size = 0
    try:
        for piece in source.generate({name: _printable(value) for name, value in values.items()}):
            size += len(piece)
            if size > MAX_SVG_BYTES:
                raise BrokenTemplate(template.name, f"is over {MAX_SVG_BYTES:,} bytes with values filled in")
            # With autoescape on, Jinja gives what it prints as Markup, and the template's own words as plain str.
            if type(piece) is str:
                pieces.append(piece)
            elif piece.startswith(STYLE_MARK):
                pieces.append(_unmarked(str.__getitem__(piece, slice(1, None))))
            else:
                pieces.append(hole(len(printed)))
                printed.append(_unmarked(piece))
    except EXPRESSION_ERRORS as error:
        raise _located(error, template) from None
    return Filled("".join(pieces), tuple(printed))


def _unmarked(piece: str) -> str:
    return OUR_MARKS.sub("", piece)


def _printable(value: Value) -> Value:
    """None becomes "", which is as false and which a filter such as `upper` does not turn into NONE. Line ends become
    what XML makes of them: beside a line end of the template, two would become one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return UNPRINTABLE.sub(REPLACEMENT, value.replace("\r\n", "\n").replace("\r", "\n"))


def _compile(template: Template) -> jinja2.Template:
    environment = Sandbox(
        text_files(template.files),
        is_rtl=bool(RIGHT_TO_LEFT.search(template.svg)),
        styles=[name for name, param in template.params.items() if param.type in STYLES],
    )
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


def prune(root: Element, values: Mapping[str, Value], template: Template) -> None:
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
