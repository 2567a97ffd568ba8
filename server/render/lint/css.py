"""Style sheets and style attributes, as rules and declarations; which of them apply to an element.

The one door to tinycss2 and cssselect2, which CairoSVG reads CSS with too; they carry no types.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cssselect2 import Matcher
from cssselect2.compiler import compile_selector_list
from cssselect2.parser import SelectorError
from cssselect2.tree import ElementWrapper
from tinycss2.parser import parse_blocks_contents, parse_stylesheet
from tinycss2.serializer import serialize

MAX_RULES = 500  # each is held against every element; drawing programs write some dozens

Declaration = tuple[str, str, bool]
"""name (in small letters), value, whether it is !important"""

_stylesheet: Callable[..., list[Any]] = parse_stylesheet
_contents: Callable[..., list[Any]] = parse_blocks_contents
_text: Callable[[Any], str] = serialize
_selectors: Callable[[Any], list[Any]] = compile_selector_list
_matcher: Callable[[], Any] = Matcher
_wrap: Callable[[ET.Element], Any] = ElementWrapper.from_xml_root


@dataclass(frozen=True, slots=True)
class SheetRule:
    """A rule of a style sheet: `keyword` is that of an at-rule, empty for one with selectors; `line` counts
    from 1 in it."""

    keyword: str
    prelude: str
    content: str
    line: int

    @property
    def has_rules_inside(self) -> bool:
        inner = _contents(self.content, skip_comments=True, skip_whitespace=True)
        return any(item.type in ("qualified-rule", "at-rule") for item in inner)


def sheet_rules(css: str) -> Iterator[SheetRule]:
    for rule in _stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type in ("qualified-rule", "at-rule"):
            keyword = rule.lower_at_keyword if rule.type == "at-rule" else ""
            content = _text(rule.content) if rule.content is not None else ""
            yield SheetRule(keyword, _text(rule.prelude).strip(), content, rule.source_line)


def declarations(style: str) -> list[Declaration]:
    return [
        (item.lower_name, _text(item.value).strip(), item.important)
        for item in _contents(style, skip_comments=True, skip_whitespace=True)
        if item.type == "declaration"
    ]


def styled_elements(root: ET.Element, sheets: list[str]) -> dict[ET.Element, list[Declaration]]:
    """The declarations of the sheets that apply to each element below `root`, the strongest selector last."""
    matcher = _matcher()
    rules = (rule for css in sheets for rule in sheet_rules(css) if not rule.keyword)
    for rule in islice(rules, MAX_RULES):
        said = declarations(rule.content)
        for selector in _compiled(rule.prelude):
            matcher.add_selector(selector, said)
    return {
        wrapper.etree_element: [declaration for match in matcher.match(wrapper) for declaration in match[-1]]
        for wrapper in _wrap(root).iter_subtree()
    }


def _compiled(prelude: str) -> list[Any]:
    try:
        selectors = _selectors(prelude)
    except SelectorError:
        return []  # browsers skip the rule too
    return [selector for selector in selectors if selector.pseudo_element is None]
