"""Jinja with nothing in it but printing, conditions, loops and a short list of filters.

A template gets values and prints them escaped. It cannot reach an attribute, an item or a method of
anything, so the known ways out of a sandbox have no first step. What this does not bound is time and memory
of nested loops: a worker can be killed, and the trial of a template finds out before anyone sees it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NoReturn, cast

from jinja2 import BaseLoader, FunctionLoader, StrictUndefined, meta, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from server.render import filters
from server.render.isolates import isolated
from server.render.personal import mark_styles

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TAG_OR_LINE_END = re.compile(r"\{%.*?%\}|\n", re.DOTALL)
MAX_RANGE = 1_000  # no picture has use for more; a nested pair of them is a million rounds
FLOAT_DIGITS = ".12g"  # 0.1 + 0.2 prints as 0.3

FILTERS = (
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "e",
    "escape",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "replace",
    "reverse",
    "round",
    "string",
    "title",
    "trim",
    "truncate",
    "upper",
    "wordcount",
)
LOOP_ATTRIBUTES = frozenset(
    (
        "index",
        "index0",
        "revindex",
        "revindex0",
        "first",
        "last",
        "length",
        "depth",
        "depth0",
        "previtem",
        "nextitem",
        "cycle",
        "changed",
    )
)
LOOP_METHODS = frozenset(("cycle", "changed"))
TEXT_ENDINGS = (".svg", ".jinja", ".j2", ".txt")
# With those by which `compose` knows holes; as themselves or as character references.
OUR_MARKS = re.compile("[\ufdd0-\ufdd2]|&#(?:x0*fdd[0-2]|0*6497[678]);", re.IGNORECASE)
STYLE_MARK = Markup(
    "\ufdd2"
)  # a noncharacter (Unicode, section 23.7), which no value can hold and no template can write
JINJA_SELF = "self"  # Jinja's handle on the template: known to it, and nothing to print
NUMBERS = (int, float, Decimal)
TOLD_APART = frozenset((str, int, float, bool))  # not so Decimal: 1.0 and 1.00 are equal
STYLES_KEPT = 1024


@pass_context  # so that Jinja leaves even what is always the same to the moment of printing
def as_style(context: Context, value: Any) -> Markup:
    """What is printed by a placeholder that shows how a template looks, not whom it is for: with STYLE_MARK before it.
    In a loop it is the same few numbers over and over."""
    is_rtl = cast("Sandbox", context.environment).is_rtl
    is_known = type(value) in TOLD_APART and value  # 0.0 and -0.0 are the same key
    return _kept_style(value, is_rtl) if is_known else _style(value, is_rtl)


def _style(value: Any, is_rtl: bool) -> Markup:  # noqa: FBT001  # by name it would not be found as quickly
    printed = escape(_as_printed(value, is_rtl=is_rtl))
    return Markup(f"{STYLE_MARK}{printed}")  # noqa: S704  # both are Markup; to add them takes longer


_kept_style = lru_cache(maxsize=STYLES_KEPT, typed=True)(_style)


class Sandbox(SandboxedEnvironment):
    """Autoescape is on and stays on; see `check`. `is_rtl`: the template's own text runs from right to left.
    `styles` are the params that say how it looks."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, loader: BaseLoader, *, is_rtl: bool = False, styles: Collection[str] = ()) -> None:
        super().__init__(
            autoescape=True,
            undefined=StrictUndefined,
            finalize=partial(_as_printed, is_rtl=is_rtl),
            loader=loader,
            keep_trailing_newline=True,
        )
        self.is_rtl = is_rtl
        self.globals = {"range": bounded_range, **filters.FUNCTIONS}
        # What is printed is escaped in any case, and an `e` before that would hide its direction from `_as_printed`.
        escapes = {"e": as_it_is, "escape": as_it_is}
        self.filters = {name: JINJA_FILTERS[name] for name in FILTERS} | escapes | filters.FILTERS
        self._styles = frozenset((*styles, *self.globals))

    def compile(self, source: Any, *arguments: Any, **options: Any) -> Any:
        """As Jinja does, with STYLE_MARK before what shows how the template looks. A file that is included knows of no
        names but the params."""
        tree = self.parse(source, *arguments[:2]) if isinstance(source, str) else source
        mark_styles(tree, self._styles, STYLE_MARK)
        self.filters.setdefault(STYLE_MARK, as_style)
        return super().compile(tree, *arguments, **options)

    def getattr(self, obj: Any, attribute: str) -> Any:
        is_loop = isinstance(obj, LoopContext) and attribute in LOOP_ATTRIBUTES
        is_macro = isinstance(obj, TemplateModule) and not attribute.startswith("_")
        if is_loop or is_macro:
            return getattr(obj, attribute)
        raise SecurityError(f"a value has no .{attribute} here; print it whole, or use a filter")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        raise SecurityError("a value cannot be taken apart with [ ]; print it whole, or use a filter")

    def is_safe_callable(self, obj: Any) -> bool:
        of_loop = isinstance(getattr(obj, "__self__", None), LoopContext) and obj.__name__ in LOOP_METHODS
        is_ours = any(obj is function for function in (bounded_range, *filters.FUNCTIONS.values()))
        return is_ours or of_loop or isinstance(obj, Macro | BlockReference)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("there is no ** here")
        if operator in "*%" and not _are_numbers(left, right):
            raise SecurityError(f"{operator} is for numbers only")
        if isinstance(left, Decimal) and isinstance(right, float):
            right = Decimal(str(right))
        elif isinstance(left, float) and isinstance(right, Decimal):
            left = Decimal(str(left))
        return super().call_binop(context, operator, left, right)


def as_it_is(value: Any) -> Any:
    return value


def _are_numbers(*operands: Any) -> bool:
    return all(isinstance(operand, NUMBERS) for operand in operands)


def bounded_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > MAX_RANGE:
        raise SecurityError(f"range() counts to {MAX_RANGE} at most")
    return numbers


def _as_printed(value: Any, *, is_rtl: bool) -> Any:
    """How `{{ value }}` looks: text with its direction to itself, numbers plainly (never 1E+3), flags as in SVG, dates
    as in ISO 8601.
    """
    if isinstance(value, Markup):  # what a macro or a filter wrote has been printed before
        return value
    if isinstance(value, str):
        return isolated(value, always=is_rtl)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return format(value, FLOAT_DIGITS)
    return value.isoformat() if isinstance(value, date) else value


def without_comments(source: str) -> str:
    """`source` without the words of its XML comments, since a value in one could end it; but with the Jinja tags in
    them, which designers hide so, and with their line ends, by which errors are found. Without our own marks, too.
    """
    source = OUR_MARKS.sub("", source)
    return COMMENT.sub(lambda comment: "".join(TAG_OR_LINE_END.findall(comment[0])), source)


def text_files(files: Mapping[str, bytes]) -> BaseLoader:
    """Loads what `include` and `import` name, out of the template's own folder held in memory."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if name not in files or not name.endswith(TEXT_ENDINGS):
            return None
        return without_comments(files[name].decode("utf-8-sig")), name, lambda: True

    return FunctionLoader(load)


class Forbidden(Exception):
    """Something in the source that is not allowed, and the line it is on."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def check(tree: nodes.Template, environment: Sandbox, *, params: Collection[str] | None) -> frozenset[str]:
    """The names of the files that the parsed source refers to. Raises Forbidden.

    `params` are the names it may use; None for a file that is included, which sees names of its includer too.
    """
    for node in tree.find_all((nodes.EvalContextModifier, nodes.ScopedEvalContextModifier)):
        _refuse("autoescape stays on; take {% autoescape %} out", node)
    for reference in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        file = getattr(reference, "template", None)
        if not (isinstance(file, nodes.Const) and isinstance(file.value, str)):
            _refuse("include and import need the file's name in quotes", reference)
    _check_filters(tree, known=environment.filters)
    if params is not None:
        _check_names(tree, known={*params, *environment.globals}, params=params)
    return frozenset(name for name in meta.find_referenced_templates(tree) if name)


def _check_names(tree: nodes.Template, *, known: Collection[str], params: Collection[str]) -> None:
    unknown = meta.find_undeclared_variables(tree) - set(known)
    for node in tree.find_all(nodes.Name):
        if node.name in unknown or node.name == JINJA_SELF:
            _refuse(undeclared(node.name, params), node)


def _check_filters(tree: nodes.Template, *, known: Collection[str]) -> None:
    for node in tree.find_all(nodes.Filter):
        if node.name not in known:
            near = difflib.get_close_matches(node.name, known, n=1)
            _refuse(f"there is no filter {node.name}{f'; did you mean {near[0]}?' if near else ''}", node)


def undeclared(name: str, params: Collection[str]) -> str:
    """The sentence for a name that the manifest does not declare."""
    near = difflib.get_close_matches(name, params, n=1)
    cure = f"did you mean {near[0]}?" if near else "declare it in manifest.toml"
    return f"{name} is no param of this template; {cure}"


def _refuse(message: str, node: nodes.Node) -> NoReturn:
    raise Forbidden(message, node.lineno)
