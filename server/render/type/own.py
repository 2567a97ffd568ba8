"""A node and a property that does not inherit in, what the element itself says of it out.

CairoSVG hands every property down the tree, those too that CSS does not inherit.
"""

from __future__ import annotations

from cairosvg.parser import NOT_INHERITED_ATTRIBUTES, Node


def own(node: Node, name: str) -> str:
    """The element's own value of `name`, "" where it says nothing.

    What only repeats its parent's value was handed down, unless it is written on the element.
    """
    value = str(node.get(name, "")).strip()
    if node.parent is None or node.parent.get(name) != node.get(name):
        return value
    attributes = node.xml_tree.attrib
    return value if name in attributes or name in attributes.get("style", "") else ""


def settle_tails(node: Node) -> None:
    """Takes from what stands behind an element inside `node` the styles that are not its own.

    CairoSVG makes a tspan of it, which rules for tspans then reach. In the document it is bare text.
    """
    for child in node.children:
        if child.tag == "tspan" and child.element.parent is None:
            child.clear()
            child.update({name: value for name, value in node.items() if name not in NOT_INHERITED_ATTRIBUTES})
        else:
            settle_tails(child)
