"""The source of a template as XML in which every branch is present and every line is known.

Jinja statements and comments vanish, placeholders become a sample between two marks, included files are put
in their place. The marks tell later which attributes and texts are known only when a picture is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import jinja2
from jinja2 import nodes

from server.catalog.cut_placeholders import find_cut_placeholder
from server.catalog.template import SVG_FILE
from server.render.sandbox import Forbidden, Sandbox, check

# Private-use characters around a stand-in: they are XML, and no template has a reason to hold them.
OPEN, MIDDLE, CLOSE, BRANCH = "\ue000", "\ue001", "\ue002", "\ue003"
_STAND_IN = re.compile(f"{OPEN}(\\d+){MIDDLE}([^{CLOSE}]*){CLOSE}")
_MARKS = re.compile(f"{OPEN}\\d+{MIDDLE}|[{CLOSE}{BRANCH}]")

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml.*?\?>", re.DOTALL)

# A piece of Jinja by itself, as something that can be parsed.
_PRINT, _SET = "{{{{ {} }}}}", "{{% {} %}}"
_IF, _FOR = _SET + "{{% endif %}}", _SET + "{{% endfor %}}"

UNKNOWN_SAMPLE = "1"  # stands for what no param says: a number and a text at once
MAX_INCLUDES = 100  # of one template; files that include each other twice would double without end

# Jinja only reads here: nothing of a template is ever run by the lint.
_JINJA = Sandbox(jinja2.DictLoader({}))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one line of the blanked source comes from. `arms` holds the branches it is in, as pairs of
    condition and arm; `guards` the names asked by the conditions around it."""

    file: str
    line: int
    arms: tuple[tuple[int, int], ...] = ()
    guards: frozenset[str] = frozenset()

    def excludes(self, other: Origin) -> bool:
        """Whether the two are never in one picture: different arms of the same condition."""
        mine = dict(self.arms)
        return any(condition in mine and mine[condition] != arm for condition, arm in other.arms)


@dataclass(frozen=True, slots=True)
class Expression:
    """A placeholder: the names it shows, and whether it has words of its own for a missing value."""

    names: frozenset[str]
    has_default: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Source:
    """`text` is XML if conditions stand around whole elements; line n of it is from `origins[n - 1]`."""

    text: str
    origins: tuple[Origin, ...]
    expressions: tuple[Expression, ...]
    used: Mapping[str, Origin]  # every name that is asked or shown, and where first

    def in_one_arm(self, arm: int | None) -> Source:
        """The source with only that arm of every condition; None for no arm of any."""
        kept = [
            (text, origin)
            for text, origin in zip(self.text.split("\n"), self.origins, strict=True)
            if all(taken == arm for _, taken in origin.arms)
        ]
        return replace(self, text="\n".join(text for text, _ in kept), origins=tuple(origin for _, origin in kept))

    def expressions_in(self, text: str) -> Iterator[Expression]:
        return (self.expressions[int(found[1])] for found in _STAND_IN.finditer(text))


def is_dynamic(text: str) -> bool:
    """Whether a part of `text` is known only when a picture is drawn."""
    return OPEN in text or BRANCH in text


def plain(text: str) -> str:
    return _MARKS.sub("", text)


def without_stand_ins(text: str) -> str:
    """`text` without what stands for its placeholders: what a picture shows as it is."""
    return _STAND_IN.sub("", text)


class JinjaError(Exception):
    """The template's Jinja cannot be read; says where."""

    def __init__(self, message: str, file: str, line: int | None, code: str = "jinja-syntax") -> None:
        super().__init__(message)
        self.code = code
        self.file = file
        self.line = line


def read_source(files: Mapping[str, bytes], samples: Mapping[str, str], start: str = SVG_FILE) -> Source:
    """The blanked source of `files[start]`. Raises JinjaError."""
    reader = _Reader(files, samples)
    reader.read(start)
    return Source("".join(reader.out), tuple(reader.origins), tuple(reader.expressions), reader.used)


def _escape(text: str) -> str:
    return re.sub(r"[&<>\"'\n]", lambda found: f"&#{ord(found[0])};", text)


@dataclass(slots=True)
class _Reader:
    files: Mapping[str, bytes]
    samples: Mapping[str, str]
    out: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    expressions: list[Expression] = field(default_factory=list)
    used: dict[str, Origin] = field(default_factory=dict)
    stack: list[tuple[int, int, frozenset[str]]] = field(default_factory=list)
    conditions: int = 0
    including: list[str] = field(default_factory=list)
    includes: int = 0
    local: frozenset[str] = frozenset()
    in_tag: bool = False
    quote: str = ""  # the one that ends the attribute value we are in

    def read(self, file: str) -> None:
        text = self.files[file].decode("utf-8", "replace")
        before = self.local
        try:
            tree = _JINJA.parse(text)
            tokens = list(_JINJA.lex(text))
        except jinja2.TemplateSyntaxError as error:
            cut = find_cut_placeholder(text)
            message, line = (cut.message, cut.line) if cut else (str(error.message), error.lineno)
            raise JinjaError(message, file, line) from error
        except RecursionError as error:  # Jinja's parser goes down with the nesting
            raise JinjaError("nested too deep", file, 1) from error
        try:
            check(tree, _JINJA, params=None)
        except Forbidden as error:
            raise JinjaError(str(error), file, error.line, "jinja-forbidden") from error
        self.local |= {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
        self.local |= {node.name for node in tree.find_all(nodes.Macro)}
        self.local |= {
            alias[1] if isinstance(alias, tuple) else alias
            for node in tree.find_all(nodes.FromImport)
            for alias in node.names
        }
        self.local |= {node.target for node in tree.find_all(nodes.Import)}
        self.including.append(file)
        self._tokens(file, tokens)
        self.including.pop()
        self.local = before

    def _tokens(self, file: str, tokens: list[tuple[int, str, str]]) -> None:
        inside: list[str] | None = None
        for line, kind, value in tokens:
            if kind == "data":
                self._data(value, file, line)
            elif kind in ("variable_begin", "block_begin"):
                inside = []
            elif kind == "variable_end" and inside is not None:
                self._placeholder("".join(inside), file, line)
                inside = None
            elif kind == "block_end" and inside is not None:
                self._statement("".join(inside), file, line)
                inside = None
            elif inside is not None:
                inside.append(value)

    def _here(self, file: str, line: int) -> Origin:
        guards = frozenset().union(*(names for _, _, names in self.stack))
        return Origin(file, line, tuple((condition, arm) for condition, arm, _ in self.stack), guards)

    def _emit(self, text: str, origin: Origin) -> None:
        if not self.origins or self.origins[-1] != origin:
            if self.origins:
                self.out.append("\n")
            self.origins.append(origin)
        self.out.append(text)

    def _data(self, text: str, file: str, line: int) -> None:
        if not self.origins:
            # An XML declaration may only stand at the very start, and says nothing we need.
            text = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text)
        for number, part in enumerate(text.split("\n"), line):
            self._emit(part, self._here(file, number))
            self._follow(part)

    def _follow(self, text: str) -> None:
        """Keep track of being inside a tag or a quoted value, which is where a condition needs a mark."""
        for char in re.findall(r"[<>\"']", text):
            if self.quote:
                self.quote = "" if char == self.quote else self.quote
            elif self.in_tag and char in "\"'":
                self.quote = char
            elif char in "<>":
                self.in_tag = char == "<"

    def _placeholder(self, code: str, file: str, line: int) -> None:
        origin = self._here(file, line)
        names = self._names(code, origin, shape=_PRINT)
        shown = next(  # a sample of the first param that has one
            (self.samples[name] for name in sorted(names) if name in self.samples), UNKNOWN_SAMPLE
        )
        self._emit(f"{OPEN}{len(self.expressions)}{MIDDLE}{_escape(shown)}{CLOSE}", origin)
        tree = _JINJA.parse(_PRINT.format(code))
        has_default = any(True for _ in tree.find_all((nodes.Or, nodes.CondExpr))) or any(
            found.name in ("default", "d") for found in tree.find_all(nodes.Filter)
        )
        self.expressions.append(Expression(names, has_default, origin))

    def _statement(self, code: str, file: str, line: int) -> None:
        word = code.split(None, 1)[0] if code.split() else ""
        origin = self._here(file, line)
        if self.quote:
            self._emit(BRANCH, origin)
        if word == "if":
            self.conditions += 1
            self.stack.append((self.conditions, 0, self._names(code, origin, shape=_IF)))
        elif word in ("elif", "else") and self.stack and self.stack[-1][0]:
            condition, arm, guards = self.stack.pop()
            if word == "elif":
                guards |= self._names(code.replace("elif", "if", 1), origin, shape=_IF)
            self.stack.append((condition, arm + 1, guards))
        elif word == "for":
            self.conditions += 1
            self.stack.append((self.conditions, 0, self._names(code, origin, shape=_FOR)))
        elif word in ("endif", "endfor") and self.stack:
            self.stack.pop()
        elif word == "set" and "=" in code:
            self._names(code, origin, shape=_SET)
        elif word in ("include", "import", "from"):
            self._include(code)

    def _include(self, code: str) -> None:
        found = re.search(r"['\"]([^'\"]+)['\"]", code)
        if found and found[1] in self.files and found[1] not in self.including and self.includes < MAX_INCLUDES:
            self.includes += 1
            self.read(found[1])

    def _names(self, code: str, origin: Origin, *, shape: str) -> frozenset[str]:
        """The params that `code` asks or shows: names that are neither set in the template nor functions."""
        tree = _JINJA.parse(shape.format(code))
        called = {id(call.node) for call in tree.find_all(nodes.Call)}
        names = (
            frozenset(node.name for node in tree.find_all(nodes.Name) if node.ctx == "load" and id(node) not in called)
            - self.local
            - {"loop", "caller"}
        )
        for name in sorted(names):
            self.used.setdefault(name, origin)
        return names
