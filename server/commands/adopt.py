"""The SVG of a drawing program to a template: every text that was given a name becomes a param whose default is what
the text says. The file is read as text and changed nowhere else.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.catalog.manifest import MAX_TEXT, PARAM_NAME

_ATTRIBUTES = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"
_TEXT = re.compile(rf"<!--.*?-->|(?P<open><text\b{_ATTRIBUTES}(?<!/)>)(?P<inner>.*?)(?P<close></text\s*>)", re.DOTALL)
_TSPAN = re.compile(rf"(?P<open><tspan\b{_ATTRIBUTES}(?<!/)>)(?P<words>[^<]*)</tspan\s*>")
_TAG = re.compile(r"<[^>]*>")
_NAMES = (re.compile(r"\sinkscape:label=[\"']([^\"']+)"), re.compile(r"\sid=[\"']([^\"']+)"))
_ILLUSTRATOR = re.compile(r"_x([0-9A-F]{2})_")  # how it writes a character that an id cannot have
# What a drawing program names a text that nobody named.
_MACHINE_MADE = re.compile(r"(?:text|tspan|svg|flowroot|layer|label|textbox)?[\d_]*")
_LINE = re.compile(r"\s(?P<axis>d?y)=[\"'](?P<place>[^\"']*)")
_PLACE = re.compile(r"\s[xy]=(?:\"[^\"]*\"|'[^']*')")
MAX_NAME = 40  # of PARAM_NAME
MAX_SHOWN = 40  # characters of a text in a message


@dataclass(frozen=True, slots=True)
class Adopted:
    """`params` holds what each new param's text said; `left` a line for each text that stayed, with what to do."""

    svg: str
    params: dict[str, str]
    left: tuple[str, ...]


def adopt(svg: str) -> Adopted:
    params: dict[str, str] = {}
    left: list[str] = []

    def put_in(found: re.Match[str]) -> str:
        words = "" if found["open"] is None else _words(found["inner"])
        if not words or "{{" in words or "{%" in words:
            return found[0]
        name = _name(found["open"], params)
        reason = _why_not(name, words, found["inner"])
        if reason:
            seen = _words(found["inner"].replace("<tspan", " <tspan")) if _has_several_lines(found["inner"]) else words
            shown = seen if len(seen) <= MAX_SHOWN else f"{seen[:MAX_SHOWN]}…"
            left.append(f'"{shown}": {reason}')
            return found[0]
        params[name] = words
        return f"{_PLACE.sub(_first_of_list, found['open'])}{_with_placeholder(found['inner'], name)}{found['close']}"

    return Adopted(_TEXT.sub(put_in, svg), params, tuple(left))


def manifest_of(title: str, params: dict[str, str], others: tuple[str, ...]) -> str:
    """`others` are placeholders that the drawing had before."""
    names = [*params, *others]
    parts = [
        f"title = {json.dumps(title, ensure_ascii=False)}",
        f"alt = {json.dumps(' '.join(f'{{{{ {name} }}}}' for name in names[:3]) or title, ensure_ascii=False)}",
        "",
        "# What everybody sees whose value is missing or unfit is the default: word it for a stranger.",
        "# Each is the whole text as it was drawn. Where the drawing keeps words around {{ the placeholder }}, take",
        "# these words out of default and sample, and out of examples/usual.toml.",
    ]
    parts += [f"[params.{name}]\ndefault = {_toml(words)}\nsample = {_toml(words)}\n" for name, words in params.items()]
    parts += [f"[params.{name}]\nsample = {_toml(name.replace('_', ' ').capitalize())}\n" for name in others]
    return "\n".join(parts)


def example_of(params: dict[str, str]) -> str:
    values = "".join(f"{name} = {_toml(words)}\n" for name, words in params.items())
    return f'title = "As it was drawn"\n\n[values]\n{values}'


def _toml(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")  # the one sign that JSON has and TOML not


def _words(inner: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", inner)).split())


def _name(tag: str, taken: dict[str, str]) -> str:
    """The param's name from the text's; "" where nobody gave it one."""
    given = next((found[1] for found in (name.search(tag) for name in _NAMES) if found), "")
    plain = _ILLUSTRATOR.sub(lambda found: chr(int(found[1], 16)), html.unescape(given)).lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain)[:MAX_NAME].strip("_")
    if _MACHINE_MADE.fullmatch(name) or not PARAM_NAME.fullmatch(name):
        return ""
    return next(free for free in _numbered(name) if free not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name[: MAX_NAME - 4]}_{number}" for number in range(2, 1000))


def _why_not(name: str, words: str, inner: str) -> str:
    if not name:
        return "has no name; give it one in the drawing program, or write {{ name }} into it"
    if _has_several_lines(inner):
        return (
            f"has several lines; write {{{{ {name} }}}} where the words should change, and [params.{name}] into "
            "manifest.toml"
        )
    if len(words) > MAX_TEXT:
        return f"is longer than {MAX_TEXT} characters"
    return ""


def _has_several_lines(inner: str) -> bool:
    lines = {found["place"] for found in _LINE.finditer(inner) if found["axis"] == "y"}
    return len(lines) > 1 or ' dy="' in inner


def _with_placeholder(inner: str, name: str) -> str:
    """One piece of text, in the style of the longest of those it was in and in the place of the first."""
    pieces = list(_TSPAN.finditer(inner))
    placeholder = f"{{{{ {name} }}}}"
    if not pieces:
        return placeholder
    places = "".join(map(_first_of_list, _PLACE.finditer(pieces[0]["open"])))
    style = _PLACE.sub("", max(pieces, key=lambda piece: len(piece["words"]))["open"])
    return f"<tspan{places}{style.removeprefix('<tspan')}{placeholder}</tspan>"


def _first_of_list(attribute: re.Match[str]) -> str:
    """Letters placed one by one: the first says where the text begins."""
    return re.sub(r"([\"'])([^\s,\"']+)[^\"']*([\"'])", r"\1\2\3", attribute[0])
