"""Which of a template's placeholders can show a value of the person, and which only how the template looks.

`{{ name }}` is personal. `{{ ink }}` is not, after `{% set ink = "#fff" if role == "Crew" else "#000" %}`: whatever the
role, one of two colours is printed. What a condition asks does not count, only what can be printed. A placeholder taken
for personal by mistake costs time, as does one taken for a style; neither changes a picture.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jinja2 import nodes

Names = frozenset[str]
COUNTS = ("index", "index0", "revindex", "revindex0", "length", "depth", "depth0")
ANSWERS = (nodes.Compare, nodes.Test, nodes.Not, nodes.Const, nodes.TemplateData)  # yes, no, or always the same


def mark_styles(tree: nodes.Template, styles: Collection[str], mark: str) -> None:
    """Puts the filter `mark` on each placeholder of `tree` that is not personal. `styles` are names that say how the
    template looks: params of style, and functions. Any other name that the file does not set itself is personal."""
    sources = _Sources(tree, styles)
    for output in tree.find_all(nodes.Output):
        output.nodes = [
            node if isinstance(node, nodes.TemplateData) or sources.are_personal(node) else _marked(node, mark)
            for node in output.nodes
        ]


def _marked(node: nodes.Expr, mark: str) -> nodes.Filter:
    return nodes.Filter(node, mark, [], [], None, None, lineno=node.lineno)


class _Sources:
    """Where the names of one file get their values from."""

    def __init__(self, tree: nodes.Template, styles: Collection[str]) -> None:
        self._styles = frozenset(styles)
        self._set: dict[str, set[str]] = {}
        for names, shown in _assignments(tree):
            for name in names:
                self._set.setdefault(name, set()).update(shown)
        self._personal: dict[str, bool] = {}

    def are_personal(self, node: nodes.Node) -> bool:
        return any(self._is_personal(name) for name in set(_shown(node)))

    def _is_personal(self, name: str) -> bool:
        if name not in self._personal:
            self._personal[name] = False  # while it is found out: two names may be set to each other
            self._personal[name] = any(
                source not in self._styles if source == name or source not in self._set else self._is_personal(source)
                for source in self._set.get(name, {name})
            )
        return self._personal[name]


def _assignments(tree: nodes.Template) -> Iterator[tuple[Names, set[str]]]:
    """The names that the file gives a value, each with the names that may show in it."""
    for node in tree.find_all(nodes.Assign):
        yield _targets(node.target), set(_shown(node.node))
    for loop in tree.find_all(nodes.For):
        yield from _of_loop(loop)
    for block in tree.find_all((nodes.AssignBlock, nodes.Macro, nodes.CallBlock)):
        shown = {name for output in block.find_all(nodes.Output) for name in _shown(output)}
        if isinstance(block, nodes.AssignBlock):
            yield _targets(block.target), shown
        elif isinstance(block, nodes.Macro):
            yield frozenset((block.name,)), shown - {argument.name for argument in block.args}
            # What a macro is given counts where it is called.
            yield frozenset(argument.name for argument in block.args), set()


def _of_loop(loop: nodes.For) -> Iterator[tuple[Names, set[str]]]:
    """A loop over rows that are written out gives each name what stands in its own column."""
    rows = loop.iter.items if isinstance(loop.iter, nodes.List | nodes.Tuple) else []
    columns = loop.target.items if isinstance(loop.target, nodes.Tuple) else []
    written = [row.items for row in rows if isinstance(row, nodes.Tuple) and len(row.items) == len(columns)]
    if columns and rows and len(written) == len(rows):
        for number, column in enumerate(columns):
            yield _targets(column), {name for items in written for name in _shown(items[number])}
    else:
        yield _targets(loop.target), set(_shown(loop.iter))


def _targets(target: nodes.Node) -> Names:
    return frozenset(name.name for name in [target, *target.find_all(nodes.Name)] if isinstance(name, nodes.Name))


def _shown(node: nodes.Node) -> Iterator[str]:
    """The names of which something may be printed by `node`."""
    if isinstance(node, ANSWERS) or _is_count(node):
        return
    if isinstance(node, nodes.Name):
        yield node.name
        return
    asked = node.test if isinstance(node, nodes.CondExpr) else None
    for child in node.iter_child_nodes():
        if child is not asked:
            yield from _shown(child)


def _is_count(node: nodes.Node) -> bool:
    """Whether `node` says how far a loop has come."""
    return (
        isinstance(node, nodes.Getattr)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "loop"
        and node.attr in COUNTS
    )
