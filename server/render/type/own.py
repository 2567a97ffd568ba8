"""A node and a property that does not inherit in, what the element itself says of it out.

CairoSVG hands every property down the tree, those too that CSS does not inherit.
"""

from __future__ import annotations

from functools import lru_cache

import tinycss2
from cairosvg.parser import NOT_INHERITED_ATTRIBUTES, Node

STYLES_KEPT = 4096


def own(node: Node, name: str) -> str:
    """The element's own value of `name`, "" where it says nothing.

    What only repeats its parent's value was handed down, unless it is written on the element.
    """
    value = str(node.get(name, "")).strip()
    if node.parent is None or node.parent.get(name) != node.get(name):
        return value
    return value if is_written(node, name) else ""


def is_written(node: Node, *names: str) -> bool:
    """Whether one of `names` is an attribute of the element itself, or declared in its `style`."""
    attributes = node.xml_tree.attrib
    return any(name in attributes or name in _declared(attributes.get("style", "")) for name in names)


@lru_cache(maxsize=STYLES_KEPT)
def _declared(style: str) -> frozenset[str]:
    parts = tinycss2.parse_declaration_list(style)
    return frozenset(part.lower_name for part in parts if part.type == "declaration")


def settle_tails(node: Node) -> None:
    """Takes from what stands behind an element inside `node` the styles that are not its own.

    CairoSVG makes a tspan of it, which rules for tspans then reach. In the document it is bare text.
    """
    for child in node.children:
        if child.tag == "tspan" and child.element is not None and child.element.parent is None:
            child.clear()
            child.update({name: value for name, value in node.items() if name not in NOT_INHERITED_ATTRIBUTES})
        else:
            settle_tails(child)
